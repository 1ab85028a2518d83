// SPDX-License-Identifier: Apache-2.0
// Sources that cannot be read everywhere or go away, and destinations that are full.
#include <array>
#include <csignal>

#include <fmt/format.h>
#include <sys/resource.h>

#include "acquire/rescue.h"
#include "acquire/selftest_checks.h"
#include "acquire/selftest_media.h"
#include "base/error.h"
#include "base/file.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;
using Ranges = std::vector<image::SectorRange>;

// The first and the last sector, neighbours, and one alone, across the borders of chunks and blocks.
const Ranges& bad_sectors() {
  static const Ranges ranges{{0, 1}, {63, 2}, {2'047, 3}, {9'000, 700}, {16'416, 1}};
  return ranges;
}

std::string words_of(const Ranges& ranges) {
  std::string words;
  for (const auto& range : ranges)
    words += fmt::format("{}{}+{}", words.empty() ? "" : ", ", range.first, range.count);
  return words;
}

std::string bad_sectors_listed(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), bad_sectors());
  const Report report = acquire(source, small_plan(folder), {}, {});
  require(report.outcome == Outcome::complete_with_bad_ranges,
          "the acquisition is " + std::string(name_of(report.outcome)));
  require(report.bad == bad_sectors(), "the report lists " + words_of(report.bad));
  const Ranges stated = image::open_image(folder / "test.E01")->facts().bad;
  require(stated == bad_sectors(), "the E01 lists " + words_of(stated));
  return fmt::format("{} sectors in {} ranges, in the report and in the E01", report.bad_bytes / 512,
                     report.bad.size());
}

std::string zeros_only_there(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), bad_sectors());
  for (const OutputFormat format : {OutputFormat::e01, OutputFormat::raw}) {
    const fs::path place = folder / std::string(name_of(format));
    fs::create_directory(place);
    Plan plan = small_plan(place, format);
    plan.segment_bytes.reset();
    acquire(source, plan, {}, {});
    const auto reader = image::open_image(place / (format == OutputFormat::e01 ? "test.E01" : "test.dd"));
    const std::string difference = first_difference(read_whole(*reader), source.media(), 512, bad_sectors());
    require(difference.empty(), "in the image, " + difference);
  }
  return "no readable sector is lost or moved, beside bad ones either";
}

std::string rescued(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), bad_sectors());
  const auto result = rescue(source, folder / "test.dd", folder / "test.map", {}, {}, {});
  require(result.end == RescueResult::End::finished, "the rescue did not finish: " + result.trouble);
  require(result.map.bad(512) == bad_sectors(), "the map lists " + words_of(result.map.bad(512)));
  const std::string difference =
      first_difference(base::read_file(folder / "test.dd"), source.media(), 512, bad_sectors());
  require(difference.empty(), "in the raw file, " + difference);
  return fmt::format("{} ranges in the map, every other sector in its place", bad_sectors().size());
}

void require_whole(const Report& report, const fs::path& folder, base::Bytes media) {
  require(report.outcome == Outcome::complete,
          "gone on with, it ended " + std::string(name_of(report.outcome)) + ": " + report.trouble);
  require(report.media_digests == openssl_digests(media), "the digests are not those of the source");
  const auto reader = image::open_image(folder / "test.E01");
  const std::string difference = first_difference(read_whole(*reader), media, 512);
  require(difference.empty(), "in the image, " + difference);
}

// The source goes away in the middle, and the next run has it again.
std::string gone_and_resumed(const fs::path& folder) {
  constexpr std::uint64_t kGoesAt = (5u << 20) + 512;
  SimulatedSource leaving(numbered_media(kNumberedBytes), {});
  leaving.go_at(kGoesAt);
  const Report first = acquire(leaving, small_plan(folder), {}, {});
  require(first.outcome == Outcome::failed,
          "without its source it ended " + std::string(name_of(first.outcome)));
  require(first.bad_bytes == 0 && first.read_bytes <= kGoesAt, "what did not answer counts as read or bad");
  require(first.media_digests.empty(), "there are digests of what is not whole");
  SimulatedSource back(numbered_media(kNumberedBytes), {});
  const Report report = acquire(back, small_plan(folder), {}, {});
  require_whole(report, folder, back.media());
  require(report.attempts.size() == 2, "the report does not list both attempts");
  require(report.attempts[1].from_bytes > 0, "it began anew");
  return fmt::format("cut at byte {}, went on at {}; digests equal", kGoesAt, report.attempts[1].from_bytes);
}

// While it lives, no file of this process grows beyond the limit: a full disk, but for its name.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;  // a write beyond the limit fails, and does not end the process
    sigaction(SIGXFSZ, &ignore, &signal_before_);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    if (setrlimit(RLIMIT_FSIZE, &now) != 0) throw CannotRun("the system lets no limit be set to file sizes");
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    sigaction(SIGXFSZ, &signal_before_, nullptr);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  struct sigaction signal_before_ {};
};

std::string error_with_limit(SimulatedSource& source, const Plan& plan) {
  const FileSizeLimit limit(2u << 20);
  try {
    acquire(source, plan, {}, {});
  } catch (const base::Error& error) {
    return error.what();
  }
  throw NotAsAsserted("an image that could not be written was reported without an error");
}

std::string destination_full(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), {});
  Plan plan = small_plan(folder);
  plan.segment_bytes.reset();
  const std::string said = error_with_limit(source, plan);
  require(said.find("test.E01") != said.npos, "the error does not name the file: " + said);
  require(!fs::exists(folder / "acquisition.json"), "there is a report of an image that is not whole");
  const Report report = acquire(source, plan, {}, {});
  require_whole(report, folder, source.media());
  return fmt::format("stopped by an error that names the file; went on at byte {}; digests equal",
                     report.attempts.back().from_bytes);
}

constexpr std::array kChecks{
    SelftestCheck{"bad.listed", "Sectors that cannot be read are listed, and no others", "DA-AM-09", true,
                  bad_sectors_listed},
    SelftestCheck{"bad.zeros", "Zeros stand for them, and for nothing else", "DA-AM-10 DA-AM-08", true,
                  zeros_only_there},
    SelftestCheck{"bad.rescue", "A rescue in passes finds the same sectors", "DA-AM-09 DA-AM-10", true,
                  rescued},
    SelftestCheck{"resume", "A cut acquisition goes on to the same digests", "", true, gone_and_resumed},
    SelftestCheck{"destination.full", "A destination that takes no more is an error, and not the end",
                  "DA-AO-03 DA-AO-04", true, destination_full}};

}  // namespace

std::span<const SelftestCheck> trouble_checks() {
  return kChecks;
}

}  // namespace acquire
