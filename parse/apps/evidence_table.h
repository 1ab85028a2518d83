// SPDX-License-Identifier: Apache-2.0
// Tables of an evidence database, read row by row: columns are probed and never assumed, no index is trusted,
// one bad value costs one row, and every table that is read ends with a count record that adds up.
// Not for use by two threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/records.h"
#include "base/sqlite.h"

namespace parse {

// A value whose type is not the one that the row cannot do without.
class BadValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What became of a row: a record, or none for a reason. Reasons are names of members in the count record:
// lower-case words joined by '_'.
struct Fate {
  std::string_view excluded;  // empty: the row became a record
};
inline constexpr Fate kEmitted{};
constexpr Fate excluded(std::string_view reason) {
  return Fate{reason};
}

using Columns = std::span<const std::string_view>;

// One row. Columns go by the names that were asked for; a column that the table lacks reads as NULL.
class EvidenceRow {
 public:
  EvidenceRow(const base::Statement& statement, Columns wanted, std::span<const int> places);
  std::int64_t rowid() const { return rowid_; }
  // The app's own id of the row: `_id` where there is such a column and it is an integer, else the rowid.
  std::int64_t key() const;

  // Nothing for NULL and the empty text. Text that is a decimal number counts, and so does a real without a
  // fraction; anything else throws BadValue.
  std::optional<std::int64_t> integer(std::string_view column) const;
  // The same for columns that a row can do without: a value of another type is left out, and noted.
  std::optional<std::int64_t> spare_integer(std::string_view column);
  std::optional<bool> spare_flag(std::string_view column);
  std::optional<double> spare_real(std::string_view column);
  // The bytes as stored, whatever the type; nothing for NULL and for the empty string.
  std::optional<std::string> bytes(std::string_view column) const;
  std::optional<base::Text> text(std::string_view column) const;

  // Columns whose value was left out.
  const std::vector<std::string_view>& left_out() const { return left_out_; }

 private:
  int place_of(std::string_view column) const;  // -1 where the table lacks it

  const base::Statement& statement_;
  Columns wanted_;
  std::span<const int> places_;
  std::int64_t rowid_;
  std::vector<std::string_view> left_out_;
};

// The tables of one database, with the sink and the source record of its file.
class EvidenceTables {
 public:
  using RowAction = std::function<Fate(EvidenceRow&)>;

  EvidenceTables(base::Database database, base::RecordSink& sink, base::RecordId source);
  // True for a table. A view or a virtual table of that name is an anomaly, once, and is never read.
  bool has(std::string_view table);
  bool has_column(std::string_view table, std::string_view column);
  // Calls `action` for each row in the order of rowids, and emits the count record; nothing where there is no
  // such table. `action` decodes first and emits afterwards: BadValue costs the row and leaves nothing half
  // done. Where a part of the table cannot be read, reading goes on from its end, backwards.
  void read(std::string_view table, Columns columns, const RowAction& action);
  // The keys (EvidenceRow::key) of all rows, sorted, without a count record.
  std::vector<std::int64_t> keys(std::string_view table);
  // The same for what an integer column holds.
  std::vector<std::int64_t> integers(std::string_view table, std::string_view column);

  base::Position row(std::string_view table, std::int64_t rowid) const;
  base::Place place(base::Position position, std::uint32_t ordinal = 0) const;
  template <typename Struct>
  base::RecordId emit(const Struct& values, base::Position position, std::uint32_t ordinal = 0) {
    return base::emit(sink_, values, place(std::move(position), ordinal));
  }
  void anomaly(std::string_view code, base::Position position, std::string_view detail);
  base::RecordSink& sink() { return sink_; }
  const base::RecordId& source() const { return source_; }

 private:
  struct Query;
  struct Reading;
  const base::TableInfo* find(std::string_view table) const;
  bool read_rows(Reading& reading, std::optional<std::int64_t> after);
  void take_row(Reading& reading, EvidenceRow& row);
  std::optional<std::int64_t> count_rows(std::string_view table);
  std::vector<std::int64_t> collect(std::string_view table, Columns columns,
                                    const std::function<std::optional<std::int64_t>(EvidenceRow&)>& value);

  base::Database database_;
  base::RecordSink& sink_;
  base::RecordId source_;
  std::vector<base::TableInfo> infos_;
  std::set<std::string, std::less<>> reported_;
};

// Times as Android apps store them; nothing for the values that stand for "not set": 0, -1 and the extremes.
base::OptionalTime unix_ms(std::optional<std::int64_t> raw);
base::OptionalTime unix_s(std::optional<std::int64_t> raw);

// The table as a whole, as the position of what is said of it.
base::Position whole_table(std::string_view table);

base::Word word(std::string_view value);

}  // namespace parse
