// SPDX-License-Identifier: Apache-2.0
// Databases written out in tests as SQL, as the bytes of the file.
#pragma once

#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include "base/bytes.h"

namespace support {

inline base::Buffer database_of(const std::string& sql) {
  sqlite3* database = nullptr;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) throw std::runtime_error("no database in memory");
  char* message = nullptr;
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    std::string said = message ? message : "";
    sqlite3_free(message);
    sqlite3_close(database);
    throw std::runtime_error("the SQL of the test is wrong: " + said);
  }
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(database, "main", &size, 0);
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  base::Buffer buffer(first, first + size);
  sqlite3_free(bytes);
  sqlite3_close(database);
  return buffer;
}

}  // namespace support
