// SPDX-License-Identifier: Apache-2.0
// A proof that a tree holds a leaf, as a file: c2sp.org/tlog-proof@v1. Read strictly; a line `extra` is
// refused, because nobody signs what stands there.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/note.h"

namespace custody {

inline constexpr std::string_view kTlogProofVersion = "c2sp.org/tlog-proof@v1";
inline constexpr std::size_t kMaximalTlogProof = 64 << 10;

struct TlogProof {
  std::uint64_t index = 0;
  std::vector<base::Digest> path;  // leaf side first
  base::Buffer checkpoint;         // a signed note, verbatim
};
TlogProof parse_tlog_proof(base::Bytes text);  // throws NoteError
std::string format_tlog_proof(const TlogProof& proof);

// The proof of one leaf under a checkpoint over these leaves. REQUIRES: the checkpoint covers the index, and
// there are as many leaf hashes as it says, or more.
TlogProof prove_leaf(std::span<const base::Digest> leaf_hashes, std::uint64_t index,
                     base::Bytes checkpoint_note);

// The checkpoint, where the leaf is under it and one of the keys signed it; NoteError says what does not
// hold.
Checkpoint check_tlog_proof(const TlogProof& proof, const base::Digest& leaf_hash,
                            std::span<const NoteKey> keys);

}  // namespace custody
