// SPDX-License-Identifier: Apache-2.0
// Writes LevelDB logs and tables byte by byte, so that tests show what they feed the reader.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <snappy.h>
#include <zstd.h>

#include "parse/crc32c.h"
#include "parse/leveldb.h"

namespace support {

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffu);
  return out;
}

inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7fu) | 0x80u);
  return out + static_cast<char>(value);
}

inline std::string prefixed(const std::string& bytes) {
  return varint(bytes.size()) + bytes;
}

inline std::string put(const std::string& key, const std::string& value) {
  return '\1' + prefixed(key) + prefixed(value);
}
inline std::string tombstone(const std::string& key) {
  return '\0' + prefixed(key);
}

// A batch: the sequence number of its first operation, how many there are, the operations.
inline std::string batch(std::uint64_t sequence, const std::vector<std::string>& operations) {
  std::string out = little_endian(sequence, 8) + little_endian(operations.size(), 4);
  for (const std::string& operation : operations) out += operation;
  return out;
}

inline std::string masked_crc(const std::string& bytes) {
  return little_endian(parse::leveldb::masked(parse::crc32c({base::as_bytes(bytes)})), 4);
}

class LevelDbLog {
 public:
  LevelDbLog& add(std::string record) {
    bool first = true;
    for (bool last = false; !last; first = false) {
      const std::size_t room = parse::leveldb::kLogBlock - bytes_.size() % parse::leveldb::kLogBlock;
      if (room < parse::leveldb::kLogHeader) {
        bytes_.append(room, '\0');
        continue_fragment(record, first, last, parse::leveldb::kLogBlock);
      } else {
        continue_fragment(record, first, last, room);
      }
    }
    return *this;
  }
  std::string& bytes() { return bytes_; }
  base::Buffer buffer() const { return base::to_buffer(base::as_bytes(bytes_)); }

 private:
  void continue_fragment(std::string& record, bool first, bool& last, std::size_t room) {
    const std::string data = record.substr(0, room - parse::leveldb::kLogHeader);
    record.erase(0, data.size());
    last = record.empty();
    const char type = static_cast<char>(first ? (last ? 1 : 2) : (last ? 4 : 3));
    bytes_ += masked_crc(type + data) + little_endian(data.size(), 2) + type + data;
  }
  std::string bytes_;
};

class LevelDbTable {
 public:
  using Compression = parse::leveldb::Compression;

  // An entry of the block that is being built. Keys must ascend, as in a real table; prefixes are shared.
  LevelDbTable& add(const std::string& key, std::uint64_t sequence, bool is_put, const std::string& value) {
    const std::string internal = key + little_endian(sequence << 8 | (is_put ? 1u : 0u), 8);
    std::size_t shared = 0;
    while (shared < std::min(last_key_.size(), internal.size()) && last_key_[shared] == internal[shared])
      ++shared;
    entries_ += varint(shared) + varint(internal.size() - shared) + varint(value.size()) +
                internal.substr(shared) + value;
    last_key_ = internal;
    return *this;
  }
  // Ends the block; returns where it begins.
  std::size_t end_block(Compression compression) {
    const std::string handle = write_block(std::exchange(entries_, {}), compression);
    index_ += varint(0) + varint(last_key_.size()) + varint(handle.size()) + last_key_ + handle;
    last_key_.clear();
    return starts_.back();
  }
  std::string finish() {
    const std::string metaindex = write_block({}, Compression::none);
    const std::string index = write_block(index_, Compression::none);
    std::string footer = metaindex + index;
    footer.resize(parse::leveldb::kFooter - 8, '\0');
    return bytes_ + footer + little_endian(parse::leveldb::kTableMagic, 8);
  }

 private:
  std::string write_block(const std::string& entries, Compression compression) {
    const std::string stored = compressed(entries + little_endian(0, 4) + little_endian(1, 4), compression);
    const std::string type(1, static_cast<char>(compression));
    starts_.push_back(bytes_.size());
    const std::string handle = varint(bytes_.size()) + varint(stored.size());
    bytes_ += stored + type + masked_crc(stored + type);
    return handle;
  }
  static std::string compressed(const std::string& block, Compression compression) {
    std::string out = block;
    if (compression == Compression::snappy) snappy::Compress(block.data(), block.size(), &out);
    if (compression == Compression::zstd) {
      out.resize(ZSTD_compressBound(block.size()));
      out.resize(ZSTD_compress(out.data(), out.size(), block.data(), block.size(), 3));
    }
    return out;
  }
  std::string bytes_, entries_, last_key_, index_;
  std::vector<std::size_t> starts_;
};

}  // namespace support
