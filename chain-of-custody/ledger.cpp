// SPDX-License-Identifier: Apache-2.0
// The writer. An append goes through these steps, in this order, and is acknowledged after the last:
//   disclosures -> entry (one transaction) -> read back -> checkpoint signed and written -> high-water mark
// Opening runs the same checks over what is there, and completes at most the last step that was cut off.
#include "chain-of-custody/ledger.h"

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/merkle.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/erasure.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/ledger_state.h"
#include "chain-of-custody/ledger_store.h"

namespace custody {
namespace {

using base::ErrorKind;

bool is_name_part(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !text.empty() && text.size() <= 80 && text.front() != '.' && std::ranges::all_of(text, allowed);
}

std::string ledger_name(const GenesisFacts& facts) {
  for (const std::string& part : {facts.agency, facts.case_id, facts.station})
    if (!is_name_part(part))
      throw base::Error(ErrorKind::usage,
                        base::say("\"{}\" cannot stand in a ledger's name: letters, digits and . - _", part),
                        base::say("No case was made. Choose other names for agency, case and station."));
  return facts.agency + '/' + facts.case_id + '/' + facts.station;
}

base::Json losses_as_json(const Loss& loss) {
  base::Json losses = base::Json::array();
  if (loss.log_key) losses.push(std::string(kLostKey));
  if (loss.high_water) losses.push(std::string(kLostMark));
  return losses;
}

void make_folder_for(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed)
    throw base::io_error(base::say("cannot make {}", file.parent_path().string()), failed.value(),
                         kNotAcknowledged);
}

base::Error store_trouble(const std::filesystem::path& folder, const base::SqliteError& error) {
  return base::Error(
      ErrorKind::io,
      base::say("the ledger in {} cannot be read or written: {}", folder.string(), error.what()),
      kNotAcknowledged);
}

}  // namespace

BodyFrame Ledger::State::frame() const {
  return {check->case_id(), check->ledger(), check->genesis_hash(), {}};
}

// An entry that is signed outside its certificate's validity would be found damaged for ever after.
void require_valid_certificate(const Signer& signer) {
  const Validity validity = validity_of(signer.certificate());
  const std::int64_t now = base::now_utc_us();
  if (now >= validity.not_before_us && now <= validity.not_after_us) return;
  throw base::Error(
      ErrorKind::crypto,
      base::say("the certificate of {} is valid from {} to {}, and the clock says {}", signer.subject(),
                base::format_utc_for_people(validity.not_before_us),
                base::format_utc_for_people(validity.not_after_us), base::format_utc_for_people(now)),
      base::say(
          "No entry was made; the evidence is as it was. Set the clock, or sign with another identity."));
}

// What contradicts the acts before is refused before anybody signs it.
void require_custody(ExhibitStates states, std::uint64_t index, const OpenedBody& opened,
                     const std::string& body_sha256) {
  for (const CustodyFault& fault : states.entry(index, opened, body_sha256))
    throw base::Error(base::ErrorKind::usage,
                      fault.object.empty() ? fault.what : base::say("{}: {}", fault.object, fault.what),
                      base::say("No entry was made; the evidence is as it was. `holdfast exhibit show` tells "
                                "what the entries before say."));
}

// What a session may not sign, it does not.
void require_session(const LedgerCheck& check, const OpenedBody& opened) {
  for (const SessionFault& fault : check.session_faults(opened.body))
    throw base::Error(base::ErrorKind::usage, fault.what,
                      base::say("No entry was made; the evidence is as it was. Give the command again and "
                                "sign yourself: --identity NAME."));
}

// In the order of the act's roles: those on paper have theirs, and those who sign have the others.
std::vector<BodyParty> in_order(const base::Event& event, const std::vector<BodyParty>& signing,
                                Papers papers) {
  std::vector<BodyParty> parties;
  const ActRule* rule = find_act(event.act);
  auto next = signing.begin();
  for (std::size_t i = 0; next != signing.end() || !papers.empty(); ++i) {
    const std::string_view role = !rule ? "" : i < rule->roles.size() ? rule->roles[i] : rule->further_role;
    const auto paper = std::ranges::find(papers, role, &OnPaper::role);
    if (paper != papers.end()) {
      parties.push_back({paper->slip_sha256, PartyKind::paper});
      papers.erase(paper);
    } else if (next != signing.end()) {
      parties.push_back(*next++);
    } else {
      throw base::Error(
          ErrorKind::usage,
          base::say("nobody takes part in the act \"{}\" as {}", event.act, papers.front().role),
          base::say("No entry was made; the evidence is as it was. Give the command without that paper."));
    }
  }
  return parties;
}

Entry Ledger::State::prepare(const base::Event& event, BodyFrame frame, const Signers& others,
                             const Papers& papers) const {
  Signers signers{&signer};
  signers.insert(signers.end(), others.begin(), others.end());
  std::vector<BodyParty> signing;
  for (const Signer* one : signers) {
    const std::string digest = base::sha256(one->certificate()).hex();
    const bool by_session = check->sessions().find(digest) != nullptr;
    if (!by_session) require_valid_certificate(*one);  // a session's ends with its time, which is told below
    signing.push_back({digest, by_session ? PartyKind::session : PartyKind::person});
  }
  frame.parties = in_order(event, signing, papers);
  NewBody body = make_body(event, frame, check->state());
  const OpenedBody opened = open_body(base::as_bytes(body.text), body.disclosures);
  require_session(*check, opened);
  require_custody(check->custody(), size(), opened, base::sha256(base::as_bytes(body.text)).hex());
  Entry entry;
  entry.index = size();
  entry.body = base::to_buffer(base::as_bytes(body.text));
  for (const Signer* one : signers) entry.signatures.push_back(one->sign_detached(*entry.body));
  entry.disclosures = std::move(body.disclosures);
  CaseState after = check->state();
  const base::Digest body_sha256 = base::sha256(*entry.body);
  if (opened.body.find("scope")) after.advance(kCaseUid, body_sha256);
  for (const OpenedBody::Exhibit& exhibit : opened.exhibits) after.advance(exhibit.uid, body_sha256);
  const base::Digest before = size() == 0 ? base::Digest{} : check->leaf_hashes().back();
  const Leaf leaf{body_sha256, before, entry.index, digest_of_signatures(entry.signatures), after.root()};
  entry.leaf = base::to_buffer(base::as_bytes(leaf.canonical()));
  return entry;
}

// Who knows only an authority's root must find the way there in every copy of the ledger. If the power fails
// after this, certificates lie there that nobody needs yet.
void Ledger::State::keep_issuers(const Signers& others) {
  store.keep_issuers(signer.issuers());
  for (const Signer* other : others) store.keep_issuers(other->issuers());
}

void Ledger::State::commit(const Entry& entry) {
  // What would not verify is never stored: it would stand in the way of every later entry.
  check->entry(entry);
  if (findings->any_failed())
    throw base::Error(
        ErrorKind::format,
        base::say("the new entry does not verify and was not made: {}", report.checks.back().what),
        kNotAcknowledged);
  store.append(entry);
  // If the power fails here, the entry lies beyond the checkpoint: the next opening verifies and signs it.
  // A flipped bit on the way to the disk must be found before the checkpoint vouches for it.
  const Entry stored = store.read(entry.index);
  if (stored.leaf != entry.leaf || stored.body != entry.body || stored.signatures != entry.signatures ||
      stored.disclosures != entry.disclosures)
    throw base::Error(ErrorKind::io, base::say("entry {} was not stored as it was written", entry.index),
                      kNotAcknowledged);
  follow_log_key();
  acknowledge(checkpoint_now());
  settle_log_key(places, note_key);
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

std::unique_ptr<Ledger> Ledger::create(const LedgerPlaces& places, const GenesisFacts& facts,
                                       const Signer& signer, const Signers& custodians) {
  ledger_name(facts);  // refuses before anything is made
  for (const std::filesystem::path& file : {places.folder / kLedgerFile, places.log_key, places.high_water})
    make_folder_for(file);
  const LedgerLock lock(places.folder, LedgerLock::Mode::exclusive);
  try {
    return create_locked(places, facts, signer, custodians);
  } catch (const base::SqliteError& error) {
    throw store_trouble(places.folder, error);
  }
}

std::unique_ptr<Ledger> Ledger::create_locked(const LedgerPlaces& places, const GenesisFacts& facts,
                                              const Signer& signer, const Signers& custodians) {
  const std::string name = ledger_name(facts);
  LedgerStore store = LedgerStore::create(places.folder);
  if (store.size() > 0 || std::filesystem::exists(places.high_water))
    throw base::Error(ErrorKind::conflict,
                      base::say("there is a ledger in {} already", places.folder.string()),
                      base::say("It was not touched. Choose another case or station."));
  // A key without a ledger is left by a creation that was cut off; it has signed nothing that anybody saw.
  if (!std::filesystem::exists(places.log_key)) Ed25519PrivateKey::generate().write_new(places.log_key);
  auto state = std::make_unique<State>(places, std::move(store), signer, Strictness::all_there);
  state->load();
  state->log_key = Ed25519PrivateKey::read(places.log_key);
  state->note_key = {name, state->log_key->public_key()};
  base::Event genesis{"genesis", {}, facts.members, true};
  genesis.members.set("log_key", state->note_key.vkey());
  const Entry first =
      state->prepare(genesis, {facts.case_id, name, base::Digest{}.hex(), {}}, custodians, {});
  state->keep_issuers(custodians);
  state->commit(first);
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

std::unique_ptr<Ledger> Ledger::open(const LedgerPlaces& places, const Signer& signer) {
  return open_as(places, signer, Strictness::all_there);
}

std::unique_ptr<Ledger> Ledger::open_for_new_key(const LedgerPlaces& places, const Signer& signer) {
  return open_as(places, signer, Strictness::loss_allowed);
}

std::unique_ptr<Ledger> Ledger::open_as(const LedgerPlaces& places, const Signer& signer, Strictness how) {
  if (!std::filesystem::exists(places.folder / kLedgerFile))
    throw base::Error(ErrorKind::not_found, base::say("there is no ledger in {}", places.folder.string()),
                      base::say("Nothing was changed. Check the case folder and the station's name."));
  const LedgerLock lock(places.folder, LedgerLock::Mode::exclusive);
  try {
    return open_locked(places, signer, how);
  } catch (const base::SqliteError& error) {
    throw store_trouble(places.folder, error);
  }
}

std::unique_ptr<Ledger> Ledger::open_locked(const LedgerPlaces& places, const Signer& signer,
                                            Strictness how) {
  LedgerStore store = LedgerStore::open(places.folder, base::OpenMode::read_write);
  auto state = std::make_unique<State>(places, std::move(store), signer, how);
  state->load();
  if (state->size() == 0)
    throw base::Error(ErrorKind::not_found,
                      base::say("the ledger in {} was never begun", places.folder.string()),
                      base::say("Nothing was changed. Make the case again."));
  if (!state->loss.any()) {
    // Only now: in a ledger that was rolled back, the disclosures of the missing entries would look like
    // orphans.
    state->store.drop_orphans();
    // An erasure that was signed is carried out, also where the power failed in between.
    carry_out_erasures(state->store);
  }
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

std::uint64_t Ledger::size() const {
  return state_->size();
}

const Loss& Ledger::loss() const {
  return state_->loss;
}

base::EntryReceipt Ledger::append(const base::Event& event) {
  return append(event, {});
}

base::EntryReceipt Ledger::append(const base::Event& event, const Signers& others, const Papers& papers) {
  State& state = *state_;
  const LedgerLock lock(state.places.folder, LedgerLock::Mode::exclusive);
  try {
    return append_locked(event, others, papers);
  } catch (const base::SqliteError& error) {
    throw store_trouble(state.places.folder, error);
  }
}

void Ledger::State::require_may_sign(const Signer& who) const {
  const base::Digest digest = base::sha256(who.certificate());
  if (check->admits(digest) || check->sessions().find(digest.hex()) != nullptr) return;
  throw base::Error(ErrorKind::usage, base::say("{} may not sign in this ledger yet", who.subject()),
                    base::say("No entry was made; the evidence is as it was. Let somebody who may sign run "
                              "`holdfast ledger add-key CERT.pem` first, or name another: --identity NAME."));
}

base::EntryReceipt Ledger::append_locked(const base::Event& event, const Signers& others,
                                         const Papers& papers) {
  State& state = *state_;
  state.refresh();
  if (state.loss.any() && !event.members.find("lost"))
    throw lost(base::say(
        "this station lost the ledger's key or its high-water mark; nothing else may be added before"));
  state.require_may_sign(state.signer);
  for (const Signer* other : others) state.require_may_sign(*other);
  const Entry entry = state.prepare(event, state.frame(), others, papers);
  state.keep_issuers(others);
  state.failed = true;
  state.commit(entry);
  if (event.act == "erase") carry_out_erasures(state.store);
  state.failed = false;
  return {entry.index, state.written.root.hex(), state.signer.subject()};
}

base::EntryReceipt Ledger::replace_log_key(base::Event event, const Signers& others) {
  State& state = *state_;
  const std::filesystem::path next = next_log_key(state.places);
  const LedgerLock lock(state.places.folder, LedgerLock::Mode::exclusive);
  try {
    state.refresh();
    // One that is left over by now was named by no entry, or it would have been settled; or the mark is lost,
    // and it signed nothing yet.
    std::filesystem::remove(next);
    make_folder_for(next);
    make_folder_for(state.places.high_water);
    const Ed25519PrivateKey fresh = Ed25519PrivateKey::generate();
    fresh.write_new(next);
    // If the power fails here, a key lies there that has signed nothing.
    event.members.set("log_key", NoteKey{state.note_key.name, fresh.public_key()}.vkey());
    if (state.loss.any()) event.members.set("lost", losses_as_json(state.loss));
    const base::EntryReceipt receipt = append_locked(event, others, {});
    state.loss = {};  // the new key is there, and so is a mark
    return receipt;
  } catch (const base::SqliteError& error) {
    throw store_trouble(state.places.folder, error);
  }
}

}  // namespace custody
