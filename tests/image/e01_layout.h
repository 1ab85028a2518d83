// SPDX-License-Identifier: Apache-2.0
// Where everything lies in a sound E01 segment, so that a test knows what it changes. Trusts its input, and
// shares no code with the reader.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace image_test {

struct Region {
  std::string what;  // type of the section; "file header"; "chunk"
  std::uint64_t begin = 0, end = 0;
  std::uint64_t structure = 0;  // where the section, or the chunk, starts
  bool descriptor = false;
  std::optional<std::uint64_t> chunk;  // its number in the media
};

class Layout {
 public:
  // `first_chunk` is the number of the first chunk in this segment.
  Layout(base::Bytes file, std::uint64_t first_chunk) : file_(file), next_chunk_(first_chunk) {
    regions_.push_back({"file header", 0, 13, 0, false, {}});
    for (std::uint64_t at = 13; at < file.size();) {
      const std::string type = base::as_text(file.subspan(at, 16)).data();
      const std::uint64_t size = std::max<std::uint64_t>(number(at + 24, 8), 76);
      regions_.push_back({type, at, at + 76, at, true, {}});
      if (type == "sectors") {
        sectors_end_ = at + size;
      } else {
        if (type == "table") add_chunks(at, at + size);
        regions_.push_back({type, at + 76, at + size, at, false, {}});
      }
      at += size;
    }
  }
  std::uint64_t chunks_end() const { return next_chunk_; }
  const std::vector<Region>& regions() const { return regions_; }

  // The smallest one that holds the byte: a chunk inside a section comes before the section.
  const Region& at(std::uint64_t byte) const {
    const Region* best = nullptr;
    for (const auto& region : regions_) {
      if (byte < region.begin || byte >= region.end) continue;
      if (best == nullptr || region.end - region.begin < best->end - best->begin) best = &region;
    }
    return *best;
  }

 private:
  std::uint64_t number(std::uint64_t at, unsigned bytes) const {
    std::uint64_t value = 0;
    for (unsigned i = bytes; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(file_[at + i]);
    return value;
  }
  void add_chunks(std::uint64_t table, std::uint64_t section_end) {
    const std::uint64_t count = number(table + 76, 4), base = number(table + 84, 8);
    const auto offset = [&](std::uint64_t i) { return base + (number(table + 100 + 4 * i, 4) & 0x7FFFFFFF); };
    const std::uint64_t data_end = sectors_end_ != 0 ? sectors_end_ : section_end;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t end = i + 1 < count ? offset(i + 1) : data_end;
      regions_.push_back({"chunk", offset(i), end, offset(i), false, next_chunk_++});
    }
    sectors_end_ = 0;
  }

  base::Bytes file_;
  std::uint64_t next_chunk_;
  std::uint64_t sectors_end_ = 0;
  std::vector<Region> regions_;
};

}  // namespace image_test
