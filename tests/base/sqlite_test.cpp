// SPDX-License-Identifier: Apache-2.0
// Databases of our own.
#include "base/sqlite.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace base {
namespace {

class OwnDatabase : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/sqlite-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path path() const { return folder_ / "ours.db"; }
  std::vector<std::string> names_in_folder() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  std::filesystem::path folder_;
};

std::optional<std::string> pragma(Database& database, const std::string& name) {
  Statement statement = database.prepare("PRAGMA " + name);
  return statement.step() ? statement.text(0) : std::nullopt;
}

ErrorKind kind_of_failure(const std::filesystem::path& path, OpenMode mode) {
  try {
    Database::open(path, mode);
  } catch (const Error& error) {
    return error.kind;
  }
  throw std::logic_error("it opened");
}

TEST_F(OwnDatabase, IsOpenedDurableAndDistrustful) {
  Database database = Database::open(path(), OpenMode::create);
  EXPECT_EQ(pragma(database, "journal_mode"), "delete");
  EXPECT_EQ(pragma(database, "synchronous"), "3");
  EXPECT_EQ(pragma(database, "foreign_keys"), "1");
  EXPECT_EQ(pragma(database, "trusted_schema"), "0");
}

TEST_F(OwnDatabase, GivesValuesBackAsTheyWereStored) {
  Database database = Database::open(path(), OpenMode::create);
  database.execute("CREATE TABLE t(a); -- without a type");
  const std::string with_zero("a\0b", 3);
  const Buffer blob = to_buffer(as_bytes("\xff\x01"));
  for (int row = 0; row < 6; ++row) {
    Statement insert = database.prepare("INSERT INTO t VALUES(?1)");
    if (row == 0) insert.bind(1, std::int64_t{INT64_MIN});
    if (row == 1) insert.bind(1, 0.5);
    if (row == 2) insert.bind(1, with_zero);
    if (row == 3) insert.bind(1, Bytes(blob));
    if (row == 4) insert.bind_null(1);
    if (row == 5) insert.bind(1, std::string_view());
    EXPECT_FALSE(insert.step());
  }
  Statement rows = database.prepare("SELECT a FROM t ORDER BY rowid");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), INT64_MIN);
  EXPECT_EQ(rows.text(0), "-9223372036854775808");
  EXPECT_TRUE(rows.is_integer(0));
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), std::nullopt) << "a real is not cut to an integer";
  EXPECT_EQ(rows.real(0), 0.5);
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.text(0), with_zero);
  EXPECT_EQ(rows.integer(0), std::nullopt);
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.text(0), "\xff\x01");
  EXPECT_TRUE(rows.is_blob(0)) << "asking for its text does not turn a blob into text";
  EXPECT_EQ(rows.blob(0), blob);
  ASSERT_TRUE(rows.step());
  EXPECT_TRUE(rows.is_null(0));
  EXPECT_EQ(rows.text(0), std::nullopt);
  ASSERT_TRUE(rows.step());
  EXPECT_TRUE(rows.is_text(0)) << "an empty text is no NULL";
  EXPECT_EQ(rows.text(0), "");
  EXPECT_FALSE(rows.step());
}

TEST_F(OwnDatabase, ATransactionThatIsNotCommittedIsRolledBack) {
  Database database = Database::open(path(), OpenMode::create);
  database.execute("CREATE TABLE t(a)");
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES(1)");
  }
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES(2)");
    transaction.commit();
  }
  Statement rows = database.prepare("SELECT group_concat(a) FROM t");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.text(0), "2");
}

TEST_F(OwnDatabase, OpeningSaysWhatIsWrong) {
  EXPECT_EQ(kind_of_failure(path(), OpenMode::read_write), ErrorKind::not_found);
  EXPECT_EQ(kind_of_failure(path(), OpenMode::read_only), ErrorKind::not_found);
  { Database::open(path(), OpenMode::create); }
  EXPECT_EQ(kind_of_failure(path(), OpenMode::create), ErrorKind::conflict);
  const auto text = folder_ / "letter.txt";
  write_durably(text, as_bytes(std::string(5000, 'x')));
  EXPECT_EQ(kind_of_failure(text, OpenMode::read_write), ErrorKind::format);
  EXPECT_EQ(kind_of_failure(text, OpenMode::read_only), ErrorKind::format);
}

TEST_F(OwnDatabase, WrongSqlIsAnError) {
  Database database = Database::open(path(), OpenMode::create);
  EXPECT_THROW(database.prepare("SELECT nothing FROM nowhere"), SqliteError);
  EXPECT_THROW(database.execute("CREATE TABLE a(b); nonsense"), SqliteError);
}

TEST_F(OwnDatabase, ReadingWritesNothing) {
  {
    Database database = Database::open(path(), OpenMode::create);
    database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(7)");
  }
  const Buffer before = read_file(path());
  Database database = Database::open(path(), OpenMode::read_only);
  Statement rows = database.prepare("SELECT a FROM t");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), 7);
  EXPECT_EQ(names_in_folder(), std::vector<std::string>{"ours.db"});
  EXPECT_THROW(database.execute("INSERT INTO t VALUES(8)"), SqliteError);
  EXPECT_EQ(read_file(path()), before);
}

// The bytes of a database whose writer died in the middle: its pages already overwritten, its journal still
// there.
void leave_hot_journal(const std::filesystem::path& path) {
  const pid_t child = fork();
  if (child == 0) {
    Database database = Database::open(path, OpenMode::read_write);
    database.execute("PRAGMA cache_size=1; BEGIN");  // so that pages are spilled before the commit
    for (int row = 0; row < 200; ++row) database.execute("UPDATE t SET a=a||'changed'");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
}

TEST_F(OwnDatabase, AReaderSeesTheStateBeforeAnInterruptedTransactionAndLeavesTheJournal) {
  {
    Database database = Database::open(path(), OpenMode::create);
    database.execute(
        "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500)"
        " INSERT INTO t SELECT 'row '||i FROM n");
  }
  const Buffer clean = read_file(path());
  leave_hot_journal(path());
  ASSERT_NE(read_file(path()), clean) << "the child has spilled pages";
  const Buffer torn = read_file(path());
  const Buffer journal = read_file(path().string() + "-journal");
  Database database = Database::open(path(), OpenMode::read_only);
  for (int time = 0; time < 2; ++time) {
    Statement rows = database.prepare("SELECT count(*), max(length(a)) FROM t");
    ASSERT_TRUE(rows.step());
    EXPECT_EQ(rows.integer(0), 500);
    EXPECT_EQ(rows.integer(1), 7);
  }
  EXPECT_EQ(read_file(path()), torn);
  EXPECT_EQ(read_file(path().string() + "-journal"), journal);
}

TEST_F(OwnDatabase, AReaderFollowsAWriterInAnotherProcess) {
  { Database::open(path(), OpenMode::create).execute("CREATE TABLE t(a)"); }
  Database reader = Database::open(path(), OpenMode::read_only);
  const auto count = [&] {
    Statement rows = reader.prepare("SELECT count(*) FROM t");
    rows.step();
    return rows.integer(0);
  };
  EXPECT_EQ(count(), 0);
  const pid_t child = fork();
  if (child == 0) {
    Database writer = Database::open(path(), OpenMode::read_write);
    writer.execute("INSERT INTO t SELECT value FROM json_each('[1,2,3]')");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(count(), 3);
}

}  // namespace
}  // namespace base
