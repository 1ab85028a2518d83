// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ledger_check.h"

#include <algorithm>
#include <charconv>

#include "base/counted.h"
#include "base/time.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/identity.h"

namespace custody {
namespace {

using base::Json;

const std::string kNoDigest(64, '0');
constexpr std::int64_t kSecond = 1'000'000;

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

std::optional<std::int64_t> number_of(const Json& object, std::string_view name) {
  const std::string text = text_of(object, name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<std::int64_t> claimed_time(const Json& body) {
  const Json* time = body.find("time");
  return time ? base::parse_utc(text_of(*time, "utc")) : std::nullopt;
}

}  // namespace

void LedgerCheck::entry(const Entry& entry) {
  const bool stands = leaf_hashes_.size() < signatures_stand_below_;
  this->entry(entry, facts_of(entry, stands ? nullptr : &keys_));
}

void LedgerCheck::entry(const Entry& entry, const EntryFacts& facts) {
  object_ = "entry " + std::to_string(leaf_hashes_.size());
  leaf(entry, facts);
  if (entry.body) {
    body(entry, facts);
  } else if (coverage_ == Coverage::edition && leaf_hashes_.size() > 0) {
    ++withheld_bodies_;
    sessions_.take_withheld(leaf_hashes_.size());
  } else {
    findings_.fail("body.present", object_, "The body is not there.");
    state_complete_ = false;
  }
  leaf_hashes_.push_back(facts.leaf_hash);
  tree_.append(facts.leaf_hash);
  if (leaf_good_) last_state_ = leaf_.state;
}

void LedgerCheck::leaf(const Entry& entry, const EntryFacts& facts) {
  leaf_good_ = facts.leaf.has_value();
  leaf_ = facts.leaf.value_or(Leaf());
  if (!findings_.check(leaf_good_, "leaf.form", object_,
                       [&] { return "The leaf cannot be read: " + facts.leaf_fault + "."; }))
    return;
  findings_.check(leaf_.seq == leaf_hashes_.size() && entry.index == leaf_hashes_.size(), "leaf.seq", object_,
                  [&] { return "The leaf carries the number " + std::to_string(leaf_.seq) + "."; });
  const base::Digest before = leaf_hashes_.empty() ? base::Digest{} : leaf_hashes_.back();
  findings_.check(leaf_.prev == before, "leaf.prev", object_, "The leaf does not follow the one before it.");
}

void LedgerCheck::body(const Entry& entry, const EntryFacts& facts) {
  findings_.check(leaf_good_ && facts.body_sha256 == leaf_.body_sha256, "leaf.body", object_,
                  "The body does not have the digest that its leaf holds.");
  if (!facts.opened) {
    unreadable(facts.body_fault->code, facts.body_fault->what);
    return;
  }
  const OpenedBody& opened = *facts.opened;
  for (const std::string& sentence : facts.against_table)
    findings_.fail("act.table", object_, "In this act, " + sentence + ".");
  findings_.check(true, "body.form", object_, "");
  findings_.check(true, "disclosure.referenced", object_, "");
  if (facts.against_table.empty()) findings_.check(true, "act.table", object_, "");
  try {
    frame(opened.body);
    signatures(entry, facts, opened.body);
    sessions(opened.body);
    keys_of_ledger_.follow(opened.body, leaf_hashes_, object_, findings_);
    clocks(opened.body);
    advance(opened);
    follow_custody(opened);
  } catch (const base::JsonError& error) {
    unreadable("body.form", std::string("The body is not what it must be: ") + error.what() + ".");
  } catch (const std::invalid_argument&) {
    unreadable("body.form", "The body holds a digest that is not in hexadecimal.");
  }
}

void LedgerCheck::unreadable(const std::string& code, const std::string& what) {
  findings_.fail(code, object_, what);
  state_complete_ = false;
}

void LedgerCheck::frame(const Json& body) {
  const bool is_first = leaf_hashes_.empty();
  const bool opens = body.at("act").text() == "genesis";
  findings_.check(is_first == opens, "genesis.first", object_,
                  is_first ? "The first entry does not open a ledger." : "A ledger is opened a second time.");
  if (is_first) genesis(body);
  const std::string genesis_is = is_first ? kNoDigest : genesis_hash();
  const bool same = body.at("ledger").text() == ledger_ && body.at("case").text() == case_id_ &&
                    body.at("ledger_genesis").text() == genesis_is;
  findings_.check(same, "body.ledger", object_, "The body was made for another ledger or case.");
}

void LedgerCheck::genesis(const Json& body) {
  ledger_ = body.at("ledger").text();
  case_id_ = body.at("case").text();
  try {
    const NoteKey log_key = parse_vkey(text_of(body, "log_key"));
    findings_.check(log_key.name == ledger_, "genesis.log_key", object_,
                    "The ledger's key has another name.");
    keys_of_ledger_.begin(log_key);
  } catch (const NoteError& error) {
    findings_.fail("genesis.log_key", object_,
                   std::string("The ledger's key cannot be used: ") + error.what() + ".");
  }
  // The person who opens the ledger is the first who may sign in it; whether he is trusted is another check.
  for (const Json& party : body.at("parties").items())
    if (!is_on_paper(party)) keys_of_ledger_.admit(base::digest_from_hex(party_digest(party)));
}

void LedgerCheck::signatures(const Entry& entry, const EntryFacts& facts, const Json& body) {
  const Json::Array parties = signing_parties(body);
  const bool covered = leaf_good_ && facts.signatures_sha256 == leaf_.sigs_sha256 && !parties.empty() &&
                       entry.signatures.size() == parties.size();
  if (!findings_.check(covered, "leaf.signatures", object_,
                       "The signatures are not those that the leaf covers, one for each party."))
    return;
  if (leaf_hashes_.size() < signatures_stand_below_) return;
  for (std::size_t i = 0; i < parties.size(); ++i) signature(facts.signatures[i], body, parties[i]);
}

void LedgerCheck::signature(const CheckedSignature& checked, const Json& body, const Json& party) {
  if (!findings_.check(checked.read.has_value(), "signature.profile", object_,
                       [&] { return "The signature does not count: " + checked.why + "."; }))
    return;
  const ActorSignature& read = *checked.read;
  findings_.check(checked.good, "signature.value", object_, "The signature is not good for this body.");
  findings_.check(text_of(party, "cert_sha256") == read.certificate_sha256.hex(), "signature.party", object_,
                  "The signature is by another than the party that the body names.");
  const Session* session = known_signer(read, party);
  const std::optional<std::int64_t> claimed = claimed_time(body);
  if (!findings_.check(claimed.has_value(), "time.form", object_, "The body states no time.")) return;
  // time(2), from which signers take whole seconds, may lag a tick behind the clock that bodies are stamped
  // with.
  findings_.check(read.signing_time_us / kSecond + 1 >= *claimed / kSecond, "time.order", object_,
                  "The signature claims to be more than a second older than the body that it signs.");
  if (brackets_) brackets_->check_entry(leaf_hashes_.size(), *claimed, read.signing_time_us, findings_);
  if (chains_) vouched_for(read, session, *claimed);
}

// Whether the ledger admits who signs. A session signs on the word of the person who opened it; else null.
const Session* LedgerCheck::known_signer(const ActorSignature& read, const Json& party) {
  if (!is_session(party)) {
    keys_of_ledger_.check_signer(read.certificate_sha256, object_, findings_);
    return nullptr;
  }
  const Session* session = sessions_.find(read.certificate_sha256.hex());
  if (findings_.check(session != nullptr, "signature.known", object_,
                      "The session that signs was not opened by an earlier entry."))
    keys_of_ledger_.check_signer(base::digest_from_hex(session->opener), object_, findings_);
  return session;
}

void LedgerCheck::vouched_for(const ActorSignature& read, const Session* session, std::int64_t claimed_us) {
  base::Digest digest = read.certificate_sha256;
  certificates_.try_emplace(digest, read.certificate);
  if (session) digest = base::digest_from_hex(session->opener);
  const auto found = certificates_.find(digest);
  if (found == certificates_.end()) return;  // whose signature did not count when the session was opened
  chain_of(found->second, digest, session, claimed_us);
  records_.push_back({leaf_hashes_.size(), found->second, digest, claimed_us});
}

void LedgerCheck::chain_of(const base::Buffer& certificate, const base::Digest& digest,
                           const Session* session, std::int64_t claimed_us) {
  std::string& who = names_[digest];
  if (who.empty()) who = subject_of(certificate) + " (certificate " + digest.hex() + ")";
  ++signers_[session ? "a session that " + who + " opened" : who];
  const ChainResult& chain = chains_->judge(certificate, digest);
  if (chain.outcome == ChainOutcome::untrusted) {
    findings_.impossible("signature.chain", object_,
                         "None of your trust anchors reaches the certificate of " + who + ".");
    return;
  }
  findings_.check(chain.outcome == ChainOutcome::trusted, "signature.chain", object_,
                  [&] { return "The certificate of " + who + " must not sign here: " + chain.why + "."; });
  if (chain.outcome != ChainOutcome::trusted) return;
  findings_.check(claimed_us / kSecond >= chain.not_before_us / kSecond && claimed_us <= chain.not_after_us,
                  "signature.validity", object_, [&] {
                    return "The certificate of " + who + " was not valid at the time that the entry claims.";
                  });
  if (brackets_) brackets_->check_validity(leaf_hashes_.size(), chain, who, findings_);
}

std::vector<SessionFault> LedgerCheck::session_faults(const Json& body) const {
  return sessions_.faults(body, [&](const std::string& certificate) {
    return keys_of_ledger_.standing(base::digest_from_hex(certificate)) != nullptr;
  });
}

void LedgerCheck::sessions(const Json& body) {
  const std::vector<SessionFault> faults = session_faults(body);
  for (const SessionFault& fault : faults) findings_.fail(fault.code, object_, fault.what.english);
  const auto holds = [&](std::string_view code) {
    if (std::ranges::find(faults, code, &SessionFault::code) == faults.end())
      findings_.check(true, code, object_, "");
  };
  const Json::Array& parties = body.at("parties").items();
  const std::string& act = body.at("act").text();
  if (std::ranges::any_of(parties, is_session)) {
    holds("session.scope");
    holds("session.time");
  }
  if (act == "session.open") holds("session.open");
  if (act == "session.close") holds("session.entries");
  parties_on_paper_ += static_cast<std::uint64_t>(std::ranges::count_if(parties, is_on_paper));
  sessions_.take(leaf_hashes_.size(), body, faults.empty());
}

void LedgerCheck::clocks(const Json& body) {
  const Json* time = body.find("time");
  const std::optional<std::int64_t> utc = claimed_time(body);
  if (!time || !utc) return;
  claimed_.push_back({leaf_hashes_.size(), *utc});
  const bool goes_on =
      clocks_.next(object_, text_of(*time, "boot"), number_of(*time, "mono_ms").value_or(0), *utc);
  findings_.check(
      goes_on, "time.monotonic", object_,
      "The clock that only goes forward stands before that of an earlier entry of the same boot.");
}

void LedgerCheck::advance(const OpenedBody& opened) {
  const Json& body = opened.body;
  if (body.find("scope")) {
    const std::int64_t n = body.at("scope_n").integer();
    step(kCaseUid, static_cast<std::uint64_t>(n), body.at("scope_prev_body_sha256").text(),
         leaf_hashes_.empty() ? Registers::must : Registers::never);
  }
  const ActRule* rule = find_act(body.at("act").text());
  const Registers registers = rule ? rule->registers : Registers::may;
  auto exhibit = opened.exhibits.begin();
  for (const OpenedBody::Touched& touched : opened.touched) {
    if (touched.erased) {
      step_erased(touched.uid);
      continue;
    }
    step(exhibit->uid, exhibit->n, exhibit->prev_body_sha256, registers);
    hidden_members_ += exhibit->withheld;
    ++exhibit;
  }
  hidden_exhibits_ += opened.hidden;
  if (coverage_ == Coverage::edition) return;
  if (opened.touched.size() < body.at("exhibits").items().size()) state_complete_ = false;
  if (state_complete_)
    findings_.check(leaf_good_ && state_.root() == leaf_.state, "leaf.state", object_,
                    "The state in the leaf does not follow from the entries.");
  else
    findings_.impossible(
        "leaf.state", object_,
        "From here on the state cannot be computed: exhibits are hidden or entries unreadable.");
}

// Its number and its link went with the disclosure; that it was an act on this exhibit, the state shows.
void LedgerCheck::step_erased(const std::string& uid) {
  const auto before = links_.find(uid);
  const std::uint64_t n = before == links_.end() ? 1 : before->second.n + 1;
  links_[uid] = {n, body_digest()};
  state_.advance(uid, leaf_.body_sha256);
}

void LedgerCheck::follow_custody(const OpenedBody& opened) {
  const std::vector<CustodyFault> faults =
      custody_.entry(leaf_hashes_.size(), opened, leaf_.body_sha256.hex());
  for (const CustodyFault& fault : faults)
    findings_.fail(fault.code, object_ + (fault.object.empty() ? "" : ", " + fault.object.english),
                   fault.what.english);
  if (!faults.empty()) return;
  findings_.check(true, "close.last", object_, "");
  if (!opened.exhibits.empty()) findings_.check(true, "custody.state", object_, "");
}

std::optional<base::Digest> LedgerCheck::body_digest() const {
  return leaf_good_ ? std::optional(leaf_.body_sha256) : std::nullopt;
}

// One more act on an exhibit, or on the case. Gaps show in `n`, exchanged acts in `prev`.
void LedgerCheck::step(std::string_view uid, std::uint64_t n, const std::string& prev, Registers registers) {
  const bool is_case = uid == kCaseUid;
  const auto before = links_.find(uid);
  const std::uint64_t expected = before == links_.end() ? 1 : before->second.n + 1;
  const std::string expected_prev = before == links_.end()       ? kNoDigest
                                    : before->second.body_sha256 ? before->second.body_sha256->hex()
                                                                 : std::string();
  const auto whom = [&] { return is_case ? "the whole case" : "the exhibit " + std::string(uid); };
  findings_.check(n == expected, is_case ? "scope.chain" : "exhibit.n", object_, [&] {
    return "This is act " + std::to_string(n) + " on " + whom() + ", and act " + std::to_string(expected) +
           " was to follow.";
  });
  findings_.check(prev == expected_prev, is_case ? "scope.chain" : "exhibit.prev", object_,
                  [&] { return "The act does not follow the one before it on " + whom() + "."; });
  findings_.check(registers == Registers::may || (registers == Registers::must) == (n == 1),
                  "exhibit.registered", object_, [&] {
                    return n == 1
                               ? "The first act on something does not register it: " + whom() + "."
                               : "Something that is registered already is registered again: " + whom() + ".";
                  });
  if (before == links_.end())
    links_[std::string(uid)] = {n, body_digest()};
  else
    before->second = {n, body_digest()};
  state_.advance(uid, leaf_.body_sha256);
}

void LedgerCheck::checkpoint(base::Bytes note) {
  try {
    const SignedNote parsed = parse_note(note);
    const Checkpoint checkpoint = parse_checkpoint(parsed.text);
    findings_.check(checkpoint.origin == ledger_, "note.form", "checkpoint",
                    "The checkpoint is of another ledger.");
    if (const auto log_key = keys_of_ledger_.log_key_at(checkpoint.size))
      findings_.check(check_note(parsed, *log_key) == NoteOutcome::good, "note.signature", "checkpoint",
                      "The checkpoint is not signed with the ledger's key of that time.");
    const std::uint64_t size = leaf_hashes_.size();
    const bool one_awaits = coverage_ == Coverage::whole && size == checkpoint.size + 1;
    findings_.check(one_awaits || size == checkpoint.size, "tree.size", "checkpoint",
                    "The ledger has " + base::counted(size, "leaf", "leaves") +
                        ", and the checkpoint speaks of " + std::to_string(checkpoint.size) + ".");
    if (one_awaits)
      findings_.impossible("tree.size", "entry " + std::to_string(size - 1),
                           "One entry awaits its checkpoint: open the ledger for writing to complete it.");
    if (checkpoint.size > size) return;
    const std::span<const base::Digest> covered(leaf_hashes_.data(), checkpoint.size);
    const base::Digest root_then = checkpoint.size == size ? root() : base::merkle_root(covered);
    findings_.check(root_then == checkpoint.root, "tree.root", "checkpoint",
                    "The root over the leaves is not the one that was signed.");
  } catch (const NoteError& error) {
    findings_.fail("note.form", "checkpoint",
                   std::string("The checkpoint cannot be read: ") + error.what() + ".");
  }
}

void LedgerCheck::slots(const std::vector<SlotProof>& proofs) {
  std::set<std::string, std::less<>> proven;
  for (const SlotProof& proof : proofs) {
    slot(proof);
    proven.insert(proof.slot.exhibit_uid);
  }
  for (const auto& [uid, link] : links_)
    findings_.check(proven.contains(uid), "state.slot", uid == kCaseUid ? "the case" : "exhibit " + uid,
                    "Nothing shows that its last act is in this edition.");
  findings_.check(proven.contains(kCaseUid), "state.slot", "the case",
                  "Nothing shows that all acts on the whole case are in this edition.");
}

void LedgerCheck::slot(const SlotProof& proof) {
  const std::string& uid = proof.slot.exhibit_uid;
  const std::string whom = uid == kCaseUid ? "the case" : "exhibit " + uid;
  if (!findings_.check(check_slot(proof, last_state_), "state.slot", whom,
                       "Its slot is not in the state of the last leaf."))
    return;
  const auto link = links_.find(uid);
  const std::uint64_t shown = link == links_.end() ? 0 : link->second.n;
  const bool same =
      shown > 0 && shown == proof.slot.n && link->second.body_sha256 == proof.slot.head_body_sha256;
  findings_.check(same, "state.slot", whom,
                  "The state counts " + base::counted(proof.slot.n, "act", "acts") +
                      " on it, and the last that is shown is act " + std::to_string(shown) + ".");
}

}  // namespace custody
