// SPDX-License-Identifier: Apache-2.0
// What is known of each byte of a damaged source while it is rescued, as text in the format of GNU ddrescue's
// mapfile, so that either program goes on with the other's work. Grammar: docs/rescue.md. One thread at a
// time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace acquire {

// The characters are those of the manual of GNU ddrescue 1.27, "Mapfile structure".
enum class BlockStatus : char {
  non_tried = '?',
  non_trimmed = '*',  // a large read failed here
  non_scraped = '/',  // the inside of such a place, its edges found
  bad = '-',          // read by itself and not readable
  finished = '+',
};

// Covers every byte of [0, size) with exactly one status; neighbours of equal status are one range. Memory:
// about 64 bytes a range.
class RescueMap {
 public:
  struct Range {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    BlockStatus status = BlockStatus::non_tried;
    std::uint64_t end() const { return offset + size; }
    bool operator==(const Range&) const = default;
  };
  // Where a rescue is: what it does is named by the status of the blocks that it works on; `finished` means
  // that nothing is left to do. Passes count from 1.
  struct Position {
    std::uint64_t offset = 0;
    BlockStatus phase = BlockStatus::non_tried;
    std::uint32_t pass = 1;
    bool operator==(const Position&) const = default;
  };

  // Nothing tried yet. REQUIRES: size < 2^63.
  explicit RescueMap(std::uint64_t size);

  // Throws base::Error(format), naming `name` and the line, where the text is not the map of a rescue: gaps,
  // overlaps, a first block that is not at 0, empty blocks, sizes of 2^63 and more, unknown statuses,
  // anything beside. Blocks of equal status that touch become one.
  static RescueMap parse(std::string_view text, const std::string& name = "the rescue map");
  // Depends on nothing but the map: no times, no paths.
  std::string text() const;

  std::uint64_t size() const { return size_; }
  std::size_t range_count() const { return starts_.size(); }
  std::uint64_t bytes(BlockStatus status) const { return bytes_[index_of(status)]; }
  // The range that holds the byte. REQUIRES: offset < size().
  Range range_at(std::uint64_t offset) const { return range_of(holding(offset)); }
  std::vector<Range> ranges() const;

  // REQUIRES: the range lies in the map.
  void set(std::uint64_t offset, std::uint64_t size, BlockStatus status);
  // Sectors that are only in part of one status, as a map made with another sector size has them, become
  // non-tried. After this every range begins and ends with a sector, or with the source.
  void align(std::uint32_t sector_bytes);

  // The first range of this status at or after `from`, without what lies before `from`.
  std::optional<Range> next(BlockStatus status, std::uint64_t from) const;
  // The last range of this status before `before`, without what lies at or after it.
  std::optional<Range> previous(BlockStatus status, std::uint64_t before) const;
  std::uint64_t end_of_finished() const;  // 0 where nothing is

  // Sectors that hold a byte that is bad, and sectors that hold a byte that is not finished; in order,
  // touching ones joined.
  std::vector<image::SectorRange> bad(std::uint32_t sector_bytes) const;
  std::vector<image::SectorRange> unfinished(std::uint32_t sector_bytes) const;

  const Position& position() const { return position_; }
  void set_position(const Position& position) { position_ = position; }

  bool operator==(const RescueMap&) const = default;

 private:
  using Starts = std::map<std::uint64_t, BlockStatus>;  // where each range begins
  static std::size_t index_of(BlockStatus status);
  Starts::const_iterator holding(std::uint64_t offset) const;
  std::uint64_t end_of(Starts::const_iterator range) const;
  Range range_of(Starts::const_iterator range) const;
  void split_at(std::uint64_t offset);
  void join_at(std::uint64_t offset);

  std::uint64_t size_;
  Starts starts_;
  std::array<std::uint64_t, 5> bytes_{};
  Position position_;
};

}  // namespace acquire
