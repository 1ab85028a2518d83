// SPDX-License-Identifier: Apache-2.0
// What a ledger that is open for writing knows of its past, and how it is learnt. For .cpp files of this room
// only. Thread rule: one thread.
#pragma once

#include <optional>

#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/ledger_check.h"
#include "chain-of-custody/ledger_store.h"
#include "chain-of-custody/marks.h"
#include "chain-of-custody/note.h"

namespace custody {

inline constexpr auto kNotAcknowledged = base::phrase(
    "The entry is not acknowledged; what was acknowledged before stands. Check the volume and repeat.");

struct Ledger::State {
  State(const LedgerPlaces& where, LedgerStore stored, const Signer& who, Strictness how)
      : places(where),
        store(std::move(stored)),
        signer(who),
        certificate(base::sha256(who.certificate())),
        strictness(how) {}

  void load();
  void follow_log_key();
  std::uint64_t replacements_after(std::uint64_t covered) const;
  void refresh();
  bool caught_up();
  Checkpoint checkpoint_now() const;
  void acknowledge(const Checkpoint& checkpoint);
  Entry prepare(const base::Event& event, BodyFrame frame, const Signers& others, const Papers& papers) const;
  void require_may_sign(const Signer& who) const;
  void keep_issuers(const Signers& others);
  void commit(const Entry& entry);
  BodyFrame frame() const;
  std::uint64_t size() const { return check->leaf_hashes().size(); }

  LedgerPlaces places;
  LedgerStore store;
  const Signer& signer;
  base::Digest certificate;
  Strictness strictness;
  Loss loss;
  std::optional<Ed25519PrivateKey> log_key;  // none where it is lost, or no entry names one yet
  NoteKey note_key;
  VerifyReport report;
  std::optional<Findings> findings;
  std::optional<LedgerCheck> check;
  Checkpoint written;   // the last that lies in the checkpoint file
  bool failed = false;  // a step failed half way: nothing more is acknowledged by this object
};

}  // namespace custody
