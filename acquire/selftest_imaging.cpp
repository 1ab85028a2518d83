// SPDX-License-Identifier: Apache-2.0
// From a sound source to an image: complete, accurate, in the size asked for, and the source as it was.
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "acquire/selftest_checks.h"
#include "acquire/selftest_media.h"
#include "base/error.h"
#include "base/file.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

Report image_file(const fs::path& file, const Plan& plan) {
  const auto source = open_source(file);
  Report report = acquire(*source, plan, {}, {});
  require(report.outcome == Outcome::complete,
          "the acquisition is " + std::string(name_of(report.outcome)) + ": " + report.trouble);
  return report;
}

void require_digests(const Report& report, base::Bytes media) {
  require(report.media_digests == openssl_digests(media), "the digests are not those of the source");
  require(report.read_back == ReadBack::equal, "the image does not read back as it was written");
}

// The image by our own reader, sector by sector.
void require_image(const fs::path& first_file, base::Bytes media) {
  const auto reader = image::open_image(first_file);
  const std::string difference = first_difference(read_whole(*reader), media, 512);
  require(difference.empty(), "in the image, " + difference);
}

std::string to_e01(const fs::path& folder) {
  const base::Buffer media = numbered_media(kNumberedBytes);
  base::write_durably(folder / "source", media);
  const Report report = image_file(folder / "source", small_plan(folder));
  require_image(folder / "test.E01", media);
  require_digests(report, media);
  return fmt::format("{} sectors in their places, in {} files; three digests equal", media.size() / 512,
                     report.files.size());
}

std::string to_raw(const fs::path& folder) {
  const base::Buffer media = numbered_media(kNumberedBytes + 100);
  base::write_durably(folder / "source", media);
  Plan plan = small_plan(folder, OutputFormat::raw);
  plan.segment_bytes.reset();
  const Report report = image_file(folder / "source", plan);
  const base::Buffer image = base::read_file(folder / "test.dd");
  const std::string difference = first_difference(image, media, 512);
  require(difference.empty(), "in the image, " + difference);
  require_digests(report, media);
  return fmt::format("{} bytes, the last 100 of them less than a sector; three digests equal", image.size());
}

std::string segment_sizes(const fs::path& folder) {
  base::write_durably(folder / "source", numbered_media(kNumberedBytes));
  std::uint64_t largest = 0;
  std::size_t files = 0;
  for (const OutputFormat format : {OutputFormat::e01, OutputFormat::raw}) {
    const fs::path place = folder / std::string(name_of(format));
    fs::create_directory(place);
    for (const auto& file : image_file(folder / "source", small_plan(place, format)).files) {
      const std::uint64_t bytes = fs::file_size(place / file.name);
      require(bytes <= 1u << 20, fmt::format("{} has {} bytes", file.name, bytes));
      largest = std::max(largest, bytes);
      ++files;
    }
  }
  require(files >= 16, fmt::format("there are only {} files", files));
  return fmt::format("{} files, the largest of {} bytes; {} were asked for", files, largest, 1u << 20);
}

std::string source_unchanged(const fs::path& folder) {
  const fs::path file = folder / "source";
  base::write_durably(file, numbered_media(kNumberedBytes));
  const auto digest = base::sha256(*base::open_source(file));
  const auto written = fs::last_write_time(file);
  for (const OutputFormat format : {OutputFormat::e01, OutputFormat::raw}) {
    const fs::path place = folder / std::string(name_of(format));
    fs::create_directory(place);
    image_file(file, small_plan(place, format));
  }
  require(base::sha256(*base::open_source(file)) == digest, "the SHA-256 of the source is another");
  require(fs::last_write_time(file) == written, "the source has another time of change");
  return "SHA-256 and time of change are as before two acquisitions";
}

// What acquisition.json says, against the files that lie there.
std::string report_is_true(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), {{100, 3}, {16'416, 1}});
  acquire(source, small_plan(folder), {}, {});
  const base::Json json = base::parse_profile(base::read_file(folder / "acquisition.json"));
  require(json.at("bad_ranges") == base::parse_json(base::as_bytes(R"([["100","3"],["16416","1"]])")),
          "it lists other sectors than those that were bad");
  const base::Json& media = json.at("media");
  require(std::stoull(media.at("read").text()) + std::stoull(media.at("bad").text()) +
                  std::stoull(media.at("not_attempted").text()) ==
              kNumberedBytes,
          "read, bad and not attempted do not add up");
  for (const base::Json& file : json.at("files").items()) {
    const base::Buffer bytes = base::read_file(folder / file.at("name").text());
    require(std::to_string(bytes.size()) == file.at("bytes").text() &&
                base::sha256(bytes).hex() == file.at("sha256").text(),
            file.at("name").text() + " is not the file that it describes");
  }
  return fmt::format("bad sectors, sums, and size and SHA-256 of {} files", json.at("files").items().size());
}

constexpr std::array kChecks{
    SelftestCheck{"image.e01", "An E01 holds every sector in its place",
                  "DA-AM-06 DA-AM-08 DA-AO-01 DA-AO-02", true, to_e01},
    SelftestCheck{"image.raw", "A raw image holds every byte, also of a part of a sector",
                  "DA-AM-06 DA-AM-08 DA-AO-01 DA-AO-02", true, to_raw},
    SelftestCheck{"image.segments", "No file of an image is larger than asked for", "DA-AO-05", true,
                  segment_sizes},
    SelftestCheck{"source.unchanged", "The source is as it was", "DA-AO-24", true, source_unchanged},
    SelftestCheck{"report", "The report says what happened", "DA-AO-23", true, report_is_true}};

}  // namespace

std::span<const SelftestCheck> imaging_checks() {
  return kChecks;
}

}  // namespace acquire
