// SPDX-License-Identifier: Apache-2.0
// One acquisition: device or file -> image, with three digests, read back and reported. The pipeline is
//   reader -> one thread per digest | compress workers -> one ordered writer
// with bounded memory whatever the size of the media.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/source.h"
#include "acquire/stated.h"
#include "base/event.h"
#include "base/json.h"
#include "image/image.h"

namespace acquire {

enum class OutputFormat { e01, raw, folder };  // folder: adopted only
std::string_view name_of(OutputFormat format);

// The source went away and came back within a run.
struct Pause {
  std::uint64_t at_bytes = 0;
  std::string from_utc, to_utc, path;  // the path that it came back under
};

struct Report;

struct Plan {
  std::filesystem::path folder;  // of this acquisition: report and journal; made by the caller
  std::string stem;              // "KK-A-0001_a1"
  OutputFormat format = OutputFormat::e01;
  std::vector<image::Place> places;                // one copy of the image each; empty: one, in `folder`
  std::optional<std::uint64_t> segment_bytes;      // absent: 400 MiB for an E01, one file for raw
  std::map<std::string, std::string> header;       // for the E01; image.h names the values
  unsigned retries = 0;                            // further tries of each sector that cannot be read
  std::optional<std::uint64_t> bytes_per_second;   // read no faster
  std::optional<std::chrono::seconds> time_limit;  // stop then, to go on another time
  // The source is gone. Waits for the same device and opens it; nothing: the run ends, to go on another time.
  std::function<std::unique_ptr<Source>(std::stop_token)> wait_for_source;
  // The image is whole: what must be remembered before acquisition.json says so. By the thread that runs.
  std::function<void(const Report&)> before_report;
  unsigned attempt = 0;       // its number, for the report's name; 0: counted by the journal
  bool rescued = false;       // the source is what was rescued of a device (rescue_run.h)
  std::vector<Pause> pauses;  // before the run, while it was rescued
  // How often what is written becomes durable: image.h, WriterOptions.
  std::uint64_t step_bytes = 64u << 20;
  std::chrono::milliseconds sync_every{5000};
};

struct Progress {
  // `check`: what an earlier attempt wrote is read again; `wait`: the source is gone.
  enum class Phase { check, read, wait, read_back } phase = Phase::read;
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
  bool adopted = false;              // somebody else made the image
  std::optional<Received> received;  // and sent it
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
    std::string sha256;          // absent where the run ended before the image was whole
    std::filesystem::path path;  // not in the JSON: where things lie is no part of the evidence
  };
  std::vector<File> files;
  ReadBack read_back = ReadBack::not_done;
  std::vector<image::Damage> damage;
  // The same image in another place, written at the same time and read back by itself. `files`, `read_back`
  // and `damage` above are of the first copy that is whole.
  struct Copy {
    std::vector<File> files;
    ReadBack read_back = ReadBack::not_done;
    std::vector<image::Damage> damage;
    std::string trouble;
  };
  std::vector<Copy> further_copies;
  // One run of the program after another, until the image was whole.
  struct Attempt {
    std::string started_utc;
    std::uint64_t from_bytes = 0;  // what was durable and checked when it began
    std::string end;  // in words; empty: it ended without a word (kill, power cut), or it is the last
  };
  std::vector<Attempt> attempts;
  std::vector<Pause> pauses;
  bool rescued = false;  // read in the passes of a rescue (docs/rescue.md), then packed
  std::string trouble;   // in words: why it failed or was interrupted; else empty
  // Of an image that is not whole: media bytes that the next attempt need not read again. Not in the JSON,
  // for that attempt checks them and says itself where it goes on.
  std::uint64_t kept_bytes = 0;
  bool read_back_equal() const { return read_back == ReadBack::equal; }
  base::Json to_json() const;
};

// Of these ranges, as far as they lie in the media.
std::uint64_t bytes_of(const std::vector<image::SectorRange>& ranges, std::uint32_t sector_bytes,
                       std::uint64_t media_bytes);

// Images `source` by `plan`, reads each copy back with our own reader and compares. Where the plan's folder
// holds the journal of an earlier attempt, goes on from its last durable place: what is there is checked, the
// digests are rebuilt, and the files become what an uninterrupted run would have made; the plan's header and
// sizes are then those of the first attempt. Writes acquisition.json when the image is whole, else
// attempt-N.json (`interrupted`, or `failed` because the source is gone); then the files and the journal
// stay. Throws base::Error where no destination works any more, where the source is not the one of the
// journal (conflict), or before anything is written (conflict, usage).
Report acquire(Source& source, const Plan& plan, const ProgressCallback& progress, std::stop_token stop);

// The attempts of an acquisition that was begun in `folder` and is not whole; nothing where there is none.
std::optional<std::vector<Report::Attempt>> earlier_attempts(const std::filesystem::path& folder,
                                                             const std::string& stem);

// Registers an image that somebody else made, where it lies: verifies it, hashes media and files, compares
// with what it states. Writes nothing. A folder is adopted as the files in it: their paths stand
// percent-encoded as names, links are not followed, and there is no digest of the whole.
// `further`: folders that hold some of the image's files.
Report adopt(const std::filesystem::path& first_file, const ProgressCallback& progress, std::stop_token stop,
             const std::vector<std::filesystem::path>& further = {});

}  // namespace acquire
