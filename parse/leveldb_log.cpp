// SPDX-License-Identifier: Apache-2.0
// Logs: blocks of 32 KiB, records cut into fragments that do not cross a block, batches of operations in the
// records.
#include <algorithm>
#include <array>
#include <vector>

#include "parse/crc32c.h"
#include "parse/leveldb.h"

namespace parse {
namespace {

using leveldb::LogType;

// A record put together from its fragments, which knows where in the file each of its bytes stands.
class Record {
 public:
  void clear() {
    bytes_.clear();
    fragments_.clear();
  }
  void add(base::Bytes data, std::uint64_t file_offset) {
    fragments_.push_back({bytes_.size(), file_offset});
    bytes_.insert(bytes_.end(), data.begin(), data.end());
  }
  base::Bytes bytes() const { return bytes_; }
  std::uint64_t size() const { return bytes_.size(); }
  std::uint64_t file_offset(std::size_t index) const {
    const auto after = std::upper_bound(fragments_.begin(), fragments_.end(), index,
                                        [](std::size_t i, const Fragment& f) { return i < f.start; });
    const Fragment& fragment = *std::prev(after);
    return fragment.file_offset + (index - fragment.start);
  }

 private:
  struct Fragment {
    std::size_t start;
    std::uint64_t file_offset;
  };
  base::Buffer bytes_;
  std::vector<Fragment> fragments_;
};

base::Bytes length_prefixed(base::ByteReader& reader) {
  return reader.take(reader.varint());
}

class LogReader {
 public:
  LogReader(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver)
      : source_(source), file_(file), receiver_(receiver) {}

  void read() {
    const std::uint64_t size = source_.size();
    for (block_ = 0; block_ < size; block_ += leveldb::kLogBlock) read_block(size - block_);
    end_damaged_run();
    if (inside_) abandon_record("the file ends before the batch does", size);
  }

 private:
  void damage(std::string_view code, std::uint64_t offset, std::uint64_t length, std::string_view detail) {
    receiver_.damage({code, file_, offset, length, detail});
  }

  void read_block(std::uint64_t left_in_file) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), left_in_file));
    std::size_t got = 0;
    try {
      got = source_.read_at(block_, std::span(buffer_).first(wanted));
    } catch (const base::ReadError&) {
      damage("leveldb_unreadable", block_, wanted, "block could not be read");
      return;
    }
    base::Bytes rest = base::Bytes(buffer_).first(got);
    while (rest.size() >= leveldb::kLogHeader) rest = read_fragment(rest, got);
    if (got < buffer_.size() && !rest.empty())
      damage("leveldb_cut", block_ + got - rest.size(), rest.size(), "file ends inside a header");
  }

  // Returns what follows the fragment; nothing where the rest of the block cannot be trusted.
  base::Bytes read_fragment(base::Bytes rest, std::size_t block_size) {
    const std::uint64_t offset = block_ + block_size - rest.size();
    base::ByteReader reader(rest);
    const std::uint32_t checksum = reader.u32le();
    const std::size_t length = reader.u16le();
    const std::uint8_t type = reader.u8();
    if (type == static_cast<std::uint8_t>(LogType::zero) && length == 0 && checksum == 0) {
      skip_zeros(rest, offset);
      return {};
    }
    if (length > reader.left()) {
      const bool at_end = block_size < buffer_.size();
      damage(at_end ? "leveldb_cut" : "leveldb_checksum", offset, rest.size(),
             at_end ? "file ends inside a record" : "length leads past the block");
      return {};
    }
    const base::Bytes data = reader.take(length);
    const base::Bytes guarded = rest.subspan(leveldb::kLogHeader - 1, length + 1);
    if (leveldb::masked(crc32c({guarded})) != checksum) {
      damage("leveldb_checksum", offset, rest.size(), "wrong checksum; the rest of the block is not read");
      return {};
    }
    take_fragment(type, data, offset);
    return reader.rest();
  }

  // Space that was reserved and never written.
  void skip_zeros(base::Bytes rest, std::uint64_t offset) {
    const bool zeros = std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; });
    if (!zeros) damage("leveldb_checksum", offset, rest.size(), "bytes after a header of zeros");
  }

  void take_fragment(std::uint8_t type, base::Bytes data, std::uint64_t offset) {
    const std::uint64_t after = offset + leveldb::kLogHeader + data.size();
    const bool begins =
        type == static_cast<std::uint8_t>(LogType::full) || type == static_cast<std::uint8_t>(LogType::first);
    const bool goes_on = type == static_cast<std::uint8_t>(LogType::middle) ||
                         type == static_cast<std::uint8_t>(LogType::last);
    if (goes_on && !inside_) {
      if (orphan_end_ == orphan_start_) orphan_start_ = offset;
      orphan_end_ = after;
      return;
    }
    end_damaged_run();
    if (begins && inside_) abandon_record("another batch begins before this one ends", offset);
    if (!begins && !goes_on) {
      damage("leveldb_checksum", offset, after - offset, "unknown type of record");
      return;
    }
    if (begins) begin_record(offset);
    if (!append(data, offset + leveldb::kLogHeader)) return;
    if (type == static_cast<std::uint8_t>(LogType::full) || type == static_cast<std::uint8_t>(LogType::last))
      finish_record(after);
  }

  void begin_record(std::uint64_t offset) {
    record_.clear();
    record_start_ = offset;
    inside_ = true;
  }

  bool append(base::Bytes data, std::uint64_t offset) {
    if (record_.size() + data.size() <= kLargestLevelDbPiece) {
      record_.add(data, offset);
      return true;
    }
    damage("leveldb_too_large", record_start_, offset - record_start_, "batch");
    inside_ = false;
    record_.clear();
    return false;
  }

  void abandon_record(std::string_view why, std::uint64_t end) {
    damage("leveldb_fragment", record_start_, end - record_start_, why);
    inside_ = false;
    record_.clear();
  }

  // Fragments without a beginning that follow each other are one damage.
  void end_damaged_run() {
    if (orphan_end_ > orphan_start_)
      damage("leveldb_fragment", orphan_start_, orphan_end_ - orphan_start_,
             "the batch's beginning is not there");
    orphan_start_ = orphan_end_ = 0;
  }

  // Batch: u64 sequence of the first operation, u32 number of operations, the operations.
  void finish_record(std::uint64_t end) {
    inside_ = false;
    base::ByteReader reader(record_.bytes());
    try {
      const std::uint64_t sequence = reader.u64le();
      const std::uint32_t count = reader.u32le();
      std::uint64_t seen = 0;
      for (; reader.left() > 0; ++seen) read_operation(reader, sequence + seen);
      if (seen != count)
        damage("leveldb_batch", record_start_, end - record_start_, "number of operations differs");
    } catch (const base::Truncated&) {
      damage("leveldb_batch", record_start_, end - record_start_, "an operation leads past the batch");
    }
    record_.clear();
  }

  void read_operation(base::ByteReader& reader, std::uint64_t sequence) {
    LevelDbOperation operation;
    operation.offset = record_.file_offset(reader.offset());
    operation.file = file_;
    operation.sequence = sequence;
    const std::uint8_t tag = reader.u8();
    if (tag > leveldb::kPut) throw base::Truncated("unknown operation");
    operation.key = length_prefixed(reader);
    if (tag == leveldb::kPut)
      operation.value = length_prefixed(reader);
    else
      operation.kind = LevelDbOperation::Kind::tombstone;
    receiver_.operation(operation);
  }

  base::ByteSource& source_;
  std::size_t file_;
  const LevelDbReceiver& receiver_;
  std::array<std::byte, leveldb::kLogBlock> buffer_{};
  std::uint64_t block_ = 0;  // offset in the file
  Record record_;
  bool inside_ = false;  // between the first fragment of a record and its last
  std::uint64_t record_start_ = 0;
  std::uint64_t orphan_start_ = 0, orphan_end_ = 0;
};

}  // namespace

void read_leveldb_log(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver) {
  LogReader(source, file, receiver).read();
}

}  // namespace parse
