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

#include "acquire/source.h"
#include "base/event.h"
#include "base/json.h"
#include "image/image.h"

namespace acquire {

enum class OutputFormat { e01, raw, folder };  // folder: adopted only
std::string_view name_of(OutputFormat format);

struct Plan {
  std::filesystem::path folder;  // of this acquisition; made by the caller
  std::string stem;              // "KK-A-0001_a1"
  OutputFormat format = OutputFormat::e01;
  std::optional<std::uint64_t> segment_bytes;  // absent: 400 MiB for an E01, one file for raw
  std::map<std::string, std::string> header;   // for the E01; image.h names the values
};

struct Progress {
  enum class Phase { read, read_back } phase = Phase::read;
  std::uint64_t done = 0, total = 0;
  double bytes_per_second = 0;
  double seconds_left = 0;
  std::uint64_t bad_sectors = 0;
};
// Called by the calling thread, at most some times a second, and at the start and end of each phase.
using ProgressCallback = std::function<void(const Progress&)>;

enum class Outcome { complete, complete_with_bad_ranges, interrupted, failed };
std::string_view name_of(Outcome outcome);

// What reading the image again gave. `nothing_stated`: an adopted image that states no digest.
enum class ReadBack { equal, different, not_done, nothing_stated };
std::string_view name_of(ReadBack read_back);

// All that is known of one acquisition; its canonical JSON is acquisition.json (docs/acquisition.md).
struct Report {
  SourceFacts source;
  Outcome outcome = Outcome::failed;
  OutputFormat format = OutputFormat::e01;
  bool adopted = false;  // somebody else made the image
  std::string started_utc, ended_utc;
  std::uint64_t media_bytes = 0, read_bytes = 0, bad_bytes = 0,
                not_attempted_bytes = 0;  // the last three add up to the first
  std::uint32_t sector_bytes = 512;
  std::vector<image::SectorRange> bad;  // of sector_bytes each, in order; zeros in the image
  std::map<base::Algorithm, base::Buffer> media_digests;   // of the whole media; empty unless all was imaged
  std::map<base::Algorithm, base::Buffer> stated_digests;  // adopted: as the image states them
  struct File {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;  // absent where the run ended before the image was whole
  };
  std::vector<File> files;
  ReadBack read_back = ReadBack::not_done;
  std::vector<image::Damage> damage;
  std::string trouble;  // in words: why it failed or was interrupted; else empty
  bool read_back_equal() const { return read_back == ReadBack::equal; }
  base::Json to_json() const;
};

// Images `source` by `plan`, reads the image back with our own reader and compares. Writes acquisition.json
// to the plan's folder, also where the outcome is `interrupted` or `failed` because the source is gone; the
// files stay. Throws base::Error where the destination fails, or refuses before anything is written
// (conflict, usage).
Report acquire(Source& source, const Plan& plan, const ProgressCallback& progress, std::stop_token stop);

// Registers an image that somebody else made, where it lies: verifies it, hashes media and files, compares
// with what it states. Writes nothing. A folder is adopted as the files in it: their paths stand
// percent-encoded as names, links are not followed, and there is no digest of the whole.
Report adopt(const std::filesystem::path& first_file, const ProgressCallback& progress, std::stop_token stop);

}  // namespace acquire
