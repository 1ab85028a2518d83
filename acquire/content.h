// SPDX-License-Identifier: Apache-2.0
// What stands on a source, as far as it decides how to acquire it: partitions, and containers that hide or
// share what they hold. Signatures only: a VeraCrypt volume has none, and nothing is guessed from its bytes.
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace acquire {

class Source;

struct Container {
  enum class Kind { bitlocker, bitlocker_to_go, luks, apfs, core_storage, lvm2, md_raid } kind;
  std::string version;            // of the format, where it states one
  std::optional<bool> encrypted;  // absent where the start does not tell
  base::Json to_json() const;
};
std::string_view name_of(Container::Kind kind);

struct Partition {
  std::uint32_t number = 0;
  std::uint64_t offset = 0, bytes = 0;  // on the disk, as the table states them: they can lie beyond its end
  std::string type;                     // "0x7", or a GUID
  std::string name;                     // of a GPT; empty where it has none
  std::optional<Container> container;
  std::string trouble;  // why its start could not be looked at; else empty
  base::Json to_json() const;
};

// Whether a table of partitions lies over the range: then what stands at its end may belong to the last of
// them.
enum class Extent { one_volume, has_partitions };
// The container that starts at `offset` and is `bytes` long. Nothing where none is known, or where its start
// cannot be read: then `trouble` says why.
std::optional<Container> find_container(Source& source, std::uint64_t offset, std::uint64_t bytes,
                                        Extent extent, std::string& trouble);

}  // namespace acquire
