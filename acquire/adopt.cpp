// SPDX-License-Identifier: Apache-2.0
// An image that somebody else made.
#include <algorithm>

#include "acquire/acquisition.h"
#include "acquire/adopt_folder.h"
#include "acquire/check_image.h"
#include "acquire/teller.h"

namespace acquire {
namespace {

// Media bytes that the image says were bad, or that cannot be read from it, as whole sectors within the
// media.
std::vector<image::SectorRange> lost_sectors(const CheckedImage& checked) {
  const std::uint64_t sector = checked.facts.sector_bytes;
  const std::uint64_t total = (checked.facts.media_bytes + sector - 1) / sector;
  std::vector<image::SectorRange> ranges;
  const auto add = [&](std::uint64_t first, std::uint64_t count) {
    if (first < total && count != 0) ranges.push_back({first, std::min(count, total - first)});
  };
  for (const auto& range : checked.facts.bad) add(range.first, range.count);
  for (const auto& damage : checked.verification.damage) {
    if (!image::loses_bytes(damage)) continue;
    const std::uint64_t first = damage.media_offset / sector;
    add(first, (damage.media_offset + damage.media_size + sector - 1) / sector - first);
  }
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

// Ordered ranges that overlap or touch become one.
std::vector<image::SectorRange> merged(const std::vector<image::SectorRange>& ranges) {
  std::vector<image::SectorRange> result;
  for (const auto& range : ranges) {
    if (result.empty() || result.back().first + result.back().count < range.first) {
      result.push_back(range);
      continue;
    }
    auto& last = result.back();
    last.count = std::max(last.first + last.count, range.first + range.count) - last.first;
  }
  return result;
}

ReadBack compare(const CheckedImage& checked) {
  if (checked.facts.stored_digests.empty()) return ReadBack::nothing_stated;
  for (const auto& [algorithm, stated] : checked.facts.stored_digests) {
    const auto computed = checked.verification.digests.find(algorithm);
    if (computed == checked.verification.digests.end() || computed->second != stated)
      return ReadBack::different;
  }
  return ReadBack::equal;
}

void judge(Report& report, const CheckedImage& checked) {
  if (checked.verification.interrupted) {
    report.outcome = Outcome::interrupted;
    report.trouble = "stopped on request";
    return;
  }
  report.read_back = compare(checked);
  report.outcome = report.bad.empty() ? Outcome::complete : Outcome::complete_with_bad_ranges;
  if (report.read_back == ReadBack::different && !report.media_digests.empty()) {
    report.outcome = Outcome::failed;
    report.trouble = "the image is not what its own digests state";
  }
}

}  // namespace

Report adopt(const std::filesystem::path& first_file, const ProgressCallback& progress, std::stop_token stop,
             const std::vector<std::filesystem::path>& further) {
  Report report;
  report.adopted = true;
  report.started_utc = now_utc();
  const auto path = std::filesystem::absolute(first_file);
  if (std::filesystem::is_directory(path)) return adopt_folder(path, progress, stop);
  auto checked = check_image(path, further, progress, stop);
  report.format = checked.facts.format == image::Format::e01 ? OutputFormat::e01 : OutputFormat::raw;
  report.source.path = path.string();
  report.source.bytes = report.media_bytes = checked.facts.media_bytes;
  report.source.logical_sector = report.source.physical_sector = checked.facts.sector_bytes;
  report.sector_bytes = checked.facts.sector_bytes;
  report.files = std::move(checked.files);
  report.stated_digests = checked.facts.stored_digests;
  report.media_digests = checked.verification.digests;
  report.damage = checked.verification.damage;
  if (checked.verification.interrupted) {
    report.not_attempted_bytes = report.media_bytes;
  } else {
    report.bad = merged(lost_sectors(checked));
    report.bad_bytes = bytes_of(report.bad, checked.facts.sector_bytes, checked.facts.media_bytes);
    report.read_bytes = report.media_bytes - report.bad_bytes;
  }
  judge(report, checked);
  report.ended_utc = now_utc();
  return report;
}

}  // namespace acquire
