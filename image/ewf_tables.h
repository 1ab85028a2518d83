// SPDX-License-Identifier: Apache-2.0
// Where chunks lie: table entries, checked and decoded when first asked for, a few tables kept. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "image/ewf_walk.h"

namespace image::ewf {

struct ChunkPlace {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;    // as packed, its checksum included
  bool compressed = false;
};

// The entries of one copy of a table.
class LoadedTable {
 public:
  LoadedTable(std::vector<std::uint32_t> entries, std::uint64_t base, std::uint64_t data_end);
  std::optional<ChunkPlace> place(std::uint32_t index) const;  // nothing where the offsets make no sense
  std::size_t bytes() const { return entries_.size() * sizeof(entries_[0]); }

 private:
  std::uint64_t offset_of(std::uint32_t index) const;
  std::vector<std::uint32_t> entries_;
  std::uint64_t base_;
  std::uint64_t data_end_;
  std::uint32_t full_offsets_from_;  // entries from here on use all 32 bits and are not compressed
};

enum class CopyState { good, damaged, absent };
struct TableState {
  CopyState first = CopyState::absent, spare = CopyState::absent;
  bool differ = false;
};

class TableCache {
 public:
  explicit TableCache(FilePool& files) : files_(files) {}
  // nullptr where both copies are damaged.
  std::shared_ptr<const LoadedTable> load(const Table& table);
  // Reads both copies, for verification.
  TableState check(const Table& table);

 private:
  static constexpr std::size_t kMostBytes = 4u << 20;
  std::optional<std::vector<std::uint32_t>> read_copy(const Table& table, const TableCopy& copy);
  std::shared_ptr<const LoadedTable> load_copy(const Table& table, const TableCopy& copy);
  void keep(const Table& table, const std::shared_ptr<const LoadedTable>& loaded);

  FilePool& files_;
  std::mutex mutex_;
  std::list<std::pair<std::uint64_t, std::shared_ptr<const LoadedTable>>>
      kept_;  // by first chunk, newest first
};

}  // namespace image::ewf
