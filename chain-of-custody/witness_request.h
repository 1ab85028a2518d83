// SPDX-License-Identifier: Apache-2.0
// What a ledger asks of a witness: the body of add-checkpoint (C2SP tlog-witness) as a file on a stick. The
// answer is the witness's signature lines, or, where the ledger was wrong about what the witness knows, that
// size.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain-of-custody/note.h"

namespace custody {

struct WitnessRequest {
  std::uint64_t old_size = 0;       // of the checkpoint that the witness cosigned last; 0 at first
  std::vector<base::Digest> proof;  // from there to the checkpoint (RFC 6962 §2.1.2)
  SignedNote note;
  Checkpoint checkpoint;  // as the note says
};
// Strict in its form; says nothing yet of keys, sizes and proof. Throws NoteError.
WitnessRequest parse_witness_request(base::Bytes file);
// REQUIRES: old_size is at most the size of the checkpoint, and there are at least so many leaves.
std::string format_witness_request(std::uint64_t old_size, std::span<const base::Digest> leaf_hashes,
                                   base::Bytes checkpoint_note);

// The answer to a request whose old size was another than the witness's: that size alone, in decimal.
std::string format_known_size(std::uint64_t size);
std::optional<std::uint64_t> parse_known_size(std::string_view answer);

}  // namespace custody
