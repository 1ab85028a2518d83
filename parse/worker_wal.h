// SPDX-License-Identifier: Apache-2.0
// Says where a write-ahead log and the database beside it cannot belong together. SQLite applies any log
// whose own checksums hold: a log of another database, or an old one, changes what is read without an error.
// Pure functions; for use by any thread.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace parse {

struct WalOddity {
  std::string code;
  std::string detail;
};

// Codes: wal_damaged (its header is none; SQLite ignores it), wal_page_size, wal_foreign (a fact that no
// transaction changes differs), wal_older (counters in the log are behind the database), wal_schema (the same
// schema number, another schema), wal_unexpected (the database is not in WAL mode). A log or database that
// cannot be read gives none: that is an anomaly of its own.
std::vector<WalOddity> wal_oddities(base::ByteSource& database, base::ByteSource& wal);

}  // namespace parse
