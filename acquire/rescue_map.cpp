// SPDX-License-Identifier: Apache-2.0
// The ranges. How they are written and read: rescue_map_text.cpp.
#include "acquire/rescue_map.h"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace acquire {
namespace {

void add_sectors(std::vector<image::SectorRange>& list, const RescueMap::Range& range, std::uint32_t sector) {
  const std::uint64_t last = (range.end() - 1) / sector;
  std::uint64_t first = range.offset / sector;
  if (!list.empty() && list.back().first + list.back().count >= first) {
    first = list.back().first;
    list.pop_back();
  }
  list.push_back({first, last - first + 1});
}

}  // namespace

std::size_t RescueMap::index_of(BlockStatus status) {
  switch (status) {
    case BlockStatus::non_tried:
      return 0;
    case BlockStatus::non_trimmed:
      return 1;
    case BlockStatus::non_scraped:
      return 2;
    case BlockStatus::bad:
      return 3;
    case BlockStatus::finished:
      break;
  }
  return 4;
}

RescueMap::RescueMap(std::uint64_t size) : size_(size) {
  assert(size < std::uint64_t{1} << 63);
  if (size == 0) return;
  starts_.emplace(0, BlockStatus::non_tried);
  bytes_[index_of(BlockStatus::non_tried)] = size;
}

RescueMap::Starts::const_iterator RescueMap::holding(std::uint64_t offset) const {
  assert(offset < size_);
  return std::prev(starts_.upper_bound(offset));
}

std::uint64_t RescueMap::end_of(Starts::const_iterator range) const {
  const auto after = std::next(range);
  return after == starts_.end() ? size_ : after->first;
}

RescueMap::Range RescueMap::range_of(Starts::const_iterator range) const {
  return {range->first, end_of(range) - range->first, range->second};
}

std::vector<RescueMap::Range> RescueMap::ranges() const {
  std::vector<Range> list;
  list.reserve(starts_.size());
  for (auto range = starts_.begin(); range != starts_.end(); ++range) list.push_back(range_of(range));
  return list;
}

void RescueMap::split_at(std::uint64_t offset) {
  if (offset < size_) starts_.emplace(offset, holding(offset)->second);
}

void RescueMap::join_at(std::uint64_t offset) {
  const auto range = starts_.find(offset);
  if (range == starts_.end() || range == starts_.begin()) return;
  if (std::prev(range)->second == range->second) starts_.erase(range);
}

void RescueMap::set(std::uint64_t offset, std::uint64_t size, BlockStatus status) {
  assert(offset <= size_ && size <= size_ - offset);
  if (size == 0) return;
  split_at(offset);
  split_at(offset + size);
  const auto first = starts_.find(offset), after = starts_.lower_bound(offset + size);
  for (auto range = first; range != after; ++range) bytes_[index_of(range->second)] -= range_of(range).size;
  starts_.erase(first, after);
  starts_.emplace(offset, status);
  bytes_[index_of(status)] += size;
  join_at(offset + size);
  join_at(offset);
}

void RescueMap::align(std::uint32_t sector_bytes) {
  for (const auto& range : ranges()) {
    if (range.offset % sector_bytes == 0) continue;
    const std::uint64_t sector = range.offset / sector_bytes * sector_bytes;
    set(sector, std::min<std::uint64_t>(sector_bytes, size_ - sector), BlockStatus::non_tried);
  }
}

std::optional<RescueMap::Range> RescueMap::next(BlockStatus status, std::uint64_t from) const {
  if (from >= size_) return std::nullopt;
  for (auto range = holding(from); range != starts_.end(); ++range) {
    if (range->second != status) continue;
    const std::uint64_t offset = std::max(range->first, from);
    return Range{offset, end_of(range) - offset, status};
  }
  return std::nullopt;
}

std::optional<RescueMap::Range> RescueMap::previous(BlockStatus status, std::uint64_t before) const {
  before = std::min(before, size_);
  if (before == 0) return std::nullopt;
  for (auto range = holding(before - 1);; --range) {
    if (range->second == status)
      return Range{range->first, std::min(end_of(range), before) - range->first, status};
    if (range == starts_.begin()) return std::nullopt;
  }
}

std::uint64_t RescueMap::end_of_finished() const {
  const auto last = previous(BlockStatus::finished, size_);
  return last ? last->end() : 0;
}

std::vector<image::SectorRange> RescueMap::bad(std::uint32_t sector_bytes) const {
  std::vector<image::SectorRange> list;
  for (auto range = starts_.begin(); range != starts_.end(); ++range) {
    if (range->second == BlockStatus::bad) add_sectors(list, range_of(range), sector_bytes);
  }
  return list;
}

std::vector<image::SectorRange> RescueMap::unfinished(std::uint32_t sector_bytes) const {
  std::vector<image::SectorRange> list;
  for (auto range = starts_.begin(); range != starts_.end(); ++range) {
    if (range->second != BlockStatus::finished) add_sectors(list, range_of(range), sector_bytes);
  }
  return list;
}

}  // namespace acquire
