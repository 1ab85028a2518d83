// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_tables.h"

#include <algorithm>

#include "image/checksum.h"

namespace image::ewf {
namespace {

constexpr std::uint32_t kCompressed = 0x80000000u;

std::uint64_t lowest_offset(const std::vector<std::uint32_t>& entries) {
  return entries.empty() ? 0 : entries.front() & ~kCompressed;
}

}  // namespace

LoadedTable::LoadedTable(std::vector<std::uint32_t> entries, std::uint64_t base, std::uint64_t data_end)
    : entries_(std::move(entries)),
      base_(base),
      data_end_(data_end),
      full_offsets_from_(static_cast<std::uint32_t>(entries_.size())) {
  // EnCase 6.7 lets offsets grow beyond 31 bits; the bit that says "compressed" then belongs to the offset
  // (libyal/libewf documentation, "Table section"; libewf-legacy libewf_section.c).
  for (std::uint32_t i = 0; i + 1 < entries_.size(); ++i) {
    const std::uint32_t here = entries_[i] & ~kCompressed;
    const std::uint32_t next = entries_[i + 1];
    if ((next & ~kCompressed) < here && next >= here) {
      full_offsets_from_ = i + 1;
      break;
    }
  }
}

std::uint64_t LoadedTable::offset_of(std::uint32_t index) const {
  const std::uint32_t entry = entries_[index];
  return index >= full_offsets_from_ ? entry : entry & ~kCompressed;
}

std::optional<ChunkPlace> LoadedTable::place(std::uint32_t index) const {
  const std::uint64_t here = offset_of(index);
  if (base_ > UINT64_MAX - 2 * std::uint64_t{UINT32_MAX}) return std::nullopt;
  const std::uint64_t end = index + 1 < entries_.size() ? base_ + offset_of(index + 1) : data_end_;
  if (end <= base_ + here) return std::nullopt;
  const bool compressed = index < full_offsets_from_ && (entries_[index] & kCompressed) != 0;
  return ChunkPlace{base_ + here, end - base_ - here, compressed};
}

std::shared_ptr<const LoadedTable> TableCache::load(const Table& table) {
  {
    const std::lock_guard lock(mutex_);
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->first != table.first_chunk) continue;
      kept_.splice(kept_.begin(), kept_, kept);
      return kept->second;
    }
  }
  auto loaded = table.first ? load_copy(table, *table.first) : nullptr;
  if (!loaded && table.spare) loaded = load_copy(table, *table.spare);
  if (loaded) keep(table, loaded);
  return loaded;
}

std::optional<std::vector<std::uint32_t>> TableCache::read_copy(const Table& table, const TableCopy& copy) {
  const std::size_t size = std::size_t{table.chunks} * 4;
  const std::uint64_t room = copy.section_end - copy.entries_at();
  base::Buffer bytes(size + (room >= size + 4 ? 4 : 0));
  try {
    files_.read(table.file, copy.entries_at(), bytes);
  } catch (const base::ReadError&) {
    return std::nullopt;
  }
  std::vector<std::uint32_t> entries(table.chunks);
  base::ByteReader reader(bytes);
  for (auto& entry : entries) entry = reader.u32le();
  // EnCase 1 has no checksum here: the first chunk follows its table at once.
  const bool data_follows = copy.base + lowest_offset(entries) == copy.entries_at() + size;
  if (data_follows || table.chunks == 0) return entries;
  if (reader.left() < 4) return std::nullopt;
  if (adler32(base::Bytes(bytes).first(size)) != reader.u32le()) return std::nullopt;
  return entries;
}

std::shared_ptr<const LoadedTable> TableCache::load_copy(const Table& table, const TableCopy& copy) {
  auto entries = read_copy(table, copy);
  if (!entries) return nullptr;
  const std::uint64_t lowest = copy.base + lowest_offset(*entries);
  std::uint64_t data_end = copy.section_offset;                    // chunks lie before their table
  if (lowest >= copy.section_offset) data_end = copy.section_end;  // or in it, as EnCase 1 does
  if (table.sectors_end > lowest && lowest < copy.section_offset) data_end = table.sectors_end;
  return std::make_shared<LoadedTable>(std::move(*entries), copy.base, data_end);
}

void TableCache::keep(const Table& table, const std::shared_ptr<const LoadedTable>& loaded) {
  const std::lock_guard lock(mutex_);
  kept_.emplace_front(table.first_chunk, loaded);
  std::size_t bytes = 0;
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    bytes += kept->second->bytes();
    if (bytes > kMostBytes && kept != kept_.begin()) {
      kept_.erase(kept, kept_.end());
      return;
    }
  }
}

TableState TableCache::check(const Table& table) {
  TableState state;
  std::optional<std::vector<std::uint32_t>> first, spare;
  if (table.first) {
    first = read_copy(table, *table.first);
    state.first = first ? CopyState::good : CopyState::damaged;
  }
  if (table.spare) {
    spare = read_copy(table, *table.spare);
    state.spare = spare ? CopyState::good : CopyState::damaged;
  }
  state.differ = first && spare && (*first != *spare || table.first->base != table.spare->base);
  return state;
}

}  // namespace image::ewf
