// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_fixture.h"

#include <cstdlib>
#include <stdexcept>

#include <sqlite3.h>

#include "base/file.h"
#include "tests/support/extractor_harness.h"

namespace parse {
namespace {

struct Connection {
  explicit Connection(const std::string& name) {
    if (sqlite3_open(name.c_str(), &handle) != SQLITE_OK) throw std::runtime_error("sqlite3_open");
  }
  ~Connection() { sqlite3_close(handle); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void run(const std::string& sql) const {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle));
  }
  sqlite3* handle = nullptr;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "holdfast-parse-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a folder that stays is no failure of the test
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& relative, std::string_view bytes) const {
  const std::filesystem::path file = path_ / relative;
  std::filesystem::create_directories(file.parent_path());
  const base::Fd fd = base::create_new(file);
  base::write_all(fd.get(), base::as_bytes(bytes), file.string());
  return file;
}

base::Buffer database_of(const std::string& statements) {
  const Connection connection(":memory:");
  connection.run(statements);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(connection.handle, "main", &size, 0);
  const auto* begin = reinterpret_cast<const std::byte*>(bytes);
  base::Buffer copy(begin, begin + size);
  sqlite3_free(bytes);
  return copy;
}

DatabaseWithLog database_with_log(const std::string& in_database, const std::string& in_log) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "made.db").string();
  const Connection connection(path);
  connection.run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
  connection.run(in_database);
  connection.run("PRAGMA wal_checkpoint(TRUNCATE);");
  connection.run(in_log);
  return {base::read_file(path), base::read_file(path + "-wal")};
}

std::vector<const base::Record*> TestRun::of(std::string_view type) const {
  std::vector<const base::Record*> found;
  for (const base::Record& record : records)
    if (record.type->name == type) found.push_back(&record);
  return found;
}

std::vector<std::string> TestRun::anomalies() const {
  std::map<base::RecordId, std::string> paths;
  for (const base::Record* source : of("source")) paths[source->id] = text(*source, "path").value_or("");
  std::vector<std::string> found;
  for (const base::Record* anomaly : of("anomaly")) {
    const std::string path =
        anomaly->place.source.empty() ? text(*anomaly, "path").value_or("") : paths[anomaly->place.source];
    found.push_back(text(*anomaly, "code").value_or("") + " at " + path);
  }
  return found;
}

std::filesystem::path test_worker() {
  return std::filesystem::path(HOLDFAST_BINARY_DIR) / "bin" / "test_worker";
}

std::filesystem::path hostile_worker() {
  return std::filesystem::path(HOLDFAST_BINARY_DIR) / "bin" / "hostile_worker";
}

RunOptions options_for(const std::filesystem::path& program, unsigned workers) {
  constexpr std::uint64_t kIdleSeconds = 60;
  RunOptions options;
  options.program = program;
  options.workers = workers;
  options.worker_idle_seconds = kIdleSeconds;
  return options;
}

TestRun run_over(const std::filesystem::path& evidence, const RunOptions& options,
                 const std::vector<std::filesystem::path>& further_folders) {
  const TemporaryFolder segments;
  const RunInput input{"000102030405060708090a0b0c0d0e0f", "a1", evidence, "", further_folders};
  TestRun result;
  result.outcome = run(input, options, segments.path(), OpenSealer(), nullptr, {});
  const std::string name = result.outcome.segment.lines_sha256.hex() + ".jsonl.zst";
  base::read_segment(segments.path() / name, [&](base::Bytes line) {
    result.lines.emplace_back(base::as_text(line));
    result.records.push_back(base::record_from_line(line));
  });
  return result;
}

}  // namespace parse
