// SPDX-License-Identifier: Apache-2.0
// Which WAL belongs to which database.
#include "base/wal.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"

namespace base {
namespace {

struct Pair {
  std::shared_ptr<ByteSource> database, wal;
};

class Wal : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/wal-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // A database with `before` in its main file and `after` in its WAL.
  Pair pair(const std::string& before, const std::string& after, const std::string& page_bytes = "1024") {
    const std::string path = folder_ / ("app" + std::to_string(++made_) + ".db");
    sqlite3* app = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &app), SQLITE_OK);
    const std::string sql = "PRAGMA page_size=" + page_bytes +
                            "; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;" + before +
                            "; PRAGMA wal_checkpoint(TRUNCATE); " + after;
    EXPECT_EQ(sqlite3_exec(app, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(app);
    Pair made{in_memory(read_file(path)), in_memory(read_file(path + "-wal"))};
    sqlite3_close(app);
    return made;
  }
  std::filesystem::path folder_;
  int made_ = 0;
};

const std::string kRows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300) ";
const std::string kChats = "CREATE TABLE chat(a); " + kRows + "INSERT INTO chat SELECT 'chat '||i FROM n";
const std::string kCalls =
    "CREATE TABLE x(a); CREATE INDEX i ON x(a); " + kRows + "INSERT INTO x SELECT i FROM n";

TEST_F(Wal, OfTheSameDatabaseHasNothingOdd) {
  const Pair rows = pair(kChats, "INSERT INTO chat VALUES('more')");
  const WalFindings findings = wal_findings(rows.database, rows.wal);
  EXPECT_TRUE(findings.codes.empty()) << findings.codes.front();
  EXPECT_GT(findings.frames_committed, 0u);
  EXPECT_EQ(findings.frames_left_over, 0u);
  for (const std::string change :
       {"CREATE TABLE another(b)", "ALTER TABLE chat ADD COLUMN z", "DELETE FROM chat",
        "CREATE INDEX j ON chat(a)", "PRAGMA user_version=9"}) {
    const Pair changed = pair(kChats, change);
    EXPECT_TRUE(wal_findings(changed.database, changed.wal).codes.empty()) << change;
  }
  const Pair whole = pair("SELECT 1", kChats);
  EXPECT_TRUE(wal_findings(whole.database, whole.wal).codes.empty()) << "a database that lives in its WAL";
}

TEST_F(Wal, OfAnotherDatabaseIsFound) {
  const Pair chats = pair(kChats, "INSERT INTO chat VALUES('more')");
  const Pair calls = pair(kCalls, kRows + "INSERT INTO x SELECT i FROM n; CREATE TABLE y(b)");
  EXPECT_TRUE(wal_findings(chats.database, calls.wal).has("wal_of_other_database"));
  EXPECT_TRUE(wal_findings(calls.database, chats.wal).has("wal_breaks_database"))
      << "one changed leaf of a table of another name: only the check of all pages can tell";
  const Pair longer = pair(kChats + "; " + kRows + "INSERT INTO chat SELECT 'chat '||i FROM n",
                           "INSERT INTO chat VALUES('more')");
  EXPECT_TRUE(wal_findings(chats.database, longer.wal).has("wal_of_other_database"))
      << "the same app on another phone: pages between the two ends are nowhere";
  EXPECT_TRUE(wal_findings(longer.database, chats.wal).has("wal_shrinks_database"));
}

TEST_F(Wal, WithAnotherPageSizeIsNamed) {
  const Pair small = pair(kChats, "INSERT INTO chat VALUES('more')");
  const Pair big = pair(kChats, "INSERT INTO chat VALUES('more')", "4096");
  EXPECT_EQ(wal_findings(small.database, big.wal).codes, std::vector<std::string>{"wal_page_size_differs"});
}

TEST_F(Wal, DamageIsCounted) {
  const Pair rows = pair(kChats, "INSERT INTO chat VALUES('one'); INSERT INTO chat VALUES('two')");
  Buffer bytes = read_all(*rows.wal, 1 << 20);
  const std::uint64_t frames = (bytes.size() - 32) / (1024 + 24);
  ASSERT_GE(frames, 2u);
  bytes[bytes.size() - 1] ^= std::byte{1};  // the last frame's page
  const WalFindings torn = wal_findings(rows.database, in_memory(bytes));
  EXPECT_TRUE(torn.has("wal_frames_invalid"));
  EXPECT_EQ(torn.frames_committed, frames - 1);
  EXPECT_EQ(torn.frames_left_over, 1u);
  bytes[9] ^= std::byte{1};
  EXPECT_EQ(wal_findings(rows.database, in_memory(bytes)).codes,
            std::vector<std::string>{"wal_header_invalid"});
  EXPECT_EQ(wal_findings(rows.database, in_memory(Buffer(7))).codes,
            std::vector<std::string>{"wal_header_invalid"});
  EXPECT_TRUE(wal_findings(rows.database, in_memory({})).codes.empty());
}

TEST_F(Wal, FramesOfAnOlderGenerationAreNotDamage) {
  const Pair rows = pair(kChats,
                         "INSERT INTO chat VALUES('a'); INSERT INTO chat VALUES('b'); "
                         "PRAGMA wal_checkpoint(RESTART); INSERT INTO chat VALUES('c')");
  const WalFindings findings = wal_findings(rows.database, rows.wal);
  EXPECT_TRUE(findings.codes.empty());
  EXPECT_GT(findings.frames_left_over, 0u);
}

TEST(WalCorpus, PlasoWalDatabaseBelongs) {
  const std::string path =
      std::string(HOLDFAST_SOURCE_DIR) + "/../shared/corpora/log2timeline+plaso/test_data/wal_database.db";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the corpora are not beside the source";
  const WalFindings findings = wal_findings(open_source(path), open_source(path + "-wal"));
  EXPECT_EQ(findings.page_bytes, 1024u);
  EXPECT_EQ(findings.frames_committed, 9u);
  EXPECT_TRUE(findings.codes.empty()) << findings.codes.front();
}

}  // namespace
}  // namespace base
