// SPDX-License-Identifier: Apache-2.0
#include "store/record_store.h"

#include <algorithm>

#include "base/error.h"
#include "base/segment.h"
#include "base/words.h"
#include "store/search_index.h"
#include "store/search_text.h"

namespace store {
namespace {

// record.line is the canonical line as the segment has it. text holds what search finds, with its field; the
// index is contentless, its rowids are those of text. Views with a column per field follow from the record
// types (views_sql).
constexpr char kSchema[] = R"(
CREATE TABLE IF NOT EXISTS segment(number INTEGER PRIMARY KEY, sha256 TEXT UNIQUE NOT NULL, exhibit TEXT NOT NULL, acquisition TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record(number INTEGER PRIMARY KEY, segment INTEGER NOT NULL, segment_line INTEGER NOT NULL,
                                  id TEXT NOT NULL, type TEXT NOT NULL, line TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS record_by_id ON record(id);
CREATE INDEX IF NOT EXISTS record_by_type ON record(type, segment, segment_line);
CREATE TABLE IF NOT EXISTS reference(target TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY(target, record)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moment(utc_us INTEGER NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY(utc_us, record, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS text(number INTEGER PRIMARY KEY, record INTEGER NOT NULL, field TEXT NOT NULL, raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS text_by_record ON text(record);
CREATE VIRTUAL TABLE IF NOT EXISTS text_index USING fts5(raw, content='', detail=none, tokenize='holdfast');
)";

constexpr char kSelect[] =
    "SELECT s.sha256, s.exhibit, s.acquisition, r.segment_line, r.line, r.number FROM record r JOIN segment "
    "s ON s.number = r.segment ";

// One view per record type with a column per field, for people who bring their own SQL.
std::string views_sql() {
  std::string sql;
  for (const base::RecordType* type : base::all_record_types()) {
    sql += "CREATE VIEW IF NOT EXISTS \"" + std::string(type->name) +
           "_view\" AS SELECT id, segment, segment_line";
    for (const base::Field& field : type->fields) {
      const std::string name(field.name);
      sql += ", coalesce(json_extract(line, '$.\"" + name + "\"'), json_extract(line, '$.\"" + name +
             ".0\"')) AS \"" + name + "\"";
    }
    sql += " FROM record WHERE type = '" + std::string(type->name) + "';\n";
  }
  return sql;
}

StoredRecord stored_from(base::Statement& row) {
  StoredRecord out;
  out.segment = row.text(0).value_or("");
  out.exhibit_uid = row.text(1).value_or("");
  out.acquisition = row.text(2).value_or("");
  out.line = static_cast<std::uint64_t>(row.integer(3).value_or(0));
  out.record = base::record_from_line(base::as_bytes(row.text(4).value_or("")));
  return out;
}

// Raw texts of a field that search should find.
std::vector<std::string> searchable(const base::Field& field, const base::Value& value) {
  if (const auto* text = std::get_if<base::Text>(&value)) {
    const bool locator = field.name == "path" && field.visibility == base::Visibility::structure;
    return {locator ? base::percent_decode(text->bytes) : text->bytes};
  }
  std::vector<std::string> out;
  if (const auto* texts = std::get_if<std::vector<base::Text>>(&value)) {
    for (const base::Text& text : *texts) out.push_back(text.bytes);
  }
  return out;
}

// Fills the tables from one record.
class Filer {
 public:
  explicit Filer(base::Database& database)
      : record_(database.prepare("INSERT INTO record(segment, segment_line, id, type, line) VALUES(?1, ?2, "
                                 "?3, ?4, ?5) RETURNING number")),
        reference_(database.prepare("INSERT OR IGNORE INTO reference VALUES(?1, ?2)")),
        moment_(database.prepare("INSERT OR IGNORE INTO moment VALUES(?1, ?2, ?3)")),
        text_(database.prepare("INSERT INTO text(record, field, raw) VALUES(?1, ?2, ?3) RETURNING number")),
        index_(database.prepare("INSERT INTO text_index(rowid, raw) VALUES(?1, ?2)")) {}

  void file(std::int64_t segment, std::int64_t line_number, base::Bytes line) {
    const base::Record record = base::record_from_line(line);
    record_.reset();
    record_.bind(1, segment)
        .bind(2, line_number)
        .bind(3, std::string_view(record.id))
        .bind(4, record.type->name)
        .bind(5, base::as_text(line));
    record_.step();
    const std::int64_t number = record_.integer(0).value();
    record_.step();
    refer(record.place.source, number);
    for (const auto& [index, value] : record.values) file_value(record.type->fields[index], value, number);
  }

 private:
  void file_value(const base::Field& field, const base::Value& value, std::int64_t number) {
    if (const auto* id = std::get_if<base::RecordId>(&value)) refer(*id, number);
    if (const auto* ids = std::get_if<std::vector<base::RecordId>>(&value)) {
      for (const base::RecordId& id : *ids) refer(id, number);
    }
    const auto* time = std::get_if<base::Time>(&value);
    if (time != nullptr && time->utc_us)
      run(moment_.bind(1, *time->utc_us).bind(2, number).bind(3, field.name));
    for (const std::string& raw : searchable(field, value)) {
      text_.reset();
      text_.bind(1, number).bind(2, field.name).bind(3, base::as_bytes(raw));
      text_.step();
      const std::int64_t row = text_.integer(0).value();
      text_.step();
      run(index_.bind(1, row).bind(2, std::string_view(raw)));
    }
  }
  void refer(const base::RecordId& target, std::int64_t number) {
    if (!target.empty()) run(reference_.bind(1, std::string_view(target)).bind(2, number));
  }
  static void run(base::Statement& statement) {
    statement.step();
    statement.reset();
  }
  base::Statement record_, reference_, moment_, text_, index_;
};

std::string quoted_term(const QueryTerm& term) {
  std::string out = "\"";
  for (char c : term.text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + (term.prefix ? "\"*" : "\"");
}

std::string match_expression(const std::vector<Token>& query) {
  std::string out;
  for (const QueryTerm& term : query_terms(query)) out += (out.empty() ? "" : " AND ") + quoted_term(term);
  return out;
}

std::vector<Token> tokens_of_query(std::string_view query) {
  std::vector<Token> tokens = tokens_of(query);
  if (tokens.empty()) {
    throw base::Error(base::ErrorKind::usage, base::say("there is nothing in it to search for"),
                      base::say("Nothing was searched. Give letters, signs or digits."));
  }
  return tokens;
}

void prepare(base::Database& database) {
  register_tokenizer(database.handle());
}

}  // namespace

RecordIndex RecordIndex::open(const std::filesystem::path& database) {
  const bool there = std::filesystem::exists(database);
  base::Database opened =
      base::Database::open(database, there ? base::OpenMode::read_write : base::OpenMode::create);
  prepare(opened);
  opened.execute(kSchema);
  opened.execute(views_sql());
  return RecordIndex(std::move(opened));
}

std::uint64_t RecordIndex::add_segment(const std::filesystem::path& segment_file,
                                       const std::string& exhibit_uid, const std::string& acquisition) {
  const std::string name = segment_file.filename().string();
  const std::string sha256 = name.substr(0, name.find('.'));
  if (has_segment(sha256)) return 0;
  base::Transaction transaction(database_);
  base::Statement insert = database_.prepare(
      "INSERT INTO segment(sha256, exhibit, acquisition) VALUES(?1, ?2, ?3) RETURNING number");
  insert.bind(1, std::string_view(sha256))
      .bind(2, std::string_view(exhibit_uid))
      .bind(3, std::string_view(acquisition));
  insert.step();
  const std::int64_t segment = insert.integer(0).value();
  insert.step();
  std::int64_t lines = 0;
  Filer filer(database_);
  base::read_segment(segment_file, [&](base::Bytes line) { filer.file(segment, lines++, line); });
  transaction.commit();
  return static_cast<std::uint64_t>(lines);
}

bool RecordIndex::has_segment(const std::string& lines_sha256) {
  base::Statement statement = database_.prepare("SELECT 1 FROM segment WHERE sha256 = ?1");
  return statement.bind(1, std::string_view(lines_sha256)).step();
}

std::vector<std::string> RecordIndex::segments() {
  std::vector<std::string> out;
  for (base::Statement row = database_.prepare("SELECT sha256 FROM segment ORDER BY number"); row.step();)
    out.push_back(*row.text(0));
  return out;
}

RecordStore RecordStore::open(const std::filesystem::path& database, Sight sight) {
  base::Database opened = base::Database::open(database, base::OpenMode::read_only);
  prepare(opened);
  RecordStore store(std::move(opened), std::move(sight));
  store.judge();
  return store;
}

void RecordStore::judge() {
  for (base::Statement row = database_.prepare("SELECT DISTINCT exhibit FROM segment"); row.step();) {
    const std::string exhibit = row.text(0).value_or("");
    judgements_.emplace(exhibit, sight_.judgement_of(exhibit));
  }
  for (auto& [exhibit, judgement] : judgements_) {
    if (judgement.is_open() || judgement.is_closed()) continue;
    base::Statement row = database_.prepare(
        "SELECT r.line FROM record r JOIN segment s ON s.number = r.segment WHERE s.exhibit = ?1 "
        "ORDER BY r.segment, r.segment_line");
    row.bind(1, std::string_view(exhibit));
    while (row.step()) judgement.look(base::record_from_line(base::as_bytes(row.text(0).value_or(""))));
    judgement.settle();
  }
}

bool RecordStore::admits(StoredRecord& stored) const {
  const Judgement& judgement = judgements_.at(stored.exhibit_uid);
  if (judgement.of(stored.record.id) != custody::Barrier::none) return false;
  if (judgement.quoted(stored.record) == custody::Barrier::none) return true;
  stored.quote_not_shown = true;
  std::erase_if(stored.record.values, [&](const auto& value) {
    return stored.record.type->fields[value.first].name == "quoted_text";
  });
  return true;
}

std::optional<RecordStore::Barred> RecordStore::where_barred(const base::RecordId& id) {
  base::Statement row = database_.prepare(
      "SELECT s.exhibit FROM record r JOIN segment s ON s.number = r.segment WHERE r.id = ?1 LIMIT 1");
  if (!row.bind(1, std::string_view(id)).step()) return std::nullopt;
  Barred found{row.text(0).value_or(""), custody::Barrier::none};
  found.barrier = judgements_.at(found.exhibit_uid).of(id);
  if (found.barrier == custody::Barrier::none) return std::nullopt;
  return found;
}

std::map<std::string, NotShown> RecordStore::not_shown(const std::vector<std::string>& types) {
  const auto wanted = [&](std::string_view type) {
    return types.empty() || std::ranges::find(types, type) != types.end();
  };
  std::map<std::string, NotShown> out;
  for (const auto& [exhibit, judgement] : judgements_) {
    for (const auto& [type, counts] : judgement.counts())
      if (wanted(type)) add(out[exhibit], counts);
    if (!judgement.is_closed()) continue;
    base::Statement row = database_.prepare(
        "SELECT r.type, count(*) FROM record r JOIN segment s ON s.number = r.segment WHERE s.exhibit = ?1 "
        "GROUP BY r.type");
    row.bind(1, std::string_view(exhibit));
    while (row.step())
      if (wanted(row.text(0).value_or("")))
        out[exhibit][judgement.cover().whole] += static_cast<std::uint64_t>(row.integer(1).value_or(0));
  }
  return out;
}

bool RecordStore::bars_in(const std::string& exhibit_uid, const base::RecordId& source) const {
  const auto found = judgements_.find(exhibit_uid);
  return found != judgements_.end() && found->second.bars_in(source);
}

custody::Barrier RecordStore::limit_of(const std::string& exhibit_uid) const {
  const auto found = judgements_.find(exhibit_uid);
  if (found == judgements_.end()) return custody::Barrier::out_of_scope;
  const custody::Cover& cover = found->second.cover();
  if (!cover.data.empty() || !cover.periods.empty()) return custody::Barrier::out_of_scope;
  if (cover.whole != custody::Barrier::none) return cover.whole;
  for (const auto& [id, barrier] : cover.records)
    if (barrier != custody::Barrier::none) return barrier;
  return custody::Barrier::out_of_scope;
}

void RecordStore::visit(const std::vector<std::string>& types,
                        const std::function<bool(const StoredRecord&)>& visit) {
  const std::vector<std::string> wanted = types.empty() ? std::vector<std::string>{"%"} : types;
  for (const std::string& type : wanted) {
    base::Statement row = database_.prepare(std::string(kSelect) +
                                            (types.empty() ? "WHERE r.type LIKE ?1" : "WHERE r.type = ?1") +
                                            " ORDER BY r.segment, r.segment_line");
    row.bind(1, std::string_view(type));
    while (row.step()) {
      StoredRecord stored = stored_from(row);
      if (admits(stored) && !visit(stored)) return;
    }
  }
}

std::optional<StoredRecord> RecordStore::by_id(const base::RecordId& id) {
  base::Statement row =
      database_.prepare(std::string(kSelect) + "WHERE r.id = ?1 ORDER BY r.segment, r.segment_line LIMIT 1");
  if (!row.bind(1, std::string_view(id)).step()) return std::nullopt;
  StoredRecord stored = stored_from(row);
  if (!admits(stored)) return std::nullopt;
  return stored;
}

std::vector<StoredRecord> RecordStore::by_reference(const base::RecordId& id) {
  base::Statement row = database_.prepare(
      std::string(kSelect) +
      "JOIN reference f ON f.record = r.number WHERE f.target = ?1 ORDER BY r.segment, r.segment_line");
  row.bind(1, std::string_view(id));
  std::vector<StoredRecord> out;
  while (row.step()) {
    StoredRecord stored = stored_from(row);
    if (admits(stored)) out.push_back(std::move(stored));
  }
  return out;
}

void RecordStore::timeline(
    const std::function<bool(const StoredRecord&, std::int64_t utc_us, const std::string& field)>& visit) {
  base::Statement row = database_.prepare(
      "SELECT s.sha256, s.exhibit, s.acquisition, r.segment_line, r.line, m.utc_us, m.field FROM moment m "
      "JOIN record r ON r.number = m.record "
      "JOIN segment s ON s.number = r.segment ORDER BY m.utc_us, r.segment, r.segment_line, m.field");
  while (row.step()) {
    StoredRecord stored = stored_from(row);
    if (admits(stored) && !visit(stored, row.integer(5).value_or(0), row.text(6).value_or(""))) return;
  }
}

std::vector<Hit> RecordStore::checked(base::Statement& row, const std::vector<Token>& query,
                                      std::size_t limit) {
  std::vector<Hit> hits;
  while (hits.size() < limit && row.step()) {
    const std::string raw = row.text(7).value_or("");
    if (!matches(query, tokens_of(raw))) continue;
    Hit hit{stored_from(row), row.text(6).value_or(""), raw};
    if (!admits(hit.record) || (hit.record.quote_not_shown && hit.field == "quoted_text")) continue;
    hits.push_back(std::move(hit));
  }
  return hits;
}

namespace {

constexpr char kSelectText[] =
    "SELECT s.sha256, s.exhibit, s.acquisition, r.segment_line, r.line, r.number, t.field, t.raw FROM text t "
    "JOIN record r ON r.number = t.record JOIN segment s ON s.number = r.segment ";

}  // namespace

std::vector<Hit> RecordStore::find(std::string_view query, std::size_t limit) {
  const auto tokens = tokens_of_query(query);
  base::Statement row = database_.prepare(
      std::string(kSelectText) +
      "WHERE t.number IN (SELECT rowid FROM text_index WHERE text_index MATCH ?1) ORDER BY t.number");
  row.bind(1, std::string_view(match_expression(tokens)));
  return checked(row, tokens, limit);
}

std::vector<Hit> RecordStore::scan(std::string_view query, std::size_t limit) {
  const auto tokens = tokens_of_query(query);
  base::Statement row = database_.prepare(std::string(kSelectText) + "ORDER BY t.number");
  return checked(row, tokens, limit);
}

}  // namespace store
