// SPDX-License-Identifier: Apache-2.0
#include "base/sqlite.h"

#include <sqlite3.h>

#include "base/error.h"
#include "base/file.h"

namespace base {
namespace {

constexpr int kBusyMilliseconds = 30'000;

SqliteError error_of(sqlite3* database, int code) {
  return SqliteError(code & 0xff, sqlite3_errmsg(database));
}

void check(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) throw error_of(sqlite3_db_handle(statement), code);
}

Error cannot_open(const std::filesystem::path& path, const Said& why, ErrorKind kind) {
  return Error(
      kind, say("cannot open the database {}: {}", path.string(), why),
      say("Nothing was changed. Check that this is the right file and that it may be read and written."));
}

// What every database of ours is opened with. Rollback journal and EXTRA: an acknowledged commit survives a
// power cut, and the one file is whole once its journal is gone (sqlite.org, "PRAGMA synchronous").
void prepare_our_own(Database& database) {
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_busy_timeout(database.handle(), kBusyMilliseconds);
  database.execute("PRAGMA journal_mode=DELETE");
  database.execute("PRAGMA synchronous=EXTRA");
  database.execute("PRAGMA foreign_keys=ON");
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw error_of(sqlite3_db_handle(statement_.get()), code);
}

void Statement::reset() {
  // sqlite3_reset repeats the error of the last step, which step() has thrown already.
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Statement& Statement::bind(int index, std::int64_t value) {
  check(statement_.get(), sqlite3_bind_int64(statement_.get(), index, value));
  return *this;
}

Statement& Statement::bind(int index, double value) {
  check(statement_.get(), sqlite3_bind_double(statement_.get(), index, value));
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL instead of the empty text.
  const char* data = text.data() ? text.data() : "";
  check(statement_.get(),
        sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, Bytes blob) {
  const void* data = blob.data() ? static_cast<const void*>(blob.data()) : "";
  check(statement_.get(), sqlite3_bind_blob64(statement_.get(), index, data, blob.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int index) {
  check(statement_.get(), sqlite3_bind_null(statement_.get(), index));
  return *this;
}

int Statement::column_count() const {
  return sqlite3_column_count(statement_.get());
}

std::string Statement::column_name(int column) const {
  const char* name = sqlite3_column_name(statement_.get(), column);
  return name ? name : "";
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
bool Statement::is_integer(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}
bool Statement::is_real(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_FLOAT;
}
bool Statement::is_text(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_TEXT;
}
bool Statement::is_blob(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_BLOB;
}

std::optional<std::int64_t> Statement::integer(int column) const {
  if (!is_integer(column)) return std::nullopt;
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<double> Statement::real(int column) const {
  if (!is_real(column) && !is_integer(column)) return std::nullopt;
  return sqlite3_column_double(statement_.get(), column);
}

std::optional<std::string> Statement::text(int column) const {
  if (is_null(column)) return std::nullopt;
  // Asking for the text of a blob would turn the value into text for the calls that follow.
  const void* data = is_blob(column) ? sqlite3_column_blob(statement_.get(), column)
                                     : sqlite3_column_text(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  if (!data && sqlite3_errcode(sqlite3_db_handle(statement_.get())) == SQLITE_NOMEM) throw std::bad_alloc();
  return data ? std::string(static_cast<const char*>(data), size) : std::string();
}

std::optional<Buffer> Statement::blob(int column) const {
  if (is_null(column)) return std::nullopt;
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  if (!data && sqlite3_errcode(sqlite3_db_handle(statement_.get())) == SQLITE_NOMEM) throw std::bad_alloc();
  return data ? Buffer(data, data + size) : Buffer();
}

Database Database::open_read_write(const std::filesystem::path& path) {
  Database database;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  database.database_.reset(handle);  // there is a handle to close even where opening failed
  if (code != SQLITE_OK)
    throw cannot_open(path, sqlite3_errstr(code),
                      code == SQLITE_CANTOPEN ? ErrorKind::io : ErrorKind::format);
  try {
    prepare_our_own(database);
  } catch (const SqliteError& error) {
    throw cannot_open(path, error.what(), error.code == SQLITE_NOTADB ? ErrorKind::format : ErrorKind::io);
  }
  return database;
}

Database Database::open(const std::filesystem::path& path, OpenMode mode) {
  if (mode == OpenMode::create) {
    // SQLite takes an empty file as an empty database; only O_EXCL can tell that it is new.
    create_new(path);
    sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
  } else if (!std::filesystem::exists(std::filesystem::symlink_status(path))) {
    throw cannot_open(path, say("there is no such file"), ErrorKind::not_found);
  }
  return mode == OpenMode::read_only ? open_read_only(path) : open_read_write(path);
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) throw error_of(database_.get(), code);
  return Statement(statement);
}

void Database::execute(std::string_view sql) {
  const char* at = sql.data();
  const char* const end = at + sql.size();
  while (at < end) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), at, static_cast<int>(end - at), &prepared, &at);
    if (code != SQLITE_OK) throw error_of(database_.get(), code);
    if (!prepared) continue;  // a comment or blank space
    Statement statement(prepared);
    while (statement.step()) {
    }
  }
}

Transaction::Transaction(Database& database) : database_(&database) {
  database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // A failed commit leaves the transaction open or has rolled it back already; asking SQLite tells which.
  if (database_ && !sqlite3_get_autocommit(database_->handle()))
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_->execute("COMMIT");
  database_ = nullptr;
}

ReadTransaction::ReadTransaction(Database& database) : database_(database) {
  database.execute("BEGIN");
}

ReadTransaction::~ReadTransaction() {
  // Nothing was written that this could lose.
  sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace base
