// SPDX-License-Identifier: Apache-2.0
// What an acquisition reads: a block device, a file, or a server that speaks NBD. Read-only, always.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/json.h"

namespace acquire {

// What the source says of itself. Absent is absent.
struct SourceFacts {
  std::string path;
  bool block_device = false;
  std::uint64_t bytes = 0;
  std::uint32_t logical_sector = 512;
  std::uint32_t physical_sector = 512;
  std::optional<std::string> model, serial, bus, firmware, partition_table;  // as the kernel states them
  std::optional<bool> removable;
  bool partition = false;         // a part of a disk, not a whole one
  bool read_only_before = false;  // BLKROGET before we touched it
  bool read_only_set = false;     // BLKROSET by us succeeded: a software write block
  bool direct_io = false;         // O_DIRECT: a bad sector costs itself only
  base::Json to_json() const;     // the member `source` of acquisition.json
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const SourceFacts& facts() const = 0;
  // `gone`: the device was removed or exchanged, does not answer, or the file shrank. Never zeros.
  enum class Read { ok, medium_error, gone };
  // Fills `into`; where the answer is not `ok`, its contents say nothing. Several threads may read at once.
  // REQUIRES: offset and size are multiples of the logical sector, except at the end, and `into` is
  // page-aligned for devices. Throws base::Error(io) where it is neither the medium nor the device.
  virtual Read read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
};

// Opens a device (set read-only as well, where the system lets us) or a file. Throws base::Error: not_found,
// io, usage (neither device nor file), conflict (the device or a part of it is mounted or in use).
std::unique_ptr<Source> open_source(const std::string& name);

}  // namespace acquire
