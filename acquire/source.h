// SPDX-License-Identifier: Apache-2.0
// What an acquisition reads: a block device, a file, or a server that speaks NBD. Read-only, always.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "acquire/advice.h"
#include "acquire/content.h"
#include "acquire/drive_facts.h"
#include "acquire/system_facts.h"
#include "base/json.h"

namespace acquire {

// What is known of the source, and what it says of itself. Absent is absent.
struct SourceFacts : SystemFacts {
  std::string path;
  bool block_device = false;
  std::uint64_t bytes = 0;
  std::uint32_t logical_sector = 512;
  std::uint32_t physical_sector = 512;
  std::optional<std::string> partition_table;  // libblkid's name
  std::vector<Partition> partitions;           // in the order of the table
  std::uint32_t partitions_left_out = 0;       // of the table, beyond what is listed
  std::optional<Container> container;          // that the whole of it is
  std::vector<Advice> advice;                  // what all of this asks of who acquires it
  std::optional<DriveFacts> drive;             // of a device: what the drive itself answered
  std::optional<WriteCounters> writes_before;  // when it was opened
  std::optional<WriteCounters> writes_after;   // set by who reads the source, from Source::write_counters
  bool read_only_before = false;               // BLKROGET before we touched it
  bool read_only_set = false;                  // BLKROSET by us succeeded: a software write block
  bool direct_io = false;                      // O_DIRECT: a bad sector costs itself only
  base::Json to_json() const;                  // the member `source` of acquisition.json
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
  // What was written to the device until now, by whomever; nothing where nobody counts.
  virtual std::optional<WriteCounters> write_counters() const { return std::nullopt; }
};

struct OpenOptions {
  bool write_block = true;  // set a device read-only, where the system lets us
  bool ask_drive =
      true;  // send it ATA or NVMe commands, which read; some USB bridges need a reset after them
};

// Looks at the start of the source and of its partitions, and fills what SourceFacts says of them: the
// table's partitions are known already.
void look_at_content(Source& source, SourceFacts& facts);

// Opens a device or a file. Throws base::Error: not_found,
// io, usage (neither device nor file), conflict (the device or a part of it is mounted or in use).
std::unique_ptr<Source> open_source(const std::string& name, const OpenOptions& options = {});

}  // namespace acquire
