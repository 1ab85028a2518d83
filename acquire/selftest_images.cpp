// SPDX-License-Identifier: Apache-2.0
// Images at rest: unchanged, changed and where, incomplete, converted.
#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "acquire/selftest_checks.h"
#include "acquire/selftest_media.h"
#include "base/error.h"
#include "base/file.h"
#include "image/convert.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

// An E01 of nine files.
base::Buffer make_e01(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), {});
  const Report report = acquire(source, small_plan(folder), {}, {});
  require(report.outcome == Outcome::complete, "no image could be made: " + report.trouble);
  return source.media();
}

struct Judged {
  std::vector<image::Damage> damage;
  bool digests_equal = false;  // those that the image states
  std::string wrong;           // what is read as sound and is not
};

// What can be read outside the damage that is named must be right.
std::string wrong_bytes(image::ImageReader& reader, base::Bytes media,
                        const std::vector<image::Damage>& damage) {
  base::Buffer found(media.size());
  std::vector<image::Damage> again;
  reader.read_past_damage(0, found, again);
  base::Buffer expected = base::to_buffer(media);
  for (const auto& one : damage) {
    if (!image::loses_bytes(one)) continue;
    const auto from = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(one.media_offset, media.size()));
    const auto to =
        static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(one.media_offset + one.media_size, media.size()));
    std::fill(found.begin() + from, found.begin() + to, std::byte{0});
    std::fill(expected.begin() + from, expected.begin() + to, std::byte{0});
  }
  return first_difference(found, expected, 512);
}

// Nothing where the image cannot be opened at all, which is seen as well.
std::optional<Judged> judge(const fs::path& first_file, base::Bytes media) {
  try {
    const auto reader = image::open_image(first_file);
    const auto found = image::verify_image(*reader, {});
    Judged judged;
    judged.damage = found.damage;
    const auto& stated = reader->facts().stored_digests;
    judged.digests_equal = !stated.empty() && std::ranges::all_of(stated, [&found](const auto& one) {
      const auto computed = found.digests.find(one.first);
      return computed != found.digests.end() && computed->second == one.second;
    });
    if (reader->facts().media_bytes == media.size()) judged.wrong = wrong_bytes(*reader, media, found.damage);
    return judged;
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::format && error.kind != base::ErrorKind::not_found) throw;
    return std::nullopt;
  }
}

bool has(const Judged& judged, std::string_view code) {
  return std::ranges::any_of(judged.damage, [code](const auto& one) { return one.code == code; });
}

std::string unchanged_passes(const fs::path& folder) {
  const base::Buffer media = make_e01(folder);
  const auto judged = judge(folder / "test.E01", media);
  require(judged && judged->damage.empty(), "an unchanged image is called damaged");
  require(judged->digests_equal, "the digests are not those that the image states");
  require(judged->wrong.empty(), judged->wrong);
  return "no damage; the digests are those that the image states";
}

void flip_bit(const fs::path& file, std::uint64_t offset, unsigned bit) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ (1 << bit)));
  if (!stream.flush()) throw CannotRun("the image in the scratch folder could not be changed");
}

// One bit at a time, spread over the file; the same bit flipped again restores it.
std::string changed_is_located(const fs::path& folder) {
  const base::Buffer media = make_e01(folder);
  const fs::path file = folder / "test.E03";
  const std::uint64_t bytes = fs::file_size(file);
  constexpr unsigned kPlaces = 24;
  unsigned located = 0;
  for (unsigned i = 0; i < kPlaces; ++i) {
    const std::uint64_t at = (bytes - 1) * i / (kPlaces - 1);
    flip_bit(file, at, i % 8);
    const auto judged = judge(folder / "test.E01", media);
    flip_bit(file, at, i % 8);
    require(!judged || !judged->damage.empty(), fmt::format("a bit changed at byte {} is not seen", at));
    if (!judged) continue;
    require(judged->wrong.empty(), fmt::format("with a bit changed at byte {}, {}", at, judged->wrong));
    if (std::ranges::any_of(judged->damage, image::loses_bytes)) ++located;
  }
  require(located > kPlaces / 2, fmt::format("only {} of {} changes were located", located, kPlaces));
  return fmt::format("{} of {} changed bits seen, {} in sectors that are named; all others right", kPlaces,
                     kPlaces, located);
}

std::string missing_segment(const fs::path& folder) {
  const base::Buffer media = make_e01(folder);
  std::size_t missing = 0;
  for (const char* name : {"test.E02", "test.E05", "test.E09"}) {
    fs::rename(folder / name, folder / "aside");
    const auto judged = judge(folder / "test.E01", media);
    fs::rename(folder / "aside", folder / name);
    require(judged.has_value(), std::string("without ") + name + " nothing can be read");
    require(has(*judged, "segment_missing"), std::string(name) + " is missing, and nobody says so");
    require(judged->wrong.empty(), std::string("without ") + name + ", " + judged->wrong);
    ++missing;
  }
  return fmt::format("{} missing files named, none read as zeros", missing);
}

std::string unfinished(const fs::path& folder) {
  SimulatedSource source(numbered_media(kNumberedBytes), {});
  source.go_at(6u << 20);
  acquire(source, small_plan(folder), {}, {});
  const auto judged = judge(folder / "test.E01", source.media());
  if (!judged) return "it is no image that can be opened";
  require(!judged->damage.empty(), "an image without its end is called sound");
  require(!judged->digests_equal, "it states digests");
  require(judged->wrong.empty(), judged->wrong);
  return "called " + judged->damage.front().code + "; what it holds is right";
}

void convert(const fs::path& from, const fs::path& to, image::Format format) {
  fs::create_directory(to);
  image::ConvertPlan plan;
  plan.folder = to;
  plan.stem = "test";
  plan.format = format;
  const auto reader = image::open_image(from);
  const auto conversion = image::convert_image(*reader, plan);
  require(conversion.outcome == image::Conversion::Outcome::converted, "the conversion did not succeed");
}

std::string converted(const fs::path& folder) {
  const base::Buffer media = make_e01(folder);
  convert(folder / "test.E01", folder / "raw", image::Format::raw);
  convert(folder / "raw/test.dd", folder / "e01", image::Format::e01);
  for (const fs::path& file : {folder / "raw/test.dd", folder / "e01/test.E01"}) {
    const auto reader = image::open_image(file);
    const std::string difference = first_difference(read_whole(*reader), media, 512);
    require(difference.empty(), "in " + file.filename().string() + ", " + difference);
  }
  return "E01 to raw to E01: every sector is the same";
}

constexpr std::array kChecks{
    SelftestCheck{"verify.unchanged", "An unchanged image is found unchanged", "DA-AO-06", true,
                  unchanged_passes},
    SelftestCheck{"verify.changed", "One changed bit is found and located", "DA-AO-07 DA-AO-08", true,
                  changed_is_located},
    SelftestCheck{"verify.missing", "A missing file of an image is found", "DA-AO-07 DA-AO-08", true,
                  missing_segment},
    SelftestCheck{"verify.unfinished", "An unfinished image is not taken for a whole one", "DA-AO-07", true,
                  unfinished},
    SelftestCheck{"convert", "A conversion keeps every sector", "DA-AO-09", true, converted}};

}  // namespace

std::span<const SelftestCheck> image_checks() {
  return kChecks;
}

}  // namespace acquire
