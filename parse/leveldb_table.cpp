// SPDX-License-Identifier: Apache-2.0
// Tables: a footer that names the index, an index that names the data blocks, blocks of entries whose keys
// share prefixes.
#include <algorithm>
#include <optional>

#include <snappy.h>
#include <zstd.h>

#include "parse/crc32c.h"
#include "parse/leveldb.h"

namespace parse {
namespace {

using leveldb::Compression;

// What a table may expand to: an honest one stays far below (pages of zeros compress about 21 times in
// snappy).
constexpr std::uint64_t kLargestExpansion = 256;
constexpr std::uint64_t kExpansionAllowance = 64u << 20;

struct Handle {
  std::uint64_t offset, size;  // of a block without its trailer
};

Handle read_handle(base::ByteReader& reader) {
  const std::uint64_t offset = reader.varint();
  return {offset, reader.varint()};
}

// What is wrong with one block; the caller knows where it stands.
struct BlockTrouble {
  std::string_view code, detail;
};

class TableReader {
 public:
  TableReader(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver)
      : source_(source), file_(file), receiver_(receiver), size_(source.size()) {
    budget_ = size_ <= UINT64_MAX / kLargestExpansion ? size_ * kLargestExpansion : UINT64_MAX;
    budget_ = std::max(budget_, kExpansionAllowance);
  }

  void read() {
    const auto index = read_footer();
    if (!index) return;
    read_block(*index, [this](base::Bytes, base::Bytes value) { read_data_block(value); });
  }

 private:
  void damage(std::string_view code, std::uint64_t offset, std::uint64_t length, std::string_view detail) {
    receiver_.damage({code, file_, offset, length, detail});
  }

  std::optional<base::Buffer> read_bytes(std::uint64_t offset, std::uint64_t length) {
    base::Buffer bytes(static_cast<std::size_t>(length));
    try {
      bytes.resize(source_.read_at(offset, bytes));
    } catch (const base::ReadError&) {
      damage("leveldb_unreadable", offset, length, "could not be read");
      return std::nullopt;
    }
    if (bytes.size() == length) return bytes;
    damage("leveldb_cut", offset, length, "the file is shorter than it says");
    return std::nullopt;
  }

  std::optional<Handle> read_footer() {
    if (size_ < leveldb::kFooter) {
      damage("leveldb_cut", 0, size_, "too short for a table");
      return std::nullopt;
    }
    const auto footer = read_bytes(size_ - leveldb::kFooter, leveldb::kFooter);
    if (!footer) return std::nullopt;
    try {
      base::ByteReader magic(base::Bytes(*footer).last(8));
      if (magic.u64le() != leveldb::kTableMagic) throw base::Truncated("magic");
      base::ByteReader handles(*footer);
      read_handle(handles);  // of the metaindex: filters, which hold no keys
      return read_handle(handles);
    } catch (const base::Truncated&) {
      damage("leveldb_table", 0, size_, "no footer of a table: no block can be found");
      return std::nullopt;
    }
  }

  void read_data_block(base::Bytes encoded_handle) {
    Handle handle{};
    try {
      base::ByteReader reader(encoded_handle);
      handle = read_handle(reader);
    } catch (const base::Truncated&) {
      damage("leveldb_table", 0, 0, "an entry of the index names no block");
      return;
    }
    // Blocks stand in the order of the index. One named twice, or inside another, would cost time without
    // end.
    if (handle.offset < blocks_end_) {
      damage("leveldb_table", handle.offset, 0, "the index does not ascend");
      return;
    }
    if (handle.offset <= size_ && handle.size <= size_ - handle.offset)
      blocks_end_ = handle.offset + handle.size;
    read_block(handle, [&](base::Bytes key, base::Bytes value) { take_entry(key, value, handle); });
  }

  void take_entry(base::Bytes key, base::Bytes value, const Handle& handle) {
    if (key.size() < leveldb::kInternalSuffix) throw base::Truncated("key without its sequence number");
    base::ByteReader suffix(key.last(leveldb::kInternalSuffix));
    const std::uint64_t packed = suffix.u64le();
    const auto type = static_cast<std::uint8_t>(packed & 0xffu);
    if (type > leveldb::kPut) throw base::Truncated("unknown type of entry");
    LevelDbOperation operation;
    operation.kind = type == leveldb::kPut ? LevelDbOperation::Kind::put : LevelDbOperation::Kind::tombstone;
    operation.sequence = packed >> 8;
    operation.key = key.first(key.size() - leveldb::kInternalSuffix);
    operation.value = type == leveldb::kPut ? value : base::Bytes{};
    operation.file = file_;
    operation.offset = handle.offset;
    receiver_.operation(operation);
  }

  template <typename Entry>
  void read_block(const Handle& handle, const Entry& entry) {
    try {
      const auto content = block_content(handle);
      if (content) read_entries(*content, entry);
    } catch (const BlockTrouble& trouble) {
      damage(trouble.code, handle.offset, handle.size, trouble.detail);
    } catch (const base::Truncated&) {
      damage("leveldb_table", handle.offset, handle.size, "an entry leads past its block");
    }
  }

  std::optional<base::Buffer> block_content(const Handle& handle) {
    const std::uint64_t room = size_ - leveldb::kFooter;
    if (room < leveldb::kBlockTrailer || handle.size > room - leveldb::kBlockTrailer ||
        handle.offset > room - leveldb::kBlockTrailer - handle.size)
      throw BlockTrouble{"leveldb_table", "a block leads past the file"};
    if (handle.size > kLargestLevelDbPiece) throw BlockTrouble{"leveldb_too_large", "block"};
    auto stored = read_bytes(handle.offset, handle.size + leveldb::kBlockTrailer);
    if (!stored) return std::nullopt;
    const base::Bytes guarded = base::Bytes(*stored).first(stored->size() - 4);
    base::ByteReader checksum(base::Bytes(*stored).last(4));
    if (leveldb::masked(crc32c({guarded})) != checksum.u32le())
      throw BlockTrouble{"leveldb_checksum", "wrong checksum of a block"};
    const auto compression = static_cast<Compression>(guarded.back());
    stored->resize(static_cast<std::size_t>(handle.size));
    return expand(compression, std::move(*stored));
  }

  base::Buffer expand(Compression compression, base::Buffer stored) {
    if (compression == Compression::none) return stored;
    if (compression == Compression::snappy) return expand_snappy(stored);
    if (compression == Compression::zstd) return expand_zstd(stored);
    throw BlockTrouble{"leveldb_table", "unknown compression"};
  }

  base::Buffer room_for(std::uint64_t size) {
    if (size > kLargestLevelDbPiece || size > budget_)
      throw BlockTrouble{"leveldb_too_large", "expanded block"};
    budget_ -= size;
    return base::Buffer(static_cast<std::size_t>(size));
  }

  base::Buffer expand_snappy(const base::Buffer& stored) {
    const std::string_view text = base::as_text(stored);
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(text.data(), text.size(), &size))
      throw BlockTrouble{"leveldb_table", "no snappy stream"};
    base::Buffer content = room_for(size);
    if (!snappy::RawUncompress(text.data(), text.size(), reinterpret_cast<char*>(content.data())))
      throw BlockTrouble{"leveldb_table", "damaged snappy stream"};
    return content;
  }

  // LevelDB writes one frame that states its size (port/port_stdcxx.h).
  base::Buffer expand_zstd(const base::Buffer& stored) {
    const unsigned long long size = ZSTD_getFrameContentSize(stored.data(), stored.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
      throw BlockTrouble{"leveldb_table", "no zstd frame that states its size"};
    base::Buffer content = room_for(size);
    const std::size_t got = ZSTD_decompress(content.data(), content.size(), stored.data(), stored.size());
    if (ZSTD_isError(got) != 0 || got != content.size())
      throw BlockTrouble{"leveldb_table", "damaged zstd frame"};
    return content;
  }

  // Entries, then the offsets of restarts (u32 each), then their number (u32). An entry: bytes shared with
  // the key before, bytes of its own, length of the value, then both.
  template <typename Entry>
  void read_entries(base::Bytes block, const Entry& entry) {
    if (block.size() < 4) throw base::Truncated("block without restarts");
    const std::uint64_t restarts = base::ByteReader(block.last(4)).u32le();
    if (restarts > (block.size() - 4) / 4) throw base::Truncated("restarts");
    base::ByteReader reader(block.first(block.size() - 4 - static_cast<std::size_t>(restarts) * 4));
    base::Buffer key;
    while (reader.left() > 0) {
      const std::uint64_t shared = reader.varint();
      const std::uint64_t own = reader.varint();
      const std::uint64_t value_size = reader.varint();
      if (shared > key.size()) throw base::Truncated("shared prefix");
      const base::Bytes suffix = reader.take(own);
      key.resize(static_cast<std::size_t>(shared));
      key.insert(key.end(), suffix.begin(), suffix.end());
      entry(base::Bytes(key), reader.take(value_size));
    }
  }

  base::ByteSource& source_;
  std::size_t file_;
  const LevelDbReceiver& receiver_;
  std::uint64_t size_;
  std::uint64_t budget_ = 0;      // bytes that blocks may still expand to
  std::uint64_t blocks_end_ = 0;  // of the data blocks read so far
};

}  // namespace

void read_leveldb_table(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver) {
  TableReader(source, file, receiver).read();
}

}  // namespace parse
