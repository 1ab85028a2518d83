// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_map.h"

#include <algorithm>

namespace image::ewf {
namespace {

// Tables of which each follows the one before; a gap lies between two runs.
using Runs = std::vector<std::vector<Table>>;

Runs runs_of(const std::vector<SegmentWalk>& segments) {
  Runs runs(1);
  for (const auto& segment : segments) {
    for (std::size_t i = 0; i < segment.tables.size(); ++i) {
      if (segment.gap_before[i]) runs.emplace_back();
      runs.back().push_back(segment.tables[i]);
    }
    if (segment.gap_at_end) runs.emplace_back();
  }
  return runs;
}

std::uint64_t chunks_of(const std::vector<Table>& tables) {
  std::uint64_t sum = 0;
  for (const auto& table : tables) sum += table.chunks;
  return sum;
}

// Gaps that turn out to be empty, and empty runs between two gaps, go.
void join(Runs& runs) {
  for (std::size_t i = 1; i < runs.size(); ++i) {
    runs[0].insert(runs[0].end(), runs[i].begin(), runs[i].end());
  }
  runs.resize(1);
}

}  // namespace

ChunkMap::ChunkMap(std::vector<SegmentWalk> segments, std::uint64_t total) : total_(total) {
  Runs runs = runs_of(segments);
  std::uint64_t sum = 0;
  for (const auto& run : runs) sum += chunks_of(run);
  if (total_ == 0) total_ = runs.size() == 1 ? sum : chunks_of(runs.front());
  if (sum == total_) join(runs);
  const std::uint64_t in_front = chunks_of(runs.front());
  const std::uint64_t at_end = runs.size() > 1 ? chunks_of(runs.back()) : 0;
  too_many_ = sum > total_;
  place(runs.front(), 0);
  if (at_end != 0 && in_front + at_end <= total_) place(runs.back(), total_ - at_end);
}

void ChunkMap::place(std::vector<Table>& tables, std::uint64_t first_chunk) {
  for (auto& table : tables) {
    table.first_chunk = first_chunk;
    first_chunk += table.chunks;
    if (table.chunks != 0 && table.first_chunk < total_) tables_.push_back(table);
  }
}

const Table* ChunkMap::find(std::uint64_t chunk) const {
  const auto after =
      std::upper_bound(tables_.begin(), tables_.end(), chunk,
                       [](std::uint64_t wanted, const Table& t) { return wanted < t.first_chunk; });
  if (after == tables_.begin()) return nullptr;
  const Table& table = *std::prev(after);
  return chunk - table.first_chunk < table.chunks ? &table : nullptr;
}

std::vector<ChunkRun> ChunkMap::missing() const {
  std::vector<ChunkRun> runs;
  std::uint64_t expected = 0;
  for (const auto& table : tables_) {
    if (table.first_chunk > expected) runs.push_back({expected, table.first_chunk - expected});
    expected = table.first_chunk + table.chunks;
  }
  if (expected < total_) runs.push_back({expected, total_ - expected});
  return runs;
}

}  // namespace image::ewf
