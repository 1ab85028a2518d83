// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_walk.h"

#include <algorithm>
#include <utility>

namespace image::ewf {
namespace {

constexpr std::uint64_t kMostSectionBytes = 64u << 20;  // of sections that are read whole
constexpr std::size_t kMostSections = 1'000'000;        // of one file

class Walker {
 public:
  Walker(FilePool& files, std::size_t file) : files_(files), file_(file), size_(files.size(file)) {}

  SegmentWalk run() {
    read_file_header();
    std::uint64_t offset = kFileHeaderBytes;
    for (std::size_t count = 0; count < kMostSections; ++count) {
      auto section = section_at(offset);
      if (!section) section = search_after(offset);
      if (!section) break;
      take(*section);
      if (section->ends_file()) {
        walk_.end = section->type == "done" ? SegmentWalk::End::done : SegmentWalk::End::next;
        break;
      }
      offset = section->next;
    }
    close_group();
    walk_.gap_at_end = gap_ || walk_.end == SegmentWalk::End::cut;
    return std::move(walk_);
  }

 private:
  void damaged(std::string code, std::uint64_t offset) {
    walk_.damage.push_back({std::move(code), files_.name(file_), offset, 0, 0});
  }

  // Nothing where the file ends or fails before the bytes do.
  std::optional<base::Buffer> read(std::uint64_t offset, std::uint64_t size) {
    if (size > kMostSectionBytes || offset > size_ || size > size_ - offset) return std::nullopt;
    base::Buffer bytes(size);
    try {
      files_.read(file_, offset, bytes);
    } catch (const base::ReadError&) {
      damaged("file_unreadable", offset);
      return std::nullopt;
    }
    return bytes;
  }

  void read_file_header() {
    const auto bytes = read(0, kFileHeaderBytes);
    if (bytes) walk_.number = segment_number(*bytes);
    if (!walk_.number) damaged("file_header", 0);
  }

  std::optional<Descriptor> section_at(std::uint64_t offset) {
    const auto bytes = read(offset, kDescriptorBytes);
    return bytes ? parse_descriptor(*bytes, offset, size_) : std::nullopt;
  }

  // A descriptor is broken or the file was cut: the next whole descriptor is found by its looks.
  std::optional<Descriptor> search_after(std::uint64_t offset) {
    if (offset + kDescriptorBytes <= size_) damaged("section_descriptor", offset);
    close_group();
    gap_ = true;
    // Small at first: in a file made for it, the next one is always near, and there are very many.
    constexpr std::uint64_t kMostWindow = 1u << 20;
    std::uint64_t window = 4096;
    for (std::uint64_t start = offset + 1; start + kDescriptorBytes <= size_;
         start += std::exchange(window, std::min(window * 4, kMostWindow))) {
      const auto bytes = read(start, std::min(window + kDescriptorBytes - 1, size_ - start));
      if (!bytes) continue;
      if (auto section = first_descriptor_in(*bytes, start)) return section;
    }
    return std::nullopt;
  }

  std::optional<Descriptor> first_descriptor_in(base::Bytes window, std::uint64_t start) {
    using namespace std::string_view_literals;
    static constexpr std::string_view kTypes[] = {
        "sectors\0\0\0\0\0\0\0\0\0"sv,    "table\0\0\0\0\0\0\0\0\0\0\0"sv,  "table2\0\0\0\0\0\0\0\0\0\0"sv,
        "next\0\0\0\0\0\0\0\0\0\0\0\0"sv, "done\0\0\0\0\0\0\0\0\0\0\0\0"sv, "data\0\0\0\0\0\0\0\0\0\0\0\0"sv,
        "volume\0\0\0\0\0\0\0\0\0\0"sv,   "disk\0\0\0\0\0\0\0\0\0\0\0\0"sv, "hash\0\0\0\0\0\0\0\0\0\0\0\0"sv,
        "digest\0\0\0\0\0\0\0\0\0\0"sv,   "error2\0\0\0\0\0\0\0\0\0\0"sv,   "header\0\0\0\0\0\0\0\0\0\0"sv,
        "header2\0\0\0\0\0\0\0\0\0"sv};
    const std::string_view text = base::as_text(window);
    std::optional<Descriptor> best;
    for (const auto type : kTypes) {
      for (std::size_t at = text.find(type); at != text.npos && at + kDescriptorBytes <= text.size();
           at = text.find(type, at + 1)) {
        const auto section = parse_descriptor(window.subspan(at, kDescriptorBytes), start + at, size_);
        // An E01 stored inside this one has other offsets, so its sections do not pass.
        if (!section || (!section->ends_file() && section->next != section->offset + section->size)) continue;
        if (!best || section->offset < best->offset) best = section;
        break;
      }
    }
    return best;
  }

  void take(const Descriptor& section) {
    const std::string& type = section.type;
    if (type == "sectors") {
      close_group();
      sectors_end_ = section.offset + section.size;
    } else if (type == "table") {
      take_table(section);
    } else if (type == "table2") {
      take_spare(section);
    } else if (type == "volume" || type == "disk" || type == "data") {
      take_volume(section);
    } else if (type == "header" || type == "header2") {
      take_parsed(section, parse_header, [this](HeaderValues values) { walk_.header.merge(values); });
    } else if (type == "hash") {
      take_parsed(section, parse_hash, [this](const Digests& digests) { add(digests); });
    } else if (type == "digest") {
      take_parsed(section, parse_digest, [this](const Digests& digests) { add(digests); });
    } else if (type == "error2") {
      take_parsed(section, parse_error2,
                  [this](std::vector<SectorRange> bad) { walk_.bad = std::move(bad); });
    }
  }

  template <typename Parse, typename Keep>
  void take_parsed(const Descriptor& section, Parse parse, Keep keep) {
    const auto bytes = read(section.data(), section.data_size());
    if (!bytes) return damaged(section.type, section.offset);
    auto parsed = parse(base::Bytes(*bytes));
    if (!parsed) return damaged(section.type, section.offset);
    keep(std::move(*parsed));
  }

  void add(const Digests& digests) {
    for (const auto& [algorithm, bytes] : digests) {
      const auto [place, is_new] = walk_.digests.emplace(algorithm, bytes);
      if (!is_new && place->second != bytes) walk_.digests_disagree = true;
    }
  }

  void take_volume(const Descriptor& section) {
    take_parsed(section, parse_volume, [this](const Volume& volume) {
      if (!walk_.volume) walk_.volume = volume;
      walk_.volumes_disagree |= walk_.volume->set_identifier != volume.set_identifier ||
                                walk_.volume->chunk_bytes() != volume.chunk_bytes() ||
                                walk_.volume->sectors != volume.sectors;
    });
  }

  std::optional<TableHeader> table_header(const Descriptor& section) {
    if (section.data_size() < kTableHeaderBytes) return std::nullopt;
    const auto bytes = read(section.data(), kTableHeaderBytes);
    if (!bytes) return std::nullopt;
    const auto header = parse_table_header(*bytes);
    const std::uint64_t room = (section.data_size() - kTableHeaderBytes) / 4;
    if (!header || header->entries > room || header->entries > kMostTableEntries) return std::nullopt;
    return header;
  }

  void take_table(const Descriptor& section) {
    close_group();
    const auto header = table_header(section);
    if (header) return push(*header, section, false);
    damaged("table", section.offset);
    header_broken_ = true;
  }

  // The mirror belongs to the table before it; where that one is broken or lost, it takes its place.
  void take_spare(const Descriptor& section) {
    const auto header = table_header(section);
    if (!header) {
      damaged("table2", section.offset);
      if (!group_table_) header_broken_ = true;
      return;
    }
    header_broken_ = false;
    if (!group_table_) return push(*header, section, true);
    Table& table = walk_.tables[*group_table_];
    if (table.spare || table.chunks != header->entries) return damaged("table2", section.offset);
    table.spare = copy_of(*header, section);
  }

  static TableCopy copy_of(const TableHeader& header, const Descriptor& section) {
    return {section.offset, section.offset + section.size, header.base};
  }

  void push(const TableHeader& header, const Descriptor& section, bool is_spare) {
    Table table;
    table.file = file_;
    table.chunks = header.entries;
    table.sectors_end = sectors_end_;
    (is_spare ? table.spare : table.first) = copy_of(header, section);
    walk_.gap_before.push_back(std::exchange(gap_, false));
    group_table_ = walk_.tables.size();
    walk_.tables.push_back(table);
  }

  // After `sectors`, `table`, `table2`: a group whose two tables are broken leaves a gap.
  void close_group() {
    if (header_broken_) gap_ = true;
    header_broken_ = false;
    if (group_table_) sectors_end_ = 0;
    group_table_.reset();
  }

  FilePool& files_;
  std::size_t file_;
  std::uint64_t size_;
  SegmentWalk walk_;
  bool gap_ = false;
  bool header_broken_ = false;
  std::uint64_t sectors_end_ = 0;
  std::optional<std::size_t> group_table_;
};

}  // namespace

SegmentWalk walk_segment(FilePool& files, std::size_t file) {
  return Walker(files, file).run();
}

}  // namespace image::ewf
