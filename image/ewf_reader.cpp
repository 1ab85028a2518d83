// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_reader.h"

#include <algorithm>
#include <cstring>

#include "image/checksum.h"
#include "image/chunk_cache.h"
#include "image/ewf_open.h"
#include "image/ewf_tables.h"
#include "image/inflate.h"

namespace image::ewf {
namespace {

// Imagers of one maker left the checksums of stored chunks at 0 (libyal/libewf documentation, "Logicube"):
// the bytes are delivered, and verification says that nothing vouches for them.
constexpr char kNoChecksum[] = "chunk_checksum_absent";

class E01Reader final : public ImageReader {
 public:
  E01Reader(std::unique_ptr<FilePool> files, OpenedSet set)
      : files_(std::move(files)),
        facts_(std::move(set.facts)),
        map_(std::move(set.segments), set.chunks),
        tables_(*files_) {
    if (set.chunks == 0)
      facts_.media_bytes = std::min(map_.total(), kMostMediaBytes / facts_.chunk_bytes) * facts_.chunk_bytes;
    report_counts();
  }

  const ImageFacts& facts() const override { return facts_; }
  std::uint64_t size() const override { return facts_.media_bytes; }

  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size()) return 0;
    into = into.first(std::min<std::uint64_t>(into.size(), size() - offset));
    each_piece(offset, into, [this](std::uint64_t chunk, std::size_t skip, std::span<std::byte> piece) {
      const auto damage = read_piece(chunk, skip, piece);
      if (damage && loses_bytes(*damage)) throw read_error(*damage);
    });
    return into.size();
  }

  void read_past_damage(std::uint64_t offset, std::span<std::byte> into,
                        std::vector<Damage>& damage) override {
    each_piece(offset, into, [&](std::uint64_t chunk, std::size_t skip, std::span<std::byte> piece) {
      const auto found = read_piece(chunk, skip, piece);
      if (!found) return;
      damage.push_back(*found);
      if (loses_bytes(*found)) std::fill(piece.begin(), piece.end(), std::byte{0});
    });
  }

  std::vector<MediaRange> present() const override;
  std::vector<Damage> check_structure() override;

 private:
  void report_counts();
  static base::ReadError read_error(const Damage& damage) {
    return base::ReadError(damage.file + ": " + damage.code + " at " + std::to_string(damage.file_offset),
                           damage.media_offset, damage.media_size);
  }

  template <typename Take>
  void each_piece(std::uint64_t offset, std::span<std::byte> into, Take take) {
    while (!into.empty()) {
      const std::uint64_t chunk = offset / facts_.chunk_bytes;
      const std::size_t skip = offset % facts_.chunk_bytes;
      const std::size_t size = std::min<std::size_t>(into.size(), media_bytes_of(chunk) - skip);
      take(chunk, skip, into.first(size));
      into = into.subspan(size);
      offset += size;
    }
  }

  std::size_t media_bytes_of(std::uint64_t chunk) const {
    return std::min<std::uint64_t>(facts_.chunk_bytes, size() - chunk * facts_.chunk_bytes);
  }

  Damage damage_of(std::uint64_t chunk, std::string code, std::size_t file, std::uint64_t file_offset) const {
    const std::string name = map_.tables().empty() ? facts_.files.front() : files_->name(file);
    return {std::move(code), name, file_offset, chunk * facts_.chunk_bytes, media_bytes_of(chunk)};
  }

  std::optional<Damage> read_piece(std::uint64_t chunk, std::size_t skip, std::span<std::byte> piece) {
    if (piece.size() == media_bytes_of(chunk)) return decode(chunk, piece);
    auto whole = cache_.find(chunk);
    if (!whole) {
      auto fresh = std::make_shared<base::Buffer>(media_bytes_of(chunk));
      const auto damage = decode(chunk, *fresh);
      if (damage && loses_bytes(*damage)) return damage;
      cache_.keep(chunk, fresh);
      whole = fresh;
    }
    std::memcpy(piece.data(), whole->data() + skip, piece.size());
    return std::nullopt;
  }

  std::optional<Damage> decode(std::uint64_t chunk, std::span<std::byte> into);
  const char* unpack(base::Bytes packed, bool compressed, std::span<std::byte> into) const;

  std::unique_ptr<FilePool> files_;
  ImageFacts facts_;
  ChunkMap map_;
  TableCache tables_;
  ChunkCache cache_;
};

// Reads and checks one chunk; nothing where it is whole.
std::optional<Damage> E01Reader::decode(std::uint64_t chunk, std::span<std::byte> into) {
  const Table* table = map_.find(chunk);
  if (table == nullptr) return damage_of(chunk, "chunks_missing", 0, 0);
  const auto loaded = tables_.load(*table);
  if (!loaded) {
    const auto& copy = table->first ? *table->first : *table->spare;
    return damage_of(chunk, "table_checksum", table->file, copy.section_offset);
  }
  const auto place = loaded->place(static_cast<std::uint32_t>(chunk - table->first_chunk));
  if (!place) return damage_of(chunk, "chunk_offset", table->file, 0);
  // A zlib stream may be longer than its chunk, but not by much; whatever follows it is not read.
  const std::uint64_t size = std::min<std::uint64_t>(place->size, 2ull * facts_.chunk_bytes + 1024);
  const auto packed = std::make_unique_for_overwrite<std::byte[]>(size);
  try {
    files_->read(table->file, place->offset, {packed.get(), size});
  } catch (const base::ReadError&) {
    return damage_of(chunk, "chunk_unreadable", table->file, place->offset);
  }
  const char* code = unpack({packed.get(), size}, place->compressed, into);
  if (code == nullptr) return std::nullopt;
  return damage_of(chunk, code, table->file, place->offset);
}

// The code of what is wrong; nullptr where nothing is.
const char* E01Reader::unpack(base::Bytes packed, bool compressed, std::span<std::byte> into) const {
  if (compressed) {
    if (inflate_zlib(packed, into) == into.size()) return nullptr;
    if (into.size() == facts_.chunk_bytes) return "chunk_data";
    // Some writers fill the last chunk up.
    base::Buffer whole(facts_.chunk_bytes);
    if (inflate_zlib(packed, whole) != whole.size()) return "chunk_data";
    std::memcpy(into.data(), whole.data(), into.size());
    return nullptr;
  }
  if (packed.size() < into.size() + 4) return "chunk_data";
  const bool filled_up = packed.size() >= std::size_t{facts_.chunk_bytes} + 4;
  const base::Bytes covered = packed.first(filled_up ? facts_.chunk_bytes : into.size());
  base::ByteReader stored(packed.subspan(covered.size(), 4));
  const std::uint32_t checksum = stored.u32le();
  std::memcpy(into.data(), covered.data(), into.size());
  if (adler32(covered) == checksum) return nullptr;
  return checksum == 0 ? kNoChecksum : "chunk_checksum";
}

std::vector<MediaRange> E01Reader::present() const {
  std::vector<MediaRange> ranges;
  const std::uint64_t chunk_bytes = facts_.chunk_bytes;
  std::uint64_t start = 0;
  for (const auto& run : map_.missing()) {
    if (run.first * chunk_bytes > start) ranges.push_back({start, run.first * chunk_bytes - start});
    start = std::min((run.first + run.count) * chunk_bytes, size());
  }
  if (start < size()) ranges.push_back({start, size() - start});
  return ranges;
}

void E01Reader::report_counts() {
  for (const auto& run : map_.missing()) {
    const std::uint64_t start = run.first * facts_.chunk_bytes;
    const std::uint64_t end = std::min((run.first + run.count) * facts_.chunk_bytes, size());
    // Named by what stands in front of the gap.
    const Table* before = run.first == 0 ? nullptr : map_.find(run.first - 1);
    const std::string& file = before == nullptr ? facts_.files.front() : files_->name(before->file);
    facts_.damage.push_back(
        {"chunks_missing", file, before == nullptr ? 0 : before->end(), start, end - start});
  }
  if (map_.too_many()) facts_.damage.push_back({"chunk_count", facts_.files.front(), 0, 0, 0});
}

std::vector<Damage> E01Reader::check_structure() {
  std::vector<Damage> damage;
  for (const auto& table : map_.tables()) {
    const TableState state = tables_.check(table);
    const std::string& file = files_->name(table.file);
    const auto told = [&](const char* code, const std::optional<TableCopy>& copy) {
      damage.push_back({code, file, copy ? copy->section_offset : 0, 0, 0});
    };
    if (state.first == CopyState::damaged) told("table_checksum", table.first);
    if (state.spare == CopyState::damaged) told("table2_checksum", table.spare);
    if (state.differ) told("table2_differs", table.spare);
  }
  return damage;
}

}  // namespace

std::unique_ptr<ImageReader> open_e01(const std::filesystem::path& first_file,
                                      const std::vector<std::filesystem::path>& further) {
  std::filesystem::path folder = first_file.parent_path();
  if (folder.empty()) folder = ".";
  auto files = std::make_unique<FilePool>(folder);
  auto set = open_set(first_file, *files, further);
  return std::make_unique<E01Reader>(std::move(files), std::move(set));
}

}  // namespace image::ewf
