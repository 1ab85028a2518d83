// SPDX-License-Identifier: Apache-2.0
// What remembers a ledger's past outside its database: the signed checkpoint beside it, and the high-water
// mark of this station. From them a rollback, a fork, a cut tail and a crash are told apart at opening.
#pragma once

#include <optional>
#include <span>

#include "base/error.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/revocation.h"

namespace custody {

struct Marks {
  Checkpoint checkpoint;                   // size 0 where there is none yet
  std::optional<Checkpoint> acknowledged;  // the high-water mark; none before the first acknowledgement
};

// The last acknowledged state of this station; none before the first. Error(format) where it cannot be read.
std::optional<Checkpoint> read_high_water(const std::filesystem::path& file);
// Error(format), in words, where one of the two cannot be read, is not of its key, or is missing although
// the ledger has `size` entries. Where `mark_may_be_gone`, the high-water mark alone may be.
Marks read_marks(const LedgerPlaces& places, const KeyHistory& keys, std::uint64_t size,
                 bool mark_may_be_gone = false);
// Where a new log key lies until the first checkpoint that it signed is written.
std::filesystem::path next_log_key(const LedgerPlaces& places);
// Puts the key with that public part in its place, where it is still the next one.
void settle_log_key(const LedgerPlaces& places, const NoteKey& key);

// Throws Error(format) unless the leaves continue both marks, with at most one leaf beyond the checkpoint
// before the `replacements` of the log key with which they end. Returns true where the last append was cut
// off before its end: a checkpoint, or only the mark, is missing.
bool check_against_marks(const Marks& marks, std::span<const base::Digest> leaf_hashes,
                         const std::filesystem::path& folder, std::uint64_t replacements = 0);

// The Error(format) of a ledger to which nothing may be added.
base::Error refused(const base::Said& what);
// That of one whose station lost something, with the way out.
base::Error lost(const base::Said& what);

}  // namespace custody
