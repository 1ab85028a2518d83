// SPDX-License-Identifier: Apache-2.0
// A folder of its own, evidence in it, and runs over that evidence with the workers made for tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/record.h"
#include "parse/run.h"

namespace parse {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes a file, making its folders.
  std::filesystem::path write(const std::string& relative, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

// The bytes of a SQLite database made by these statements.
base::Buffer database_of(const std::string& statements);
// A database in WAL mode whose last statements are only in its log: the two files.
struct DatabaseWithLog {
  base::Buffer database, log;
};
DatabaseWithLog database_with_log(const std::string& in_database, const std::string& in_log);

// "Seals" by keeping the bytes as they are: these tests are not about sealing.
class OpenSealer final : public base::SecretSealer {
 public:
  base::Buffer seal(base::Bytes secret) const override { return base::to_buffer(secret); }
};

struct TestRun {
  RunOutcome outcome;
  std::vector<std::string> lines;  // of the segment
  std::vector<base::Record> records;
  std::vector<const base::Record*> of(std::string_view type) const;
  // "code at path" of each anomaly; the path is that of its source.
  std::vector<std::string> anomalies() const;
};
std::filesystem::path test_worker();
std::filesystem::path hostile_worker();
RunOptions options_for(const std::filesystem::path& program, unsigned workers = 1);
TestRun run_over(const std::filesystem::path& evidence, const RunOptions& options,
                 const std::vector<std::filesystem::path>& further_folders = {});

}  // namespace parse
