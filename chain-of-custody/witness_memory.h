// SPDX-License-Identifier: Apache-2.0
// Where a witness remembers: <home>/ledgers/<SHA-256 of the origin>.json, one small file a ledger, so that no
// path is made of a name that a request brings. For .cpp files of this room only.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "chain-of-custody/witness.h"

namespace custody {

class MemoryOfWitness {
 public:
  static void make(const std::filesystem::path& home);
  // Waits for other processes, and keeps them waiting while this object lives. Error(io).
  explicit MemoryOfWitness(const std::filesystem::path& home);

  // Error(format) where what is remembered cannot be read: a witness that forgot must not sign.
  std::optional<WitnessMemory> of(std::string_view origin) const;
  std::vector<WitnessMemory> all() const;  // by origin
  std::uint64_t latest_time() const;       // of all cosignatures; 0 where there is none
  // On the disk when this returns.
  void remember(const WitnessMemory& memory) const;

 private:
  std::filesystem::path folder_;
  base::Fd lock_;
};

}  // namespace custody
