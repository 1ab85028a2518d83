// SPDX-License-Identifier: Apache-2.0
// Databases in evidence, and databases of our own that are only read.
#include <algorithm>

#include <sqlite3.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/evidence_vfs.h"
#include "base/file.h"
#include "base/locked_files.h"
#include "base/sqlite.h"

namespace base {

struct Database::Evidence {
  explicit Evidence(std::unique_ptr<EvidenceFiles> files) : registration(std::move(files)) {}
  EvidenceRegistration registration;
  std::int64_t steps_left = 0;
};

namespace {

constexpr int kStepsPerCall = 1000;
constexpr int kBusyMilliseconds = 30'000;

int spend_steps(void* steps) {
  auto& left = *static_cast<std::int64_t*>(steps);
  left -= kStepsPerCall;
  return left < 0 ? 1 : 0;
}

// Only what reading needs. A virtual table of the evidence (FTS, R-tree) may want more and then fails alone.
int allow_reading(void*, int action, const char* table, const char* detail, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_PRAGMA:
    case SQLITE_TRANSACTION:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return detail && sqlite3_stricmp(detail, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_UPDATE:
      // Asked when SQLite declares a table-valued pragma function; a real update is refused by DEFENSIVE.
      return table && sqlite3_stricmp(table, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

struct Setting {
  int option;
  int value;
};
// Before anything reads a byte of the schema. NO_CKPT_ON_CLOSE: closing must not copy the WAL into the
// overlay.
constexpr Setting kSettings[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},  {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},         {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 0},     {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
constexpr Setting kLimits[] = {{SQLITE_LIMIT_LENGTH, 128 << 20},   {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
                               {SQLITE_LIMIT_COLUMN, 2000},        {SQLITE_LIMIT_EXPR_DEPTH, 200},
                               {SQLITE_LIMIT_COMPOUND_SELECT, 50}, {SQLITE_LIMIT_VDBE_OP, 1'000'000},
                               {SQLITE_LIMIT_FUNCTION_ARG, 100},   {SQLITE_LIMIT_ATTACHED, 0},
                               {SQLITE_LIMIT_TRIGGER_DEPTH, 1},    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
                               {SQLITE_LIMIT_WORKER_THREADS, 0}};

void harden(sqlite3* handle) {
  for (const Setting& setting : kSettings) sqlite3_db_config(handle, setting.option, setting.value, nullptr);
  for (const Setting& limit : kLimits) sqlite3_limit(handle, limit.option, limit.value);
}

// REQUIRES: nothing has touched the schema yet: a WAL without shared memory can only be read by a connection
// that was exclusive from the start.
void prepare_evidence(Database& database) {
  database.execute("PRAGMA locking_mode=EXCLUSIVE");
  database.execute("PRAGMA temp_store=MEMORY");
  database.execute("PRAGMA mmap_size=0");
  database.execute("PRAGMA cell_size_check=ON");
  database.execute("PRAGMA query_only=ON");
  database.execute("SELECT count(*) FROM sqlite_schema");  // here the WAL is applied, a journal rolled back
}

}  // namespace

sqlite3* Database::open_through_vfs(std::unique_ptr<EvidenceFiles> files) {
  evidence_ = std::make_shared<Evidence>(std::move(files));
  sqlite3* handle = nullptr;
  const char* name = evidence_->registration.name().c_str();
  const int code = sqlite3_open_v2(name, &handle, SQLITE_OPEN_READWRITE, EvidenceRegistration::vfs_name());
  database_.reset(handle);  // there is a handle to close even where opening failed
  if (code != SQLITE_OK) throw SqliteError(code & 0xff, sqlite3_errstr(code));
  return handle;
}

Database Database::open_evidence(std::map<std::string, std::shared_ptr<ByteSource>> files,
                                 std::uint64_t step_budget) {
  Database database;
  // READWRITE, for READONLY refuses a database with a hot journal.
  sqlite3* handle = database.open_through_vfs(fixed_files(std::move(files)));
  harden(handle);
  std::int64_t& steps_left = database.evidence_->steps_left;
  steps_left = static_cast<std::int64_t>(std::min<std::uint64_t>(step_budget, INT64_MAX));
  sqlite3_progress_handler(handle, kStepsPerCall, spend_steps, &steps_left);
  prepare_evidence(database);
  sqlite3_set_authorizer(handle, allow_reading, nullptr);
  return database;
}

Database Database::open_read_only(const std::filesystem::path& path) {
  Database database;
  sqlite3* handle = database.open_through_vfs(locked_files(path));
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  try {
    database.execute("PRAGMA query_only=ON");
    database.execute(
        "PRAGMA cache_size=-16384");  // KiB: the inner pages of an index stay, however it is asked
    database.execute("SELECT count(*) FROM sqlite_schema");
  } catch (const SqliteError& error) {
    throw Error(
        error.code == SQLITE_NOTADB || error.code == SQLITE_CORRUPT ? ErrorKind::format : ErrorKind::io,
        say("cannot read the database {}: {}", path.string(), error.what()),
        say("Nothing was changed. Check that this is the right file, or use a copy of it."));
  }
  return database;
}

namespace {

// A table without rowids has none under any of the three names; a column of that name hides one of them.
bool has_rowid(Database& database, const TableInfo& table) {
  for (const char* alias : {"rowid", "_rowid_", "oid"}) {
    const auto same = [&](const std::string& column) { return sqlite3_stricmp(column.c_str(), alias) == 0; };
    if (std::any_of(table.columns.begin(), table.columns.end(), same)) continue;
    sqlite3_stmt* statement = nullptr;
    const std::string sql = std::string("SELECT ") + alias + " FROM " + quoted_name(table.name) + " LIMIT 0";
    const int code = sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &statement, nullptr);
    sqlite3_finalize(statement);
    return code == SQLITE_OK;
  }
  return false;
}

std::vector<std::string> columns_of(Database& database, const std::string& table) {
  // hidden: 1 is a virtual table's hidden column; 2 and 3 are generated ones (sqlite.org, pragma table_xinfo)
  Statement statement = database.prepare("SELECT name FROM pragma_table_xinfo(?1, 'main') WHERE hidden<>1");
  statement.bind(1, table);
  std::vector<std::string> columns;
  while (statement.step()) columns.push_back(statement.text(0).value_or(""));
  return columns;
}

// SQLite stores a table's statement from "CREATE TABLE" on, whatever was typed; a virtual table's says so,
// and it has no root page.
bool is_plain_table(const Statement& schema_row) {
  static constexpr std::string_view kStart = "CREATE TABLE ";
  const std::string sql = schema_row.text(2).value_or("");
  return schema_row.text(1) == "table" && schema_row.integer(3).value_or(0) > 0 &&
         sqlite3_strnicmp(sql.c_str(), kStart.data(), static_cast<int>(kStart.size())) == 0;
}

void update(Hasher& hasher, const std::string& name) {
  hasher.update(as_bytes(std::to_string(name.size()) + ":"));
  hasher.update(as_bytes(name));
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char character : name) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + '"';
}

std::vector<TableInfo> tables_of(Database& database) {
  std::vector<TableInfo> tables;
  Statement statement = database.prepare(
      "SELECT name, type, sql, rootpage FROM sqlite_schema WHERE type IN ('table','view') ORDER BY rowid");
  while (statement.step())
    tables.push_back({statement.text(0).value_or(""), is_plain_table(statement), false, {}});
  for (TableInfo& table : tables) {
    if (!table.is_table) continue;
    table.columns = columns_of(database, table.name);
    table.has_rowid = has_rowid(database, table);
  }
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tables;
}

std::string schema_fingerprint(Database& database) {
  Hasher hasher(Algorithm::sha256);
  for (TableInfo& table : tables_of(database)) {
    if (!table.is_table || table.name.starts_with("sqlite_")) continue;
    update(hasher, table.name);
    std::sort(table.columns.begin(), table.columns.end());
    hasher.update(as_bytes(std::to_string(table.columns.size()) + ";"));
    for (const std::string& column : table.columns) update(hasher, column);
  }
  Statement version = database.prepare("PRAGMA user_version");
  version.step();
  hasher.update(as_bytes("user_version " + std::to_string(version.integer(0).value_or(0))));
  return hasher.finish_sha256().hex();
}

}  // namespace base
