// SPDX-License-Identifier: Apache-2.0
#include "base/overlay_file.h"

#include <algorithm>
#include <limits>

namespace base {

OverlayFile::OverlayFile(std::shared_ptr<ByteSource> source, OverlayBudget& budget)
    : source_(std::move(source)),
      budget_(budget),
      size_(source_ ? source_->size() : 0),
      source_size_(size_) {}

std::size_t OverlayFile::read_source(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t from_source = 0;
  if (source_ && offset < source_size_) {
    const auto wanted = std::min<std::uint64_t>(into.size(), source_size_ - offset);
    from_source = source_->read_at(offset, into.first(static_cast<std::size_t>(wanted)));
  }
  std::fill(into.begin() + static_cast<std::ptrdiff_t>(from_source), into.end(), std::byte{0});
  return from_source;
}

std::size_t OverlayFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_) return 0;
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
  for (std::size_t done = 0; done < into.size();) {
    const std::uint64_t at = offset + done;
    const auto part = into.subspan(done, std::min<std::size_t>(into.size() - done, kBlock - at % kBlock));
    const auto block = blocks_.find(at / kBlock);
    if (block == blocks_.end()) {
      read_source(at, part);
    } else {
      std::copy_n(block->second.begin() + static_cast<std::ptrdiff_t>(at % kBlock), part.size(),
                  part.begin());
    }
    done += part.size();
  }
  return into.size();
}

Buffer* OverlayFile::block_at(std::uint64_t offset) {
  const std::uint64_t number = offset / kBlock;
  if (const auto found = blocks_.find(number); found != blocks_.end()) return &found->second;
  if (budget_.bytes_left < kBlock) return nullptr;
  Buffer fresh(kBlock);
  read_source(number * kBlock, fresh);
  budget_.bytes_left -= kBlock;
  return &blocks_.emplace(number, std::move(fresh)).first->second;
}

bool OverlayFile::write(std::uint64_t offset, Bytes bytes) {
  if (offset > std::numeric_limits<std::uint64_t>::max() / 2) return false;
  for (std::size_t done = 0; done < bytes.size();) {
    const std::uint64_t at = offset + done;
    Buffer* block = block_at(at);
    if (!block) return false;
    const auto count = std::min<std::size_t>(bytes.size() - done, kBlock - at % kBlock);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(done), count,
                block->begin() + static_cast<std::ptrdiff_t>(at % kBlock));
    done += count;
    size_ = std::max(size_, at + count);
  }
  return true;
}

void OverlayFile::truncate(std::uint64_t size) {
  if (size >= size_) return;
  size_ = size;
  source_size_ = std::min(source_size_, size);
  const auto beyond = blocks_.lower_bound((size + kBlock - 1) / kBlock);
  budget_.bytes_left += kBlock * static_cast<std::uint64_t>(std::distance(beyond, blocks_.end()));
  blocks_.erase(beyond, blocks_.end());
  // What is left of a block that the cut goes through must not come back when the file grows again.
  if (const auto cut = blocks_.find(size / kBlock); cut != blocks_.end())
    std::fill(cut->second.begin() + static_cast<std::ptrdiff_t>(size % kBlock), cut->second.end(),
              std::byte{0});
}

}  // namespace base
