// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/evidence_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "parse/extractor.h"

namespace parse {
namespace {

// SQLite compares names of tables and columns without regard to the case of ASCII letters.
bool same_name(std::string_view left, std::string_view right) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

bool has_name(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const auto& other) { return same_name(other, name); });
}

// The rowid under one of its names that no column of the table shadows; `_id` for a table without rowid;
// nothing where neither is there.
std::optional<std::string_view> rowid_expression(const base::TableInfo& table) {
  if (!table.has_rowid) return has_name(table.columns, "_id") ? std::optional("_id") : std::nullopt;
  for (std::string_view name : {"rowid", "_rowid_", "oid"})
    if (!has_name(table.columns, name)) return name;
  return std::nullopt;
}

// The number that the whole of a text is.
std::optional<std::int64_t> decimal(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> whole_number(double real) {
  constexpr double kLimit = 9007199254740992.0;  // 2^53: beyond it a real no longer tells neighbours apart
  if (!(std::abs(real) <= kLimit) || std::trunc(real) != real) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

// NULL, or the empty text that some apps store for it.
bool stands_empty(const base::Statement& statement, int column) {
  return statement.is_null(column) || (statement.is_text(column) && statement.text(column)->empty());
}

// What a column holds as an integer; nothing where it holds something else.
std::optional<std::int64_t> stored_integer(const base::Statement& statement, int column) {
  if (statement.is_integer(column)) return statement.integer(column);
  if (statement.is_text(column)) return decimal(*statement.text(column));
  if (statement.is_real(column)) return whole_number(*statement.real(column));
  return std::nullopt;
}

bool stands_for_nothing(std::int64_t raw) {
  return raw == 0 || raw == -1 || raw == std::numeric_limits<std::int64_t>::max() ||
         raw == std::numeric_limits<std::int64_t>::min();
}

constexpr std::array<std::string_view, 1> kKeyColumn{"_id"};

}  // namespace

EvidenceRow::EvidenceRow(const base::Statement& statement, Columns wanted, std::span<const int> places)
    : statement_(statement), wanted_(wanted), places_(places), rowid_(statement.integer(0).value_or(0)) {}

int EvidenceRow::place_of(std::string_view column) const {
  for (std::size_t index = 0; index < wanted_.size(); ++index)
    if (wanted_[index] == column) return places_[index];
  return -1;
}

std::int64_t EvidenceRow::key() const {
  int place = place_of("_id");
  return place < 0 ? rowid_ : statement_.integer(place).value_or(rowid_);
}

std::optional<std::int64_t> EvidenceRow::integer(std::string_view column) const {
  int place = place_of(column);
  if (place < 0 || stands_empty(statement_, place)) return std::nullopt;
  auto value = stored_integer(statement_, place);
  if (!value) throw BadValue("no integer in column " + std::string(column));
  return value;
}

std::optional<std::int64_t> EvidenceRow::spare_integer(std::string_view column) {
  int place = place_of(column);
  if (place < 0 || stands_empty(statement_, place)) return std::nullopt;
  auto value = stored_integer(statement_, place);
  if (!value) left_out_.push_back(column);
  return value;
}

std::optional<bool> EvidenceRow::spare_flag(std::string_view column) {
  auto value = spare_integer(column);
  return value ? std::optional(*value != 0) : std::nullopt;
}

std::optional<double> EvidenceRow::spare_real(std::string_view column) {
  int place = place_of(column);
  if (place < 0 || statement_.is_null(place)) return std::nullopt;
  auto value = statement_.real(place);
  if (!value || !std::isfinite(*value)) {
    left_out_.push_back(column);
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> EvidenceRow::bytes(std::string_view column) const {
  int place = place_of(column);
  if (place < 0 || statement_.is_null(place)) return std::nullopt;
  auto value = statement_.text(place);
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<base::Text> EvidenceRow::text(std::string_view column) const {
  auto value = bytes(column);
  return value ? std::optional(base::Text{std::move(*value)}) : std::nullopt;
}

EvidenceTables::EvidenceTables(base::Database database, base::RecordSink& sink, base::RecordId source)
    : database_(std::move(database)),
      sink_(sink),
      source_(std::move(source)),
      infos_(base::tables_of(database_)) {}

const base::TableInfo* EvidenceTables::find(std::string_view table) const {
  for (const auto& info : infos_)
    if (same_name(info.name, table)) return &info;
  return nullptr;
}

bool EvidenceTables::has(std::string_view table) {
  const auto* info = find(table);
  if (!info || (info->is_table && rowid_expression(*info))) return info != nullptr;
  if (reported_.insert(std::string(table)).second) {
    std::string name(table);
    if (!info->is_table)
      anomaly("view_in_place_of_table", whole_table(table),
              name + " is a view or a virtual table; it is not read");
    else
      anomaly("table_without_key", whole_table(table), name + " has neither a rowid nor a column _id");
  }
  return false;
}

bool EvidenceTables::has_column(std::string_view table, std::string_view column) {
  return has(table) && has_name(find(table)->columns, column);
}

// The SELECT that the columns of a table allow.
struct EvidenceTables::Query {
  std::string key;          // expression of the rowid
  std::string select;       // up to and including FROM
  std::vector<int> places;  // of each wanted column in the result; -1 where the table lacks it

  Query(const base::TableInfo& info, std::string_view table, Columns wanted)
      : key(*rowid_expression(info)), select("SELECT " + key) {
    int next = 1;
    for (std::string_view column : wanted) {
      bool present = has_name(info.columns, column);
      places.push_back(present ? next++ : -1);
      if (present) select += ", \"" + std::string(column) + "\"";
    }
    select += " FROM \"" + std::string(table) + "\" NOT INDEXED";
  }
};

// One table on its way.
struct EvidenceTables::Reading {
  std::string_view table;
  Columns wanted;
  const RowAction& action;
  Query query;
  TableCounter counter;
  std::int64_t seen = 0;
  std::optional<std::int64_t> last;
};

void EvidenceTables::read(std::string_view table, Columns columns, const RowAction& action) {
  if (!has(table)) return;
  Reading reading{table,
                  columns,
                  action,
                  Query(*find(table), table, columns),
                  TableCounter(sink_, source_, std::string(table)),
                  0,
                  std::nullopt};
  auto rows = count_rows(table);
  bool complete = read_rows(reading, std::nullopt);
  if (!complete) read_rows(reading, reading.last.value_or(std::numeric_limits<std::int64_t>::min()));
  if (complete && rows && rows != reading.seen)
    anomaly("row_count_differs", whole_table(table), "the table counts other rows than it holds");
  reading.counter.rows(complete ? std::optional(reading.seen) : std::nullopt);
  reading.counter.finish();
}

// All rows in their order, or those after `after` from the end backwards. False where the table broke off.
bool EvidenceTables::read_rows(Reading& reading, std::optional<std::int64_t> after) {
  try {
    std::string order = after
                            ? " WHERE " + reading.query.key + " > ?1 ORDER BY " + reading.query.key + " DESC"
                            : " ORDER BY " + reading.query.key;
    auto statement = database_.prepare(reading.query.select + order);
    if (after) statement.bind(1, *after);
    while (statement.step()) {
      EvidenceRow row(statement, reading.wanted, reading.query.places);
      if (!after) reading.last = row.rowid();
      ++reading.seen;
      take_row(reading, row);
    }
    return true;
  } catch (const base::SqliteError& error) {
    anomaly(after ? "table_unreadable_from_end" : "table_unreadable", whole_table(reading.table),
            "SQLite code " + std::to_string(error.code) + " after " + std::to_string(reading.seen) + " rows");
    return false;
  }
}

void EvidenceTables::take_row(Reading& reading, EvidenceRow& row) {
  auto position = this->row(reading.table, row.rowid());
  try {
    Fate fate = reading.action(row);
    if (fate.excluded.empty())
      reading.counter.emitted();
    else
      reading.counter.excluded(fate.excluded);
  } catch (const BadValue& bad) {
    reading.counter.undecodable();
    anomaly("row_undecodable", position, bad.what());
    return;
  }
  for (std::string_view column : row.left_out())
    anomaly("value_undecodable", position, "column " + std::string(column) + " holds another type");
}

std::optional<std::int64_t> EvidenceTables::count_rows(std::string_view table) {
  try {
    auto statement = database_.prepare("SELECT count(*) FROM \"" + std::string(table) + "\" NOT INDEXED");
    return statement.step() ? statement.integer(0) : std::nullopt;
  } catch (const base::SqliteError&) {
    return std::nullopt;  // reading the rows meets the same damage, and reports it
  }
}

std::vector<std::int64_t> EvidenceTables::keys(std::string_view table) {
  return collect(table, kKeyColumn, [](const EvidenceRow& row) { return std::optional(row.key()); });
}

std::vector<std::int64_t> EvidenceTables::integers(std::string_view table, std::string_view column) {
  const std::array<std::string_view, 1> wanted{column};
  return collect(table, wanted, [&](EvidenceRow& row) { return row.spare_integer(column); });
}

std::vector<std::int64_t> EvidenceTables::collect(
    std::string_view table, Columns columns,
    const std::function<std::optional<std::int64_t>(EvidenceRow&)>& value) {
  std::vector<std::int64_t> found;
  if (!has(table)) return found;
  const Query query(*find(table), table, columns);
  try {
    auto statement = database_.prepare(query.select);
    while (statement.step()) {
      EvidenceRow row(statement, columns, query.places);
      if (auto number = value(row)) found.push_back(*number);
    }
  } catch (const base::SqliteError&) {
    // What is missing here only lets a row that is there look gone; the table itself is read, and the damage
    // reported, by `read`.
  }
  std::sort(found.begin(), found.end());
  return found;
}

base::Position whole_table(std::string_view table) {
  return base::Element{"/" + std::string(table)};
}

base::Position EvidenceTables::row(std::string_view table, std::int64_t rowid) const {
  return base::Row{std::string(table), rowid};
}

base::Place EvidenceTables::place(base::Position position, std::uint32_t ordinal) const {
  base::Place place;
  place.source = source_;
  place.position = std::move(position);
  place.ordinal = ordinal;
  return place;
}

void EvidenceTables::anomaly(std::string_view code, base::Position position, std::string_view detail) {
  sink_.anomaly(code, place(std::move(position)), detail);
}

base::OptionalTime unix_ms(std::optional<std::int64_t> raw) {
  if (!raw || stands_for_nothing(*raw)) return std::nullopt;
  return base::time_from_unix_ms(*raw);
}

base::OptionalTime unix_s(std::optional<std::int64_t> raw) {
  if (!raw || stands_for_nothing(*raw)) return std::nullopt;
  return base::time_from_unix_s(*raw);
}

base::Word word(std::string_view value) {
  return base::Word{std::string(value)};
}

}  // namespace parse
