// SPDX-License-Identifier: Apache-2.0
// One acquisition: device or file -> image, with three digests, read back and reported. The pipeline is
//   reader -> one thread per digest | compress workers -> one ordered writer
// with bounded memory whatever the size of the media.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/file.h"
#include "base/json.h"
#include "image/image.h"

namespace acquire {

// What the source says of itself. Absent is absent.
struct SourceFacts {
  std::string path;
  bool block_device = false;
  std::uint64_t bytes = 0;
  std::uint32_t logical_sector = 512;
  std::uint32_t physical_sector = 512;
  std::optional<std::string> model, serial, bus, firmware, partition_table;
  std::optional<bool> removable;
  bool read_only_before = false;  // BLKROGET before we touched it
  bool read_only_set = false;     // BLKROSET by us succeeded: a software write block
  std::vector<std::string> mounted_at;
};

enum class OutputFormat { e01, raw };

struct Plan {
  std::filesystem::path folder;  // of this acquisition; made by the caller
  std::string stem;              // "KK-A-0001_a1"
  OutputFormat format = OutputFormat::e01;
  std::uint64_t segment_bytes = 400ull << 20;
  std::map<std::string, std::string> header;  // for the E01
};

struct Progress {
  enum class Phase { read, read_back } phase;
  std::uint64_t done, total;
  double bytes_per_second;
  double seconds_left;
  std::uint64_t bad_sectors;
};

enum class Outcome { complete, complete_with_bad_ranges, interrupted, failed };
std::string_view name_of(Outcome outcome);

// All that is known of one acquisition; its canonical JSON is acquisition.json (docs/acquisition.md).
struct Report {
  SourceFacts source;
  Outcome outcome = Outcome::failed;
  OutputFormat format = OutputFormat::e01;
  bool adopted = false;  // somebody else made the image
  std::string started_utc, ended_utc;
  std::uint64_t media_bytes = 0, read_bytes = 0, bad_bytes = 0,
                not_attempted_bytes = 0;  // the last three add up
  std::vector<image::SectorRange> bad;
  std::map<base::Algorithm, base::Buffer> media_digests;
  std::map<base::Algorithm, base::Buffer> stated_digests;  // adopted: as the image states them
  struct File {
    std::string name;
    std::uint64_t bytes;
    std::string sha256;
  };
  std::vector<File> files;
  bool read_back_equal = false;
  std::vector<image::Damage> damage;
  base::Json to_json() const;
};

// Opens a source read-only; refuses mounted devices (Error refused) and sizes that are no multiple of a
// sector are handled: the image is padded? never: see docs/acquisition.md. Throws Error.
class Source {
 public:
  static Source open(const std::filesystem::path& path);
  const SourceFacts& facts() const { return facts_; }
  enum class Read { ok, medium_error, gone };
  // REQUIRES: offset and size are multiples of the sector size, except at the end.
  Read read_at(std::uint64_t offset, std::span<std::byte> into);

 private:
  base::Fd fd_;
  SourceFacts facts_;
};

// Images `source` by `plan`, reads the image back with our own reader and compares. Writes acquisition.json.
Report acquire(Source& source, const Plan& plan, const std::function<void(const Progress&)>& progress,
               std::stop_token stop);
// Registers an image that somebody else made, where it lies: verifies, hashes, compares with what it states.
Report adopt(const std::filesystem::path& first_file, const std::function<void(const Progress&)>& progress,
             std::stop_token stop);

}  // namespace acquire
