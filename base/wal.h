// SPDX-License-Identifier: Apache-2.0
// What can be told of a write-ahead log without applying it: SQLite applies any WAL whose checksums hold,
// also one that belongs to another database, for nothing in the main file names its WAL. Format: sqlite.org,
// "Database File Format", section 4, "The Write-Ahead Log".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace base {

struct WalFindings {
  // Sorted; empty where nothing is odd.
  //   wal_header_invalid     too short, no magic number, a page size that cannot be, or a wrong checksum
  //   wal_page_size_differs  from the main file's
  //   wal_frames_invalid     frames of the current generation whose checksum is wrong: torn or altered
  //   wal_shrinks_database   its last commit has fewer pages than the main file: a VACUUM, or another
  //   database wal_of_other_database  schema or pages contradict the main file: it cannot have come from it
  //   wal_unreadable         damage in the bytes of one of the two
  std::vector<std::string> codes;
  std::uint32_t page_bytes = 0;
  std::uint64_t frames_committed = 0;    // up to the last commit: what SQLite applies
  std::uint64_t frames_uncommitted = 0;  // valid, after the last commit
  std::uint64_t frames_left_over = 0;    // of an older generation, or behind an invalid one
  bool has(std::string_view code) const;
};

// An empty WAL has no findings.
WalFindings wal_findings(const std::shared_ptr<ByteSource>& database, const std::shared_ptr<ByteSource>& wal);

}  // namespace base
