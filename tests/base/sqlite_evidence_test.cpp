// SPDX-License-Identifier: Apache-2.0
// Databases in evidence: read through the VFS, never touched, never obeyed.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sqlite.h"

namespace base {
namespace {

using Files = std::map<std::string, std::shared_ptr<ByteSource>>;

class EvidenceDatabase : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/evidence-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Runs SQL as the suspect's app would, with stock SQLite, and takes the bytes while the app still has the
  // database open: so a WAL or a hot journal is there.
  Files made_by(const std::string& sql) {
    const std::string path = folder_ / "app.db";
    sqlite3* app = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &app), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(app, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << (message ? message : "");
    sqlite3_free(message);
    Files files;
    for (const std::string suffix : {"", "-wal", "-journal"})
      if (std::filesystem::exists(path + suffix)) files[suffix] = in_memory(read_file(path + suffix));
    sqlite3_close(app);
    return files;
  }
  std::filesystem::path folder_;
};

std::string one(Database& database, const std::string& sql) {
  Statement statement = database.prepare(sql);
  return statement.step() ? statement.text(0).value_or("NULL") : "no row";
}

int code_of(Database& database, const std::string& sql) {
  try {
    database.execute(sql);
  } catch (const SqliteError& error) {
    return error.code;
  }
  return SQLITE_OK;
}

TEST_F(EvidenceDatabase, ThatLivesWhollyInItsWalIsRead) {
  Files files = made_by(
      "PRAGMA journal_mode=WAL; CREATE TABLE t(a);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000) INSERT INTO t SELECT i "
      "FROM n");
  ASSERT_EQ(files.at("")->size(), 4096u);
  ASSERT_GT(files.at("-wal")->size(), 4096u);
  const Buffer database_before = read_all(*files.at(""), 1 << 20),
               wal_before = read_all(*files.at("-wal"), 1 << 20);
  {
    Database database = Database::open_evidence(files);
    EXPECT_EQ(one(database, "SELECT count(*)||' '||sum(a) FROM t"), "1000 500500");
  }
  EXPECT_EQ(read_all(*files.at(""), 1 << 20), database_before);
  EXPECT_EQ(read_all(*files.at("-wal"), 1 << 20), wal_before);
  files.erase("-wal");
  Database without = Database::open_evidence(files);
  EXPECT_THROW(one(without, "SELECT count(*) FROM t"), SqliteError)
      << "without its WAL there is not even a table";
}

TEST_F(EvidenceDatabase, WithAHotJournalIsRolledBackInMemory) {
  const Files files = made_by(
      "CREATE TABLE t(a); "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) INSERT INTO t SELECT 'row "
      "'||i FROM n;"
      "PRAGMA cache_size=1; BEGIN; UPDATE t SET a='torn'; DELETE FROM t WHERE rowid>10");
  ASSERT_TRUE(files.contains("-journal"));
  const Buffer before = read_all(*files.at(""), 1 << 20);
  Database database = Database::open_evidence(files);
  EXPECT_EQ(one(database, "SELECT count(*)||' '||max(a) FROM t"), "2000 row 999");
  EXPECT_EQ(read_all(*files.at(""), 1 << 20), before);
  Files alone = files;
  alone.erase("-journal");
  std::string seen;
  try {
    Database torn = Database::open_evidence(alone);
    seen = one(torn, "SELECT count(*)||' '||max(a) FROM t");
  } catch (const SqliteError&) {
  }
  EXPECT_NE(seen, "2000 row 999") << "so the journal it was that gave the rows back";
}

TEST_F(EvidenceDatabase, ViewsAndTriggersDoNotRun) {
  const Files files = made_by(
      "CREATE TABLE secret(a); INSERT INTO secret VALUES(1);"
      "CREATE VIEW message AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i AS body "
      "FROM n;"
      "CREATE TABLE \"odd \"\"name\"(\"a b\", c PRIMARY KEY) WITHOUT ROWID;"
      "CREATE VIRTUAL TABLE words USING fts5(body)");
  Database database = Database::open_evidence(files);
  EXPECT_THROW(one(database, "SELECT body FROM message"), SqliteError);
  std::map<std::string, TableInfo> tables;
  for (const TableInfo& table : tables_of(database)) tables[table.name] = table;
  EXPECT_FALSE(tables.at("message").is_table);
  EXPECT_FALSE(tables.at("words").is_table);
  EXPECT_TRUE(tables.at("secret").is_table);
  EXPECT_TRUE(tables.at("secret").has_rowid);
  EXPECT_EQ(tables.at("odd \"name").columns, (std::vector<std::string>{"a b", "c"}));
  EXPECT_FALSE(tables.at("odd \"name").has_rowid);
}

TEST_F(EvidenceDatabase, IsOnlyRead) {
  const Files files = made_by("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  Database database = Database::open_evidence(files);
  EXPECT_EQ(code_of(database, "INSERT INTO t VALUES(2)"), SQLITE_AUTH);
  EXPECT_EQ(code_of(database, "ATTACH '/etc/passwd' AS x"), SQLITE_AUTH);
  EXPECT_NE(code_of(database, "UPDATE sqlite_schema SET sql=''"), SQLITE_OK);
  EXPECT_NE(code_of(database, "SELECT load_extension('x')"), SQLITE_OK);
  EXPECT_NE(code_of(database, "SELECT \"mistyped\" FROM t"), SQLITE_OK) << "a name in quotes is not a text";
  EXPECT_EQ(one(database, "SELECT count(*) FROM t"), "1");
}

TEST_F(EvidenceDatabase, AnEndlessStatementEndsWithItsBudget) {
  const Files files = made_by("CREATE TABLE t(a)");
  Database database = Database::open_evidence(files, 1'000'000);
  const std::string endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n";
  EXPECT_EQ(code_of(database, endless), SQLITE_INTERRUPT);
  EXPECT_EQ(code_of(database, endless), SQLITE_INTERRUPT) << "a budget is spent once";
}

TEST_F(EvidenceDatabase, DamageIsAnErrorWithACode) {
  const Files whole = made_by(
      "PRAGMA page_size=1024; CREATE TABLE t(a);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000) INSERT INTO t SELECT 'row "
      "'||i FROM n");
  Files cut;
  cut[""] = slice(whole.at(""), 0, whole.at("")->size() / 2);
  int code = SQLITE_OK;
  try {
    Database database = Database::open_evidence(cut);
    code = code_of(database, "SELECT sum(length(a)) FROM t");
  } catch (const SqliteError& error) {
    code = error.code;
  }
  EXPECT_EQ(code, SQLITE_CORRUPT);
  EXPECT_THROW(Database::open_evidence({{"", in_memory(Buffer(8192, std::byte{'x'}))}}), SqliteError);
  EXPECT_THROW(Database::open_evidence({}), SqliteError);
}

class BadSector final : public ByteSource {
 public:
  BadSector(std::shared_ptr<ByteSource> whole, std::uint64_t from) : whole_(std::move(whole)), from_(from) {}
  std::uint64_t size() const override { return whole_->size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset + into.size() > from_) throw ReadError("bad sector", from_, 512);
    return whole_->read_at(offset, into);
  }

 private:
  std::shared_ptr<ByteSource> whole_;
  std::uint64_t from_;
};

TEST_F(EvidenceDatabase, ABadSectorIsAnIoErrorAndTheRowsBeforeItAreRead) {
  Files files = made_by(
      "PRAGMA page_size=1024; CREATE TABLE t(a);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000) INSERT INTO t SELECT 'row "
      "'||i FROM n");
  files[""] = std::make_shared<BadSector>(files.at(""), 8192);
  Database database = Database::open_evidence(files);
  Statement rows = database.prepare("SELECT a FROM t");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.text(0), "row 1");
  int code = SQLITE_OK;
  try {
    while (rows.step()) {
    }
  } catch (const SqliteError& error) {
    code = error.code;
  }
  EXPECT_EQ(code, SQLITE_IOERR);
}

TEST_F(EvidenceDatabase, TheFingerprintDependsOnNamesAndVersionOnly) {
  const auto fingerprint = [&](const std::string& sql) {
    std::filesystem::remove(folder_ / "app.db");
    Database database = Database::open_evidence(made_by(sql));
    return schema_fingerprint(database);
  };
  const std::string first = fingerprint("CREATE TABLE a(x,y); CREATE TABLE b(z)");
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(first, fingerprint("CREATE TABLE b(z); CREATE TABLE a(y,x); INSERT INTO b VALUES(1); ANALYZE"));
  EXPECT_NE(first, fingerprint("CREATE TABLE a(x); CREATE TABLE b(y,z)"));
  EXPECT_NE(first, fingerprint("CREATE TABLE a(x,y); CREATE TABLE b(z); PRAGMA user_version=3"));
}

TEST_F(EvidenceDatabase, AStatementThatOutlivesItsDatabaseDoesNoHarm) {
  const Files files = made_by("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  Database database = Database::open_evidence(files);
  database = Database::open_evidence(files);
  EXPECT_EQ(one(database, "SELECT a FROM t"), "1");
}

// Main file alone 10 rows, with the WAL 11; the WAL's frames hold the modified row.
TEST(EvidenceCorpus, PlasoWalDatabase) {
  const std::string path =
      std::string(HOLDFAST_SOURCE_DIR) + "/../shared/corpora/log2timeline+plaso/test_data/wal_database.db";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the corpora are not beside the source";
  Files files{{"", open_source(path)}};
  Database alone = Database::open_evidence(files);
  EXPECT_EQ(one(alone, "SELECT count(*) FROM MyTable"), "10");
  files["-wal"] = open_source(path + "-wal");
  Database with_wal = Database::open_evidence(files);
  EXPECT_EQ(one(with_wal, "SELECT count(*) FROM MyTable"), "11");
  EXPECT_EQ(one(with_wal, "SELECT count(*) FROM MyTable WHERE Field1='Modified Committed Text 3'"), "1");
}

}  // namespace
}  // namespace base
