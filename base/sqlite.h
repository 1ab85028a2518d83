// SPDX-License-Identifier: Apache-2.0
// SQLite, twice: databases of our own, and databases found in evidence. Evidence databases are never opened
// in place: they are read through a VFS over their bytes with a copy-on-write overlay in memory, so that a
// WAL is applied and a hot journal rolled back without a byte being written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace base {

// SQLite refused: the code says which way (SQLITE_CORRUPT, SQLITE_INTERRUPT …). In evidence this is a
// finding, not a failure of the run: extractors turn it into an anomaly.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int primary_code, const std::string& what) : std::runtime_error(what), code(primary_code) {}
  int code;
};

class EvidenceFiles;

class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;
  bool step();                                     // true while there is a row
  void reset();                                    // and clears the bindings
  Statement& bind(int index, std::int64_t value);  // indices from 1
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, Bytes blob);
  Statement& bind_null(int index);
  // Columns from 0. `text` and `blob` give the stored bytes whatever the stored type is; nothing for NULL.
  int column_count() const;
  std::string column_name(int column) const;
  bool is_null(int column) const;
  bool is_integer(int column) const;
  bool is_real(int column) const;
  bool is_text(int column) const;
  bool is_blob(int column) const;
  std::optional<std::int64_t> integer(int column) const;  // nothing unless stored as INTEGER
  std::optional<double> real(int column) const;           // nothing unless stored as REAL or INTEGER
  std::optional<std::string> text(int column) const;
  std::optional<Buffer> blob(int column) const;

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

// `create` makes a new file and throws Error(conflict) where there is one.
enum class OpenMode { create, read_write, read_only };

// One connection, for one thread at a time. Statements must not outlive it.
class Database {
 public:
  // Our own database: rollback journal, synchronous=EXTRA, foreign keys on, trusted_schema off. `read_only`
  // goes through the evidence VFS, so that reading writes nothing, not even beside the file. Throws
  // Error(not_found, conflict, io, format).
  static Database open(const std::filesystem::path& path, OpenMode mode);

  // A database in evidence. `files` holds "" for the database and "-wal", "-journal" where they exist.
  // Hardened: no triggers, no views, no extensions, trusted_schema off, defensive on, limits, reading only
  // (the rest is SQLITE_AUTH), a name in double quotes is never a text, and a budget of virtual-machine steps
  // after which statements end with SQLITE_INTERRUPT. Throws SqliteError where the file is no database;
  // damage in the bytes is SQLITE_IOERR or SQLITE_CORRUPT. A -wal is applied and a hot -journal rolled back,
  // in memory.
  static Database open_evidence(std::map<std::string, std::shared_ptr<ByteSource>> files,
                                std::uint64_t step_budget = 2'000'000'000);

  Statement prepare(std::string_view sql);
  void execute(std::string_view sql);
  sqlite3* handle() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Evidence;
  Database() = default;
  static Database open_read_write(const std::filesystem::path& path);
  static Database open_read_only(const std::filesystem::path& path);
  sqlite3* open_through_vfs(std::unique_ptr<EvidenceFiles> files);
  std::shared_ptr<Evidence> evidence_;  // outlives the handle
  std::unique_ptr<sqlite3, Close> database_;
};

// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);  // BEGIN IMMEDIATE
  ~Transaction();
  void commit();

 private:
  Database* database_;
};

// Holds the lock for reading, so that many statements do not each take and leave it. Every statement of the
// database must be gone, or reset, before this is.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database);  // BEGIN
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;

 private:
  Database& database_;
};

// What an evidence database holds, read from sqlite_schema, never from names alone.
struct TableInfo {
  std::string name;
  bool is_table;  // false: a view or a virtual table of that name; it has no columns here, for to ask for
                  // them would run what the evidence says
  bool has_rowid;
  std::vector<std::string> columns;  // as declared
};
std::vector<TableInfo> tables_of(Database& database);  // sorted by name
// A name from evidence as SQL: in double quotes, with those in it doubled.
std::string quoted_name(std::string_view name);
// SHA-256 in hexadecimal over the sorted names of tables and columns, and user_version. SQLite's own tables
// (sqlite_…) are left out: they come and go without the app's doing.
std::string schema_fingerprint(Database& database);

}  // namespace base
