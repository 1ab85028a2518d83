// SPDX-License-Identifier: Apache-2.0
// Reads LevelDB stores as evidence: every operation that the files of a folder hold, with its sequence
// number, older versions and tombstones included. MANIFEST and CURRENT are not asked: they say which files
// are live, and files that they do not name hold history.
//
// Damage is a value; reading goes on at the next block. Memory is bounded by kLargestLevelDbPiece, whatever
// the files say. Not for use by two threads on one source.
//
// Sources: google/leveldb doc/log_format.md, doc/table_format.md, db/write_batch.cc, db/dbformat.h,
// table/format.h, util/crc32c.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace parse {

// The largest batch or uncompressed block that is put together; a larger one is damage ("leveldb_too_large").
inline constexpr std::uint64_t kLargestLevelDbPiece = 128u << 20;

enum class LevelDbFileKind { log, table };
// By the end of the name: ".log", or ".ldb" and ".sst". Nothing for the other files of a store (CURRENT,
// LOCK, LOG, LOG.old, MANIFEST-…).
std::optional<LevelDbFileKind> leveldb_file_kind(std::string_view name);

struct LevelDbOperation {
  enum class Kind { put, tombstone };
  Kind kind = Kind::put;
  std::uint64_t sequence = 0;
  base::Bytes key, value;  // valid during the call; a tombstone has no value
  std::size_t file = 0;    // index into the files that were given
  std::uint64_t offset =
      0;  // in a log: of the operation's first byte; in a table: of the block that holds it
};

// Bytes from which no operation could be read. The codes:
//   leveldb_unreadable     the medium did not give the bytes
//   leveldb_checksum       a checksum is wrong, or a length leads past its block
//   leveldb_cut            the file ends inside a record, a table is too short for its footer
//   leveldb_fragment       a part of a batch whose beginning or end is not there
//   leveldb_batch          the checksum is right and the content is no batch of operations
//   leveldb_table          footer, index or block is not what a table must hold
//   leveldb_too_large      larger than kLargestLevelDbPiece, or more than a table of that size may expand to
struct LevelDbDamage {
  std::string_view code;
  std::size_t file = 0;
  std::uint64_t offset = 0, length = 0;  // bytes of the file
  std::string_view detail;               // what was seen; never content
};

struct LevelDbReceiver {
  std::function<void(const LevelDbOperation&)> operation;
  std::function<void(const LevelDbDamage&)> damage;
};

// `file` is handed on to the receiver.
void read_leveldb_log(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver);
void read_leveldb_table(base::ByteSource& source, std::size_t file, const LevelDbReceiver& receiver);

struct LevelDbFile {
  LevelDbFileKind kind;
  std::shared_ptr<base::ByteSource> bytes;
};
// All of them, in the order given. Operations come in the order of the files, not of the sequence numbers.
void read_leveldb(std::span<const LevelDbFile> files, const LevelDbReceiver& receiver);

namespace leveldb {

// LevelDB stores checksums rotated and shifted, so that a checksum over bytes that hold one is no trouble.
inline constexpr std::uint32_t kMaskDelta = 0xa282ead8;
constexpr std::uint32_t masked(std::uint32_t crc) {
  return (crc >> 15 | crc << 17) + kMaskDelta;
}

inline constexpr std::size_t kLogBlock = 32768;
inline constexpr std::size_t kLogHeader = 7;  // masked CRC-32C of type and data, u16 length, u8 type
enum class LogType : std::uint8_t { zero = 0, full = 1, first = 2, middle = 3, last = 4 };

inline constexpr std::uint8_t kTombstone = 0, kPut = 1;  // operations in batches, types in internal keys

inline constexpr std::size_t kFooter = 48;         // two block handles, padding, magic
inline constexpr std::size_t kBlockTrailer = 5;    // u8 compression, masked CRC-32C of block and that byte
inline constexpr std::size_t kInternalSuffix = 8;  // u64: sequence << 8 | type
inline constexpr std::uint64_t kTableMagic = 0xdb4775248b80fb57;
enum class Compression : std::uint8_t { none = 0, snappy = 1, zstd = 2 };

}  // namespace leveldb
}  // namespace parse
