// SPDX-License-Identifier: Apache-2.0
#include "acquire/selftest_media.h"

#include <algorithm>

#include <fmt/format.h>

namespace acquire {
namespace {

constexpr std::size_t kNumberBytes = 16;

// splitmix64: every number gives another sequence.
std::uint64_t scattered(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

void fill_sector(std::uint64_t number, std::span<std::byte> sector) {
  const std::string head = fmt::format("{:015}\n", number);
  for (std::size_t i = 0; i < sector.size(); ++i) {
    if (i < kNumberBytes) {
      sector[i] = static_cast<std::byte>(head[i]);
    } else {
      const std::uint64_t eight = scattered(number << 16 | i / 8);
      sector[i] = static_cast<std::byte>(std::max<std::uint64_t>(1, eight >> i % 8 * 8 & 0xFF));
    }
  }
}

bool is_bad(const std::vector<image::SectorRange>& bad, std::uint64_t number) {
  return std::ranges::any_of(bad, [number](const auto& range) {
    return number >= range.first && number - range.first < range.count;
  });
}

std::string holds(base::Bytes sector) {
  if (std::ranges::all_of(sector, [](std::byte byte) { return byte == std::byte{0}; })) return "zeros";
  const std::string head(base::as_text(sector.first(std::min(sector.size(), kNumberBytes - 1))));
  const auto digit = head.find_first_not_of('0');
  if (head.find_first_not_of("0123456789") != head.npos || digit == head.npos) return "other bytes";
  return "what begins as sector " + head.substr(digit);
}

}  // namespace

base::Buffer numbered_media(std::uint64_t bytes, std::uint32_t sector_bytes) {
  base::Buffer media(bytes);
  for (std::uint64_t at = 0; at < bytes; at += sector_bytes) {
    const std::size_t size = std::min<std::uint64_t>(sector_bytes, bytes - at);
    fill_sector(at / sector_bytes, std::span(media).subspan(at, size));
  }
  return media;
}

std::map<base::Algorithm, base::Buffer> openssl_digests(base::Bytes media) {
  std::map<base::Algorithm, base::Buffer> digests;
  for (const auto algorithm : {base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256}) {
    base::Hasher hasher(algorithm);
    hasher.update(media);
    digests[algorithm] = hasher.finish();
  }
  return digests;
}

std::string first_difference(base::Bytes found, base::Bytes media, std::uint32_t sector_bytes,
                             const std::vector<image::SectorRange>& bad) {
  if (found.size() != media.size())
    return fmt::format("there are {} bytes instead of {}", found.size(), media.size());
  const base::Buffer zeros(sector_bytes);
  for (std::uint64_t at = 0; at < media.size(); at += sector_bytes) {
    const std::size_t size = std::min<std::uint64_t>(sector_bytes, media.size() - at);
    const bool zero = is_bad(bad, at / sector_bytes);
    const base::Bytes expected = zero ? base::Bytes(zeros).first(size) : media.subspan(at, size);
    const base::Bytes there = found.subspan(at, size);
    if (!std::ranges::equal(there, expected))
      return fmt::format("sector {} holds {}", at / sector_bytes, holds(there));
  }
  return "";
}

base::Buffer read_whole(image::ImageReader& reader) {
  base::Buffer media(reader.size());
  media.resize(reader.read_at(0, media));
  return media;
}

SimulatedSource::SimulatedSource(base::Buffer media, std::vector<image::SectorRange> bad,
                                 std::uint32_t sector_bytes)
    : media_(std::move(media)), bad_(std::move(bad)) {
  facts_.path = "simulated";
  facts_.bytes = media_.size();
  facts_.logical_sector = facts_.physical_sector = sector_bytes;
}

Source::Read SimulatedSource::read_at(std::uint64_t offset, std::span<std::byte> into) {
  const std::uint64_t end = offset + into.size();
  if (offset <= goes_at_ && goes_at_ < end) gone_ = true;
  if (end > media_.size() || (gone_ && end > goes_at_)) return Read::gone;
  const std::uint64_t first = offset / facts_.logical_sector, last = (end - 1) / facts_.logical_sector;
  for (const auto& range : bad_) {
    if (range.first <= last && range.first + range.count > first) return Read::medium_error;
  }
  std::ranges::copy(base::Bytes(media_).subspan(offset, into.size()), into.begin());
  return Read::ok;
}

Plan small_plan(const std::filesystem::path& folder, OutputFormat format) {
  Plan plan;
  plan.folder = folder;
  plan.stem = "test";
  plan.format = format;
  plan.segment_bytes = 1u << 20;
  plan.step_bytes = 1u << 20;
  plan.sync_every = std::chrono::milliseconds(0);
  return plan;
}

}  // namespace acquire
