// SPDX-License-Identifier: Apache-2.0
// A file that looks writable and whose source is never written: what is written stays in memory, block by
// block. Not for use by two threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace base {

// The bytes that all overlay files of one connection may still keep in memory.
struct OverlayBudget {
  std::uint64_t bytes_left;
};

class OverlayFile {
 public:
  // Without a source the file starts empty.
  OverlayFile(std::shared_ptr<ByteSource> source, OverlayBudget& budget);
  std::uint64_t size() const { return size_; }
  // As ByteSource::read_at, with what was written over it.
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
  // False where the budget is spent; nothing is promised of the bytes of a refused write.
  bool write(std::uint64_t offset, Bytes bytes);
  void truncate(std::uint64_t size);

 private:
  static constexpr std::uint64_t kBlock = 4096;
  // The written block that holds `offset`, made from the source where there is none yet; nullptr: no budget.
  Buffer* block_at(std::uint64_t offset);
  std::size_t read_source(std::uint64_t offset, std::span<std::byte> into) const;

  std::shared_ptr<ByteSource> source_;
  OverlayBudget& budget_;
  std::uint64_t size_;
  std::uint64_t source_size_;  // what of the source still shows: shrinks with truncate
  std::map<std::uint64_t, Buffer> blocks_;
};

}  // namespace base
