// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/witness_check.h"

#include <algorithm>
#include <array>

#include "base/counted.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/prefix_roots.h"

namespace custody {
namespace {

using base::Json;

constexpr std::int64_t kSecond = 1'000'000;
// Two laptops in the field agree no better; what is further off is said.
constexpr std::int64_t kTolerance = 600 * kSecond;
// Which other checkpoint a line is of is told where it can be found quickly.
constexpr std::size_t kSearchReach = 1000;
constexpr int kSearches = 16;

constexpr char kBadLine[] = "The cosignature does not verify: it, its time or what it covers was altered.";

// Acts about the ledger itself, which must follow the checkpoint that they speak of.
constexpr std::array<std::string_view, 3> kAfterwards{"witness", "anchor", "disclose"};

std::string counted(std::uint64_t count) {
  return base::counted(count, "entry", "entries");
}

std::optional<Json> body_of(const Entry& entry) {
  if (!entry.body) return {};
  try {
    return open_body(entry).body;
  } catch (const base::JsonError&) {
    return {};  // the entry's own checks have named it
  }
}

std::optional<std::int64_t> claimed_time(const Json& body) {
  const Json* time = body.find("time");
  const Json* utc = time ? time->find("utc") : nullptr;
  return utc && utc->is_text() ? base::parse_utc(utc->text()) : std::nullopt;
}

class WitnessCheck {
 public:
  WitnessCheck(const LedgerContent& content, const Policy* policy, std::int64_t now_us, Findings& findings)
      : content_(content),
        policy_(policy),
        now_us_(now_us),
        findings_(findings),
        roots_(content.entries),
        keys_(log_keys_of(content)) {
    genesis_us_ = genesis_time_us(content);
  }

  Witnessed run() {
    for (const Entry& entry : content_.entries) read(entry);
    if (policy_) below_the_checkpoint();
    if (policy_) logs();
    tell();
    if (policy_) quorum();
    return std::move(witnessed_);
  }

 private:
  std::vector<base::Digest> leaf_hashes() const {
    std::vector<base::Digest> hashes;
    for (const Entry& entry : content_.entries) hashes.push_back(base::leaf_hash(entry.leaf));
    return hashes;
  }
  void read(const Entry& entry) {
    const std::string_view act = entry.body ? act_at_first_sight(*entry.body) : std::string_view();
    const bool afterwards = std::ranges::find(kAfterwards, act) != kAfterwards.end();
    if (!afterwards) to_cover_ = entry.index + 1;  // a withheld entry, too, may be an act of any kind
    const std::optional<Json> body = act == "witness" ? body_of(entry) : std::nullopt;
    if (!body) return;
    const std::string object = "entry " + std::to_string(entry.index);
    try {
      judge(witness_act(*body, entry.index), object);
    } catch (const NoteError& error) {
      findings_.fail("witness.cosignature", object,
                     std::string("The cosignature cannot be read: ") + error.what() + ".");
    } catch (const base::JsonError& error) {
      findings_.fail("witness.cosignature", object,
                     std::string("The cosignature cannot be read: ") + error.what() + ".");
    }
  }

  void judge(const WitnessAct& act, const std::string& object) {
    const Checkpoint& stated = act.checkpoint;
    const bool in_tree = stated.size <= act.entry && roots_.had(stated.size, stated.root);
    if (!findings_.check(in_tree, "witness.size", object,
                         "It states a checkpoint that this ledger never had before this entry."))
      return;
    const auto time_s = line(stated, act.line, act.witness, object);
    if (!time_s) return;
    const std::int64_t utc_us = static_cast<std::int64_t>(*time_s) * kSecond;
    if (!findings_.check(base::format_utc(utc_us) == act.cosigned_at, "witness.cosignature", object,
                         "The entry states another time than the cosignature."))
      return;
    take(act.witness, stated.size, utc_us);
  }

  // The time of a cosignature that is good in all respects.
  std::optional<std::uint64_t> line(const Checkpoint& checkpoint, const NoteSignature& signature,
                                    const WitnessKey& witness, const std::string& object) {
    const CosignatureResult result = check_cosignature(checkpoint.text(), signature, witness);
    if (result.outcome != NoteOutcome::good) {
      bad_line(checkpoint, signature, witness, object);
      return {};
    }
    const std::int64_t utc_us = static_cast<std::int64_t>(result.time_s) * kSecond;
    const std::string wrong = why_untimely(utc_us, genesis_us_, now_us_);
    const bool in_time = findings_.check(wrong.empty(), "witness.cosignature", object, wrong);
    return in_time ? std::optional(result.time_s) : std::nullopt;
  }

  void bad_line(const Checkpoint& checkpoint, const NoteSignature& signature, const WitnessKey& witness,
                const std::string& object) {
    std::optional<CosignedCheckpoint> other;
    if (searches_++ < kSearches)
      other = find_cosigned(checkpoint.origin, leaf_hashes(), signature, witness, kSearchReach);
    if (other)
      findings_.fail("witness.size", object,
                     "The cosignature of " + witness.name + " is over " + counted(other->checkpoint.size) +
                         ", and stands here for " + counted(checkpoint.size) + ".");
    else
      findings_.fail("witness.cosignature", object, kBadLine);
  }

  // Lines that were put below the checkpoint itself, of witnesses that the verifier knows.
  void below_the_checkpoint() {
    try {
      const SignedNote note = parse_note(content_.checkpoint);
      const Checkpoint checkpoint = parse_checkpoint(note.text);
      const bool in_tree = roots_.had(checkpoint.size, checkpoint.root);
      if (!in_tree || checkpoint.origin != name()) return;  // tree.root and note.form have said it
      for (const Policy::Witness& witness : policy_->witnesses)
        for (const NoteSignature& signature : note.signatures)
          if (signature.name == witness.key.name && signature.key_id == witness.key.id())
            if (const auto time_s = line(checkpoint, signature, witness.key, "checkpoint"))
              take(witness.key, checkpoint.size, static_cast<std::int64_t>(*time_s) * kSecond);
    } catch (const NoteError&) {
      return;  // note.form has said it
    }
  }

  void take(const WitnessKey& witness, std::uint64_t size, std::int64_t utc_us) {
    // What the ledger's own key says is the ledger's word, under whatever name.
    const bool itself =
        std::ranges::any_of(keys_, [&](const LogKeySince& own) { return own.key.key == witness.key; });
    const bool known = policy_ && !itself && std::ranges::any_of(policy_->witnesses, [&](const auto& one) {
                         return one.key.key == witness.key;
                       });
    findings_.check(true, "witness.cosignature", "", "");
    Told& told = told_[witness.key];
    if (size >= told.size) told = {witness.name, known, size, utc_us, told.times};
    ++told.times;
    if (known) witnessed_.cosignatures.push_back({witness, size, utc_us, utc_us + kTolerance});
  }

  // The ledger's name; empty where it begins with no key that can be used.
  std::string name() const { return keys_.empty() ? std::string() : keys_.front().key.name; }

  // How many entries the checkpoint is over; as many as there are where it cannot be read.
  std::uint64_t checkpoint_size() const {
    try {
      return parse_checkpoint(parse_note(content_.checkpoint).text).size;
    } catch (const NoteError&) {
      return content_.entries.size();  // note.form says it
    }
  }

  // The key that counts is that of the checkpoint: entries name a new one where the old one was replaced.
  void logs() {
    const std::vector<NoteKey> own = key_at(keys_, checkpoint_size());
    if (policy_->logs.empty() || own.empty()) return;
    const auto listed = [&](const NoteKey& key) {
      return std::ranges::find(policy_->logs, key) != policy_->logs.end();
    };
    const std::string object = "ledger " + name();
    if (listed(own.front()))
      findings_.check(true, "witness.log", "", "");
    else if (std::ranges::any_of(keys_, [&](const LogKeySince& one) { return listed(one.key); }))
      findings_.impossible(
          "witness.log", object,
          "Your policy has another key that this ledger names, and not that of its checkpoint: ask its "
          "keeper, by another way, whether the key was replaced.");
    else if (std::ranges::find(policy_->logs, name(), &NoteKey::name) != policy_->logs.end())
      findings_.fail("witness.log", object, "Your policy has another key for this ledger.");
    else
      findings_.impossible("witness.log", object,
                           "Your policy lists ledgers, and this one is not among them.");
  }

  void tell() {
    for (const auto& [key, told] : told_)
      witnessed_.statements.push_back(
          (told.known ? "Your witness " + told.name : "A witness that you did not name, " + told.name + ",") +
          " cosigned " + counted(told.size) + " at " + base::format_utc_for_people(told.utc_us) +
          " by its own clock" +
          (told.times > 1 ? ", the last of " + std::to_string(told.times) + " times." : "."));
  }

  // A cosignature over a later checkpoint vouches for every earlier one: the tree was shown to continue it.
  std::uint64_t vouched_for() const {
    std::uint64_t largest = 0;
    for (const auto& [candidate, last] : told_) {
      std::set<Ed25519PublicKey> keys;
      for (const auto& [key, told] : told_)
        if (told.known && told.size >= last.size) keys.insert(key);
      if (last.known && policy_->is_met_by(keys)) largest = std::max(largest, last.size);
    }
    return largest;
  }

  void quorum() {
    if (policy_->quorum.empty()) return;
    witnessed_.quorum_size = vouched_for();
    const std::uint64_t covered = witnessed_.quorum_size, all = roots_.size();
    const std::string object = "ledger " + (keys_.empty() ? content_.station : name());
    if (covered == 0)
      return findings_.impossible(
          "witness.quorum", object,
          "The witnesses that your policy asks for, " + policy_->quorum +
              ", are not enough or not there: nobody whom you named vouches that this "
              "is the only history.");
    witnessed_.statements.push_back("Enough of your witnesses vouch for the first " + counted(covered) +
                                    " of " + std::to_string(all) + ".");
    if (covered >= to_cover_)
      findings_.check(true, "witness.quorum", "", "");
    else
      findings_.impossible("witness.quorum", object,
                           "Enough of your witnesses vouch for the first " + counted(covered) + " only: " +
                               (covered + 1 == all ? "entry " + std::to_string(covered) + " rests"
                                                   : "entries " + std::to_string(covered) + " to " +
                                                         std::to_string(all - 1) + " rest") +
                               " on the ledger's own key.");
  }

  const LedgerContent& content_;
  const Policy* policy_;
  std::int64_t now_us_;
  Findings& findings_;
  PrefixRoots roots_;
  std::optional<std::int64_t> genesis_us_;
  std::vector<LogKeySince> keys_;  // the ledger's own, since which entry
  std::uint64_t to_cover_ = 0;     // entries beyond these all follow the checkpoint that they speak of
  int searches_ = 0;
  // By key, the largest size that each witness has cosigned.
  struct Told {
    std::string name;
    bool known = false;  // to the verifier
    std::uint64_t size = 0;
    std::int64_t utc_us = 0;
    std::uint64_t times = 0;
  };
  std::map<Ed25519PublicKey, Told> told_;
  Witnessed witnessed_;
};

}  // namespace

std::string why_untimely(std::int64_t cosigned_us, std::optional<std::int64_t> genesis_us,
                         std::int64_t now_us) {
  const std::string claimed = base::format_utc_for_people(cosigned_us) + ".";
  if (genesis_us && cosigned_us + kTolerance < *genesis_us)
    return "The cosignature claims a time before the ledger was opened: " + claimed;
  if (cosigned_us > now_us + kTolerance)
    return "The cosignature claims a time that has not come yet by your clock: " + claimed;
  return {};
}

std::optional<std::int64_t> genesis_time_us(const LedgerContent& content) {
  const std::optional<Json> body = content.entries.empty() ? std::nullopt : body_of(content.entries[0]);
  return body ? claimed_time(*body) : std::nullopt;
}

Witnessed check_witnesses(const LedgerContent& content, const Policy* policy, std::int64_t now_us,
                          Findings& findings) {
  return WitnessCheck(content, policy, now_us, findings).run();
}

}  // namespace custody
