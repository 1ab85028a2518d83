// SPDX-License-Identifier: Apache-2.0
// The store: an index over segments in SQLite, always rebuildable from them, never evidence. Thread rule: one
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "base/sqlite.h"
#include "store/search_text.h"

namespace store {

// A record as stored: the segment and line that hold it, and the record itself.
struct StoredRecord {
  std::string segment;  // SHA-256 of its lines
  std::string exhibit_uid;
  std::string acquisition;
  std::uint64_t line = 0;  // 0 is the segment's first
  base::Record record;
};

struct Hit {
  StoredRecord record;
  std::string field;
  std::string text;  // raw text of the field
};

class RecordStore {
 public:
  static RecordStore open(const std::filesystem::path& database);  // makes it where it is not there
  static RecordStore open_read_only(const std::filesystem::path& database);

  // Reads a segment in; a segment that is in already is left as it is. Returns the number of lines. A
  // duplicate id is kept under its own (segment, line) and reported.
  std::uint64_t add_segment(const std::filesystem::path& segment_file, const std::string& exhibit_uid,
                            const std::string& acquisition);
  bool has_segment(const std::string& lines_sha256);
  std::vector<std::string> segments();  // in the order added

  // Records of the types, in order of segment and line; empty `types` means all. Ends when `visit` returns
  // false.
  void visit(const std::vector<std::string>& types, const std::function<bool(const StoredRecord&)>& visit);
  std::optional<StoredRecord> by_id(const base::RecordId& id);
  std::vector<StoredRecord> by_reference(const base::RecordId& id);  // records that name it
  // Records with a time, ascending by time, then segment and line.
  void timeline(
      const std::function<bool(const StoredRecord&, std::int64_t utc_us, const std::string& field)>& visit);

  // Full-text search over texts of content and identity; the relation is written down in docs/search.md.
  // Every hit is checked again on the normalised text.
  std::vector<Hit> find(std::string_view query, std::size_t limit);
  // The same by scanning everything: the yardstick of the tests, and `find --exact`.
  std::vector<Hit> scan(std::string_view query, std::size_t limit);

 private:
  std::vector<Hit> checked(base::Statement& row, const std::vector<Token>& query, std::size_t limit);
  explicit RecordStore(base::Database database) : database_(std::move(database)) {}
  base::Database database_;
};

}  // namespace store
