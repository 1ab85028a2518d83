// SPDX-License-Identifier: Apache-2.0
// Follows a ledger from its first entry to its checkpoint and checks everything that its own bytes can show.
// The writer runs it at every opening, the verifier on what it is given: one reading of the rules.
// Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/merkle.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/clock_remarks.h"
#include "chain-of-custody/entry_facts.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/revocation.h"
#include "chain-of-custody/revocation_check.h"
#include "chain-of-custody/sessions.h"
#include "chain-of-custody/time_brackets.h"
#include "chain-of-custody/verify.h"

namespace custody {

class LedgerCheck {
 public:
  // `chains` may be null: then nothing is said of who vouches for the signers. `brackets` may be: then
  // nothing is said of who vouches for the times.
  LedgerCheck(Coverage coverage, Chains* chains, Findings& findings, const TimeBrackets* brackets = nullptr)
      : coverage_(coverage), chains_(chains), brackets_(brackets), findings_(findings) {}

  // Signatures of the first `size` entries are compared with their leaves and not verified again. REQUIRES:
  // the caller verified them once, and compares the root over these leaves with the one that it had then.
  void signatures_stand_below(std::uint64_t size) { signatures_stand_below_ = size; }

  // The next entry, in order of their indices; `facts` are of it.
  void entry(const Entry& entry, const EntryFacts& facts);
  void entry(const Entry& entry);
  // The checkpoint over the entries so far; in a whole ledger one more entry may await its own.
  void checkpoint(base::Bytes note);
  // REQUIRES: coverage is edition, all entries were given. Exhibits' slots against the last leaf's state.
  void slots(const std::vector<SlotProof>& proofs);

  struct Link {
    std::uint64_t n;
    std::optional<base::Digest> body_sha256;  // of its leaf; none where that cannot be read
  };
  // What was learnt. Complete only where nothing failed.
  const CaseState& state() const { return state_; }
  const std::vector<base::Digest>& leaf_hashes() const { return leaf_hashes_; }
  base::Digest root() const { return tree_.root(); }  // over them
  const std::string& ledger() const { return ledger_; }
  const std::string& case_id() const { return case_id_; }
  std::string genesis_hash() const { return leaf_hashes_.empty() ? "" : leaf_hashes_[0].hex(); }
  std::optional<NoteKey> log_key() const { return keys_of_ledger_.log_key(); }
  const KeyHistory& key_history() const { return keys_of_ledger_; }
  // Certificates in it are views of what this object holds.
  const std::vector<SignatureRecord>& signature_records() const { return records_; }
  bool admits(const base::Digest& certificate) const { return keys_of_ledger_.may_sign(certificate); }
  const Sessions& sessions() const { return sessions_; }
  // What in the next entry contradicts what was said of sessions.
  std::vector<SessionFault> session_faults(const base::Json& body) const;
  std::uint64_t parties_on_paper() const { return parties_on_paper_; }
  const std::map<std::string, std::uint64_t>& signatures_by_subject() const { return signers_; }
  const std::vector<ClaimedTime>& claimed() const { return claimed_; }
  std::vector<std::string> remarks() const { return clocks_.sentences(); }
  const ExhibitStates& custody() const { return custody_; }
  std::uint64_t withheld_bodies() const { return withheld_bodies_; }
  std::uint64_t hidden_exhibits() const { return hidden_exhibits_; }
  std::uint64_t hidden_members() const { return hidden_members_; }

 private:
  void leaf(const Entry& entry, const EntryFacts& facts);
  void body(const Entry& entry, const EntryFacts& facts);
  void unreadable(const std::string& code, const std::string& what);
  void frame(const base::Json& body);
  void genesis(const base::Json& body);
  void signatures(const Entry& entry, const EntryFacts& facts, const base::Json& body);
  void signature(const CheckedSignature& checked, const base::Json& body, const base::Json& party);
  const Session* known_signer(const ActorSignature& read, const base::Json& party);
  void vouched_for(const ActorSignature& read, const Session* session, std::int64_t claimed_us);
  void chain_of(const base::Buffer& certificate, const base::Digest& digest, const Session* session,
                std::int64_t claimed_us);
  void sessions(const base::Json& body);
  void clocks(const base::Json& body);
  std::optional<base::Digest> body_digest() const;
  void advance(const OpenedBody& opened);
  void step_erased(const std::string& uid);
  void follow_custody(const OpenedBody& opened);
  void step(std::string_view uid, std::uint64_t n, const std::string& prev, Registers registers);
  void slot(const SlotProof& proof);

  Coverage coverage_;
  Chains* chains_;
  const TimeBrackets* brackets_;
  Findings& findings_;

  std::string object_;  // "entry 17", of the entry at hand
  Leaf leaf_;
  bool leaf_good_ = false;
  std::vector<base::Digest> leaf_hashes_;
  base::CompactRange tree_;  // over the same
  base::Digest last_state_;
  CaseState state_;                                 // of a whole ledger
  bool state_complete_ = true;                      // every exhibit so far could be told
  std::map<std::string, Link, std::less<>> links_;  // the last act seen on each exhibit, and on the case
  ExhibitStates custody_;
  std::string ledger_, case_id_;
  KeyHistory keys_of_ledger_;
  Sessions sessions_;
  std::map<base::Digest, base::Buffer> certificates_;  // of those who signed
  std::vector<SignatureRecord> records_;
  SignerKeys keys_;
  std::uint64_t signatures_stand_below_ = 0;
  std::map<base::Digest, std::string> names_;  // of certificates, in words
  std::map<std::string, std::uint64_t> signers_;
  ClockRemarks clocks_;
  std::vector<ClaimedTime> claimed_;
  std::uint64_t withheld_bodies_ = 0, hidden_exhibits_ = 0, hidden_members_ = 0, parties_on_paper_ = 0;
};

}  // namespace custody
