// SPDX-License-Identifier: Apache-2.0
// Cosignatures of witnesses (C2SP tlog-cosignature, cosignature/v1): signature lines of type 0x04 below a
// checkpoint. A witness says with one: at this time this was the largest tree of this origin that I had seen,
// and it continues what I had seen before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chain-of-custody/note.h"

namespace custody {

// The key of a witness. The signed bytes do not hold its name, so one key makes one witness, whatever it is
// called.
struct WitnessKey {
  std::string name;
  Ed25519PublicKey key{};
  std::uint32_t id() const;
  std::string vkey() const;
  bool operator==(const WitnessKey&) const = default;
};
WitnessKey parse_witness_vkey(std::string_view text);  // throws NoteError, also for a ledger's key

// What is signed: "cosignature/v1", a line with the time, and the checkpoint's text.
std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t time_s);
NoteSignature cosign(std::string_view checkpoint_text, const WitnessKey& key, const Ed25519PrivateKey& secret,
                     std::uint64_t time_s);

struct CosignatureResult {
  NoteOutcome outcome = NoteOutcome::other_keys;
  std::uint64_t time_s = 0;  // seconds since 1970 by the witness's clock; means something only where good
};
CosignatureResult check_cosignature(std::string_view checkpoint_text, const NoteSignature& line,
                                    const WitnessKey& key);
// Among several lines: bad where any line of this name and id does not verify; else the earliest time.
CosignatureResult check_cosignatures(std::string_view checkpoint_text, std::span<const NoteSignature> lines,
                                     const WitnessKey& key);

// A line does not say which checkpoint it is over. The largest size of this ledger for whose checkpoint it is
// good, and nothing where there is none among the last `reach` sizes.
struct CosignedCheckpoint {
  Checkpoint checkpoint;
  std::uint64_t time_s = 0;
};
std::optional<CosignedCheckpoint> find_cosigned(std::string_view origin,
                                                std::span<const base::Digest> leaf_hashes,
                                                const NoteSignature& line, const WitnessKey& key,
                                                std::size_t reach);

}  // namespace custody
