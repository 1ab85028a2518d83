// SPDX-License-Identifier: Apache-2.0
#include "parse/leveldb.h"

#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "parse/crc32c.h"
#include "tests/support/leveldb_writer.h"
#include "tests/support/shared_folder.h"

namespace parse {
namespace {

using support::batch;
using support::LevelDbLog;
using support::LevelDbTable;
using support::put;
using support::tombstone;
using Compression = leveldb::Compression;

struct Seen {
  std::vector<std::string> operations;  // "7 put key=value"
  std::vector<std::uint64_t> offsets;
  std::vector<std::string> damage;  // "code@offset+length"
  std::size_t puts = 0, tombstones = 0;
};

LevelDbReceiver receiver_of(Seen& seen) {
  return {[&seen](const LevelDbOperation& operation) {
            const bool is_put = operation.kind == LevelDbOperation::Kind::put;
            ++(is_put ? seen.puts : seen.tombstones);
            seen.offsets.push_back(operation.offset);
            std::string words = std::to_string(operation.sequence) + (is_put ? " put " : " delete ");
            words += base::as_text(operation.key);
            if (is_put) words += "=" + std::string(base::as_text(operation.value).substr(0, 20));
            seen.operations.push_back(words);
          },
          [&seen](const LevelDbDamage& damage) {
            seen.damage.push_back(std::string(damage.code) + "@" + std::to_string(damage.offset) + "+" +
                                  std::to_string(damage.length));
          }};
}

Seen read_log(const std::string& bytes) {
  Seen seen;
  const auto source = base::in_memory(base::to_buffer(base::as_bytes(bytes)));
  read_leveldb_log(*source, 0, receiver_of(seen));
  return seen;
}

Seen read_table(const std::string& bytes) {
  Seen seen;
  const auto source = base::in_memory(base::to_buffer(base::as_bytes(bytes)));
  read_leveldb_table(*source, 0, receiver_of(seen));
  return seen;
}

using Strings = std::vector<std::string>;

// RFC 3720 appendix B.4.
TEST(Crc32c, AgreesWithTheExamplesOfRfc3720) {
  EXPECT_EQ(crc32c({base::Buffer(32, std::byte{0})}), 0x8a9136aau);
  EXPECT_EQ(crc32c({base::Buffer(32, std::byte{0xff})}), 0x62a8ab43u);
  EXPECT_EQ(crc32c({base::as_bytes("1234"), base::as_bytes("56789")}), 0xe3069283u);
}

TEST(LevelDbNames, OnlyLogsAndTablesHoldOperations) {
  EXPECT_EQ(leveldb_file_kind("000003.log"), LevelDbFileKind::log);
  EXPECT_EQ(leveldb_file_kind("000005.ldb"), LevelDbFileKind::table);
  EXPECT_EQ(leveldb_file_kind("000005.sst"), LevelDbFileKind::table);
  for (const char* name : {"CURRENT", "LOCK", "LOG", "LOG.old", "MANIFEST-000002"})
    EXPECT_EQ(leveldb_file_kind(name), std::nullopt) << name;
}

TEST(LevelDbLogs, GiveEveryOperationOfABatchWithItsOwnSequence) {
  LevelDbLog log;
  log.add(batch(7, {put("a", "1"), tombstone("a"), put("b", "2")}));
  const Seen seen = read_log(log.bytes());
  EXPECT_EQ(seen.operations, (Strings{"7 put a=1", "8 delete a", "9 put b=2"}));
  EXPECT_EQ(seen.offsets, (std::vector<std::uint64_t>{19, 24, 27}));  // header 7, batch head 12, then 5 and 3
  EXPECT_TRUE(seen.damage.empty());
}

TEST(LevelDbLogs, JoinBatchesThatCrossBlocksAndKnowWhereTheirPartsStand) {
  LevelDbLog log;
  const std::string large(100'000, 'x');
  log.add(batch(1, {put("large", large), put("after", "y")})).add(batch(3, {put("last", "z")}));
  const Seen seen = read_log(log.bytes());
  ASSERT_EQ(seen.operations.size(), 3u);
  EXPECT_EQ(seen.operations[1], "2 put after=y");
  EXPECT_EQ(log.bytes().substr(seen.offsets[1], 9), put("after", "y"));
  EXPECT_EQ(log.bytes().substr(seen.offsets[2], 8), put("last", "z"));
  EXPECT_TRUE(seen.damage.empty());
}

TEST(LevelDbLogs, FillABlockToItsLastByte) {
  for (const std::size_t left : {0u, 1u, 6u, 7u, 8u}) {
    LevelDbLog log;
    const std::size_t framing = 7 + 12 + 1 + 2 + 3;  // header, batch head, tag, key, length of the value
    log.add(batch(1, {put("k", std::string(leveldb::kLogBlock - framing - left, 'x'))}));
    ASSERT_EQ(log.bytes().size(), leveldb::kLogBlock - left);
    log.add(batch(2, {put("n", "next")}));
    const Seen seen = read_log(log.bytes());
    EXPECT_EQ(seen.puts, 2u) << left;
    EXPECT_EQ(seen.operations.back(), "2 put n=next") << left;
    EXPECT_TRUE(seen.damage.empty()) << left;
  }
}

TEST(LevelDbLogs, GoOnAtTheNextBlockAfterAWrongChecksum) {
  LevelDbLog log;
  log.add(batch(1, {put("a", "1")}));
  const std::size_t second = log.bytes().size();
  log.add(batch(2, {put("lost", std::string(20'000, 'x'))}));
  log.add(batch(3, {put("cut", std::string(30'000, 'x'))}));  // its end is in the second block
  log.add(batch(4, {put("whole", "4")}));
  log.bytes()[second + 100] ^= 1;
  const Seen seen = read_log(log.bytes());
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1", "4 put whole=4"}));
  ASSERT_EQ(seen.damage.size(), 2u);
  EXPECT_EQ(seen.damage[0],
            "leveldb_checksum@" + std::to_string(second) + "+" + std::to_string(leveldb::kLogBlock - second));
  EXPECT_TRUE(seen.damage[1].starts_with("leveldb_fragment@32768+")) << seen.damage[1];
}

TEST(LevelDbLogs, TellTheBatchThatTheFileEndsIn) {
  LevelDbLog log;
  log.add(batch(1, {put("a", "1")}));
  const std::size_t second = log.bytes().size();
  log.add(batch(2, {put("b", std::string(50'000, 'x'))}));
  const Seen seen = read_log(log.bytes().substr(0, 40'000));
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1"}));
  EXPECT_EQ(seen.damage, (Strings{"leveldb_cut@32768+7232", "leveldb_fragment@" + std::to_string(second) +
                                                                "+" + std::to_string(40'000 - second)}));
}

TEST(LevelDbLogs, TakeReservedZerosForNothing) {
  LevelDbLog log;
  log.add(batch(1, {put("a", "1")}));
  const Seen seen = read_log(log.bytes() + std::string(70'000, '\0'));
  EXPECT_EQ(seen.puts, 1u);
  EXPECT_TRUE(seen.damage.empty());
}

TEST(LevelDbLogs, KeepWhatStandsBeforeABrokenOperation) {
  LevelDbLog log;
  log.add(batch(1, {put("a", "1"), "\1\x7f"}));  // a key of 127 bytes that are not there
  log.add(batch(5, {put("b", "2"), "\2"}));      // no such operation
  const Seen seen = read_log(log.bytes());
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1", "5 put b=2"}));
  EXPECT_EQ(seen.damage.size(), 2u);
}

TEST(LevelDbLogs, TellABatchThatHoldsAnotherNumberOfOperations) {
  std::string wrong = batch(1, {put("a", "1")});
  wrong[8] = 2;
  const Seen seen = read_log(LevelDbLog().add(wrong).bytes());
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1"}));
  EXPECT_EQ(seen.damage, (Strings{"leveldb_batch@0+" + std::to_string(7 + wrong.size())}));
}

TEST(LevelDbTables, GiveTheEntriesOfBlocksOfEachCompression) {
  for (const auto compression : {Compression::none, Compression::snappy, Compression::zstd}) {
    LevelDbTable table;
    table.add("alpha", 3, true, "new").add("alpha", 1, true, "old").add("alps", 2, false, "");
    const std::size_t first = table.end_block(compression);
    table.add("beta", 9, true, std::string(5000, 'b'));
    const std::size_t second = table.end_block(compression);
    const Seen seen = read_table(table.finish());
    EXPECT_EQ(seen.operations, (Strings{"3 put alpha=new", "1 put alpha=old", "2 delete alps",
                                        "9 put beta=" + std::string(20, 'b')}));
    EXPECT_EQ(seen.offsets, (std::vector<std::uint64_t>{first, first, first, second}));
    EXPECT_TRUE(seen.damage.empty());
  }
}

TEST(LevelDbTables, LoseOneBlockToOneWrongByte) {
  LevelDbTable table;
  table.add("a", 1, true, "1").end_block(Compression::snappy);
  const std::size_t second = table.add("b", 2, true, "2").end_block(Compression::snappy);
  table.add("c", 3, true, "3").end_block(Compression::snappy);
  std::string bytes = table.finish();
  bytes[second + 3] ^= 1;
  const Seen seen = read_table(bytes);
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1", "3 put c=3"}));
  ASSERT_EQ(seen.damage.size(), 1u);
  EXPECT_TRUE(seen.damage[0].starts_with("leveldb_checksum@" + std::to_string(second) + "+"));
}

TEST(LevelDbTables, WithoutAFooterTellThatNothingCanBeFound) {
  LevelDbTable table;
  table.add("a", 1, true, "1").end_block(Compression::none);
  const std::string bytes = table.finish();
  EXPECT_EQ(read_table(bytes.substr(0, bytes.size() - 1)).damage,
            (Strings{"leveldb_table@0+" + std::to_string(bytes.size() - 1)}));
  EXPECT_EQ(read_table("short").damage, (Strings{"leveldb_cut@0+5"}));
  EXPECT_EQ(read_table("").damage, (Strings{"leveldb_cut@0+0"}));
}

// An index that names one block again and again would cost time without end.
TEST(LevelDbTables, RefuseAnIndexThatGoesBack) {
  LevelDbTable good;
  good.add("a", 1, true, "1").end_block(Compression::none);
  const std::string content = good.finish();
  const std::size_t block = 1 + 1 + 1 + 9 + 1 + 8;  // three lengths, key and sequence, value, restarts
  std::string entries;
  for (int i = 0; i < 3; ++i) {
    const std::string handle = support::varint(0) + support::varint(block);
    entries += support::varint(0) + support::varint(1) + support::varint(handle.size()) + "k" + handle;
  }
  entries += support::little_endian(0, 4) + support::little_endian(1, 4);
  const std::string typed = entries + '\0';
  std::string bytes = content.substr(0, block + leveldb::kBlockTrailer);
  const std::string index = support::varint(bytes.size()) + support::varint(entries.size());
  bytes += typed + support::masked_crc(typed);
  std::string footer = support::varint(0) + support::varint(0) + index;
  footer.resize(leveldb::kFooter - 8, '\0');
  const Seen seen = read_table(bytes + footer + support::little_endian(leveldb::kTableMagic, 8));
  EXPECT_EQ(seen.operations, (Strings{"1 put a=1"}));
  EXPECT_EQ(seen.damage, (Strings{"leveldb_table@0+0", "leveldb_table@0+0"}));
}

// Whatever one byte is changed to, the reader ends, and never gives an operation that is not in the original.
TEST(LevelDbFiles, NeverInventOperationsFromChangedBytes) {
  LevelDbTable table;
  table.add("alpha", 1, true, "one").add("beta", 2, false, "").end_block(Compression::snappy);
  table.add("gamma", 3, true, "three").end_block(Compression::none);
  const std::string log_bytes = LevelDbLog().add(batch(1, {put("alpha", "one"), tombstone("beta")})).bytes();
  const std::string table_bytes = table.finish();
  const Strings known{"1 put alpha=one", "2 delete beta", "3 put gamma=three"};
  const std::set<std::string> allowed(known.begin(), known.end());
  for (const bool is_log : {true, false}) {
    const std::string& original = is_log ? log_bytes : table_bytes;
    for (std::size_t i = 0; i < original.size(); ++i)
      for (const unsigned change : {1u, 0x80u, 0xffu}) {
        std::string changed = original;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ change);
        const Seen seen = is_log ? read_log(changed) : read_table(changed);
        for (const std::string& operation : seen.operations)
          EXPECT_TRUE(allowed.contains(operation)) << operation;
      }
    for (std::size_t size = 0; size < original.size(); ++size) {
      const Seen seen = is_log ? read_log(original.substr(0, size)) : read_table(original.substr(0, size));
      EXPECT_TRUE(size == 0 || !seen.damage.empty()) << size;
    }
  }
}

class FailingSource final : public base::ByteSource {
 public:
  explicit FailingSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset < leveldb::kLogBlock) throw base::ReadError("bad sector", offset, into.size());
    const std::size_t count = std::min<std::size_t>(into.size(), bytes_.size() - offset);
    std::copy_n(base::as_bytes(bytes_).begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }

 private:
  std::string bytes_;
};

TEST(LevelDbLogs, GoOnAfterABlockThatTheMediumDoesNotGive) {
  LevelDbLog log;
  log.add(batch(1, {put("a", std::string(leveldb::kLogBlock - 26, 'x'))})).add(batch(2, {put("b", "2")}));
  FailingSource source(log.bytes());
  Seen seen;
  read_leveldb_log(source, 0, receiver_of(seen));
  EXPECT_EQ(seen.operations, (Strings{"2 put b=2"}));
  EXPECT_EQ(seen.damage.front(), "leveldb_unreadable@0+32768");
}

Seen read_folder(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.insert(entry.path());
  std::vector<LevelDbFile> files;
  for (const auto& path : paths)
    if (const auto kind = leveldb_file_kind(path.filename().string()))
      files.push_back({*kind, base::in_memory(base::read_file(path))});
  Seen seen;
  read_leveldb(files, receiver_of(seen));
  return seen;
}

constexpr std::string_view kStores = "corpora/google+dfindexeddb/test_data/leveldb";

TEST(LevelDbCorpora, HoldAsManyOperationsAsTheirMakersPut) {
  SKIP_WITHOUT_SHARED(kStores);
  struct Expected {
    const char* folder;
    std::size_t puts, tombstones;
  };
  for (const auto& [folder, puts, tombstones] :
       {Expected{"100k keys", 17'613 + 82'387, 0}, Expected{"100k keys delete", 17'613 + 82'387, 10},
        Expected{"create key", 1, 0}, Expected{"delete key", 1, 1}, Expected{"create large key", 1, 0},
        Expected{"delete large key", 2, 0}, Expected{"large logfilerecord", 3, 0}}) {
    const Seen seen = read_folder(support::shared(kStores) / folder);
    EXPECT_EQ(seen.puts, puts) << folder;
    EXPECT_EQ(seen.tombstones, tombstones) << folder;
    EXPECT_TRUE(seen.damage.empty()) << folder;
  }
}

}  // namespace
}  // namespace parse
