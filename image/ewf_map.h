// SPDX-License-Identifier: Apache-2.0
// Which table knows a chunk: the tables of all segments in order, with whatever is missing between them.
// Immutable once made; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "image/ewf_walk.h"

namespace image::ewf {

struct ChunkRun {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

class ChunkMap {
 public:
  // `segments` in order; a segment that is missing or of another set stands as one without tables and with
  // `gap_at_end`. `total` chunks are expected; 0 where nobody knows.
  // With one gap, what follows it is placed from the end. With several, nobody knows where the tables
  // between the first and the last gap belong, so their chunks count as missing.
  ChunkMap(std::vector<SegmentWalk> segments, std::uint64_t total);

  const Table* find(std::uint64_t chunk) const;  // nullptr: missing
  const std::vector<Table>& tables() const { return tables_; }
  std::vector<ChunkRun> missing() const;
  std::uint64_t total() const { return total_; }
  bool too_many() const { return too_many_; }  // more chunks are there than the media has

 private:
  void place(std::vector<Table>& tables, std::uint64_t first_chunk);
  std::vector<Table> tables_;
  std::uint64_t total_ = 0;
  bool too_many_ = false;
};

}  // namespace image::ewf
