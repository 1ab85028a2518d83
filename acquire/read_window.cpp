// SPDX-License-Identifier: Apache-2.0
#include "acquire/read_window.h"

#include <algorithm>
#include <memory>
#include <new>

namespace acquire {
namespace {

constexpr std::align_val_t kPage{4096};

struct FreePages {
  void operator()(std::byte* pages) const { ::operator delete(pages, kPage); }
};

}  // namespace

Window read_window(Source& source, std::uint64_t offset, std::size_t count) {
  const std::uint64_t size = source.facts().bytes, sector = source.facts().logical_sector;
  if (offset >= size) return {};
  const std::uint64_t end = offset + std::min<std::uint64_t>(count, size - offset);
  const std::uint64_t first = offset - offset % sector;
  const std::uint64_t last = std::min(size, (end + sector - 1) / sector * sector);
  const auto length = static_cast<std::size_t>(last - first);
  const std::unique_ptr<std::byte, FreePages> pages(static_cast<std::byte*>(::operator new(length, kPage)));
  const std::span<std::byte> sectors(pages.get(), length);
  Window window;
  window.read = source.read_at(first, sectors);
  if (window.read == Source::Read::ok)
    window.bytes = base::to_buffer(sectors.subspan(offset - first, static_cast<std::size_t>(end - offset)));
  return window;
}

}  // namespace acquire
