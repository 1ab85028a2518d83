// SPDX-License-Identifier: Apache-2.0
// Media in which every sector states its own number, so that one sector in another's place shows; and a
// source of such media that fails where it is told to. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "acquire/source.h"

namespace acquire {

// 16 417 sectors of 512 bytes: an odd number, and no multiple of an E01's chunk of 64 sectors.
inline constexpr std::uint64_t kNumberedBytes = 16'417 * 512;

// The number in 15 digits and a line break, then bytes that follow from it and do not compress; none is zero.
base::Buffer numbered_media(std::uint64_t bytes, std::uint32_t sector_bytes = 512);
std::map<base::Algorithm, base::Buffer> openssl_digests(base::Bytes media);

// Where `found` is not `media` with zeros in the bad sectors: in words, with the sector and what it holds.
// Empty where it is.
std::string first_difference(base::Bytes found, base::Bytes media, std::uint32_t sector_bytes,
                             const std::vector<image::SectorRange>& bad = {});
base::Buffer read_whole(image::ImageReader& reader);

class SimulatedSource final : public Source {
 public:
  SimulatedSource(base::Buffer media, std::vector<image::SectorRange> bad, std::uint32_t sector_bytes = 512);
  const SourceFacts& facts() const override { return facts_; }
  // A request that touches a bad sector fails as a whole, as a disk's does.
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override;
  // When this byte is asked for, it and all after it do not answer any more.
  void go_at(std::uint64_t offset) { goes_at_ = offset; }
  const base::Buffer& media() const { return media_; }
  const std::vector<image::SectorRange>& bad() const { return bad_; }

 private:
  base::Buffer media_;
  std::vector<image::SectorRange> bad_;
  std::uint64_t goes_at_ = ~std::uint64_t{0};
  std::atomic<bool> gone_ = false;
  SourceFacts facts_;
};

// Small steps and segments, so that a few megabytes show what terabytes would.
Plan small_plan(const std::filesystem::path& folder, OutputFormat format = OutputFormat::e01);

}  // namespace acquire
