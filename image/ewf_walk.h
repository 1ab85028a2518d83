// SPDX-License-Identifier: Apache-2.0
// Walks the sections of one segment file, past damage where it can, and keeps what they say. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "image/ewf_format.h"
#include "image/file_pool.h"

namespace image::ewf {

// One of the two copies of a table: `table`, or its mirror `table2`.
struct TableCopy {
  std::uint64_t section_offset = 0;
  std::uint64_t section_end = 0;
  std::uint64_t base = 0;
  std::uint64_t entries_at() const { return section_offset + kDescriptorBytes + kTableHeaderBytes; }
};

// Chunk offsets of one run of chunks. The entries stay in the file until a chunk is asked for.
struct Table {
  std::size_t file = 0;
  std::uint32_t chunks = 0;
  std::uint64_t first_chunk = 0;          // set when the segments are put together
  std::uint64_t sectors_end = 0;          // of the `sectors` section before it; 0 where there was none
  std::optional<TableCopy> first, spare;  // at least one
  std::uint64_t end() const { return spare ? spare->section_end : first->section_end; }
};

struct SegmentWalk {
  // Tables in order; `gap_before[i]` tells that something may be missing before table i, `gap_at_end` after
  // the last.
  std::vector<Table> tables;
  std::vector<bool> gap_before;
  bool gap_at_end = false;
  enum class End { done, next, cut } end = End::cut;
  std::optional<unsigned> number;  // of the file header
  std::optional<Volume> volume;
  bool volumes_disagree = false;
  HeaderValues header;
  Digests digests;
  bool digests_disagree = false;
  std::vector<SectorRange> bad;
  std::vector<Damage> damage;
};

SegmentWalk walk_segment(FilePool& files, std::size_t file);

}  // namespace image::ewf
