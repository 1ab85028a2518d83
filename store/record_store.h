// SPDX-License-Identifier: Apache-2.0
// The store: an index over segments in SQLite, always rebuildable from them, never evidence. Who fills it
// reads nothing; who reads it does so under a Sight, and what that bars is counted and never given. Thread
// rule: one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "base/sqlite.h"
#include "store/search_text.h"
#include "store/sight.h"

namespace store {

// A record as stored: the segment and line that hold it, and the record itself.
struct StoredRecord {
  std::string segment;  // SHA-256 of its lines
  std::string exhibit_uid;
  std::string acquisition;
  std::uint64_t line = 0;  // 0 is the segment's first
  base::Record record;
  bool quote_not_shown = false;  // it quotes a message that is barred; `quoted_text` was taken out
};

struct Hit {
  StoredRecord record;
  std::string field;
  std::string text;  // raw text of the field
};

// Fills the store.
class RecordIndex {
 public:
  static RecordIndex open(const std::filesystem::path& database);  // makes it where it is not there

  // Reads a segment in; a segment that is in already is left as it is. Returns the number of lines. A
  // duplicate id is kept under its own (segment, line) and reported.
  std::uint64_t add_segment(const std::filesystem::path& segment_file, const std::string& exhibit_uid,
                            const std::string& acquisition);
  bool has_segment(const std::string& lines_sha256);
  std::vector<std::string> segments();  // in the order added

 private:
  explicit RecordIndex(base::Database database) : database_(std::move(database)) {}
  base::Database database_;
};

// Reads it. Every way to a record passes the sight: what is barred is as if it were not there, but for the
// counts.
class RecordStore {
 public:
  // Judges every record of the exhibits of which something, and not all, is barred.
  static RecordStore open(const std::filesystem::path& database, Sight sight);

  // Of a record that is there and not shown.
  struct Barred {
    std::string exhibit_uid;
    custody::Barrier barrier;
  };
  std::optional<Barred> where_barred(const base::RecordId& id);
  // How many records of these types (of none: of all) are barred, by exhibit. The same whatever is looked
  // for, so that nobody learns by asking what stands in them.
  std::map<std::string, NotShown> not_shown(const std::vector<std::string>& types);
  // Whether anything is barred of what stands in this source.
  bool bars_in(const std::string& exhibit_uid, const base::RecordId& source) const;
  // Why something that is no record may not be seen, of an exhibit that is neither open nor closed.
  custody::Barrier limit_of(const std::string& exhibit_uid) const;
  const Sight& sight() const { return sight_; }

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
  RecordStore(base::Database database, Sight sight)
      : database_(std::move(database)), sight_(std::move(sight)) {}
  void judge();
  // False where it is barred; takes out of it what repeats a barred one.
  bool admits(StoredRecord& stored) const;
  std::vector<Hit> checked(base::Statement& row, const std::vector<Token>& query, std::size_t limit);
  base::Database database_;
  Sight sight_;
  std::map<std::string, Judgement> judgements_;  // by exhibit
};

}  // namespace store
