// SPDX-License-Identifier: Apache-2.0
#include <cstdarg>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <leveldb/db.h>
#include <leveldb/env.h>

#include "helper.h"

namespace {

// LevelDB's own log holds times of day; without it a store has the same bytes on each run.
class SilentLog : public leveldb::Logger {
 public:
  void Logv(const char*, std::va_list) override {}
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check(const leveldb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

class Store {
 public:
  explicit Store(std::string folder) : folder_(std::move(folder)) {
    options_.create_if_missing = true;
    options_.info_log = &log_;
  }
  void carry_out(const std::string& line) {
    std::istringstream words(line);
    std::string verb, key, file;
    words >> verb >> key >> file;
    if (verb == "open")
      open();
    else if (!database_)
      throw std::runtime_error("the store is not open");
    else if (verb == "put")
      check(database_->Put({}, key, content_of(file)));
    else if (verb == "delete")
      check(database_->Delete({}, key));
    else
      throw std::runtime_error("unknown command " + verb);
  }

 private:
  void open() {
    database_.reset();
    leveldb::DB* opened = nullptr;
    check(leveldb::DB::Open(options_, folder_, &opened));
    database_.reset(opened);
  }

  std::string folder_;
  SilentLog log_;
  leveldb::Options options_;
  std::unique_ptr<leveldb::DB> database_;
};

}  // namespace

void write_leveldb(const std::string& folder, const std::string& commands) {
  Store store(folder);
  std::istringstream lines(content_of(commands));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) store.carry_out(line);
}
