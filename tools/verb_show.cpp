// SPDX-License-Identifier: Apache-2.0
// show: read-only views of what was parsed; gaps in custody are shown by verb_gaps.cpp, the activity log by
// verb_activity.cpp.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/record_text.h"
#include "tools/verb_activity.h"
#include "tools/verb_gaps.h"
#include "tools/verbs.h"
#include "tools/view.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// One table of a view: record types, and the fields that it shows, in order. References are shown by name.
struct Section {
  std::vector<std::string> types;
  std::vector<std::string> fields;
};
struct Listing {
  std::string_view name;
  std::vector<Section> sections;
};

const std::vector<Listing>& listings() {
  static const std::vector<Listing> kListings{
      {"files", {{{"source"}, {"role", "size", "modified", "outcome", "sha256", "path"}}}},
      {"messages", {{{"message"}, {"time", "app", "conversation", "direction", "sender", "kind", "text"}}}},
      {"addresses",
       {{{"address_sighting"}, {"chain", "address", "checksum", "form", "record"}},
        {{"wallet"}, {"app", "address", "name", "keyring"}}}},
      {"accounting",
       {{{"tree_count"},
         {"files", "claimed", "parsed", "parsed_with_anomalies", "failed", "unreadable", "unsupported"}},
        {{"count"},
         {"source", "table", "rows", "emitted", "excluded", "undecodable", "recovered", "superseded"}}}},
      {"anomalies", {{{"anomaly"}, {"code", "path", "detail"}}}},
      {"unsupported", {{{"unsupported"}, {"kind", "what", "path", "size"}}}},
  };
  return kListings;
}

std::string csv_cell(std::string text) {
  // A spreadsheet would run a cell that begins like this.
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
    text.insert(0, "'");
  if (text.find_first_of(",\"\n\r") == text.npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

class Printer {
 public:
  Printer(const Arguments& arguments, Console& console, const std::vector<custody::ExhibitView>& exhibits)
      : csv_(arguments.has("csv")), console_(console), exhibits_(exhibits) {}

  void heading(std::vector<std::string> cells) {
    cells.insert(cells.begin(), {"exhibit", "record"});
    row(std::move(cells));
  }
  void record(const store::StoredRecord& stored, std::vector<std::string> cells) {
    if (console_.json()) {
      base::Json object = base::Json::object(
          {{"exhibit", label_of(exhibits_, stored.exhibit_uid)}, {"line", base::line_of(stored.record)}});
      if (stored.quote_not_shown) object.set("not_shown", base::Json::array({"quoted_text"}));
      console_.object(object);
      return;
    }
    cells.insert(cells.begin(), {label_of(exhibits_, stored.exhibit_uid), stored.record.id});
    row(std::move(cells));
  }
  // Prints what was gathered; a table without rows is left out.
  void finish() {
    if (!csv_ && rows_.size() > 1) console_.table(rows_);
    if (!csv_ && rows_.size() > 1) console_.line("");
    rows_.clear();
  }

 private:
  void row(std::vector<std::string> cells) {
    if (console_.json()) return;
    if (!csv_) {
      rows_.push_back(std::move(cells));
      return;
    }
    std::string line;
    for (std::string& cell : cells) line += (line.empty() ? "" : ",") + csv_cell(std::move(cell));
    console_.raw(line + "\r\n");
  }
  bool csv_;
  Console& console_;
  const std::vector<custody::ExhibitView>& exhibits_;
  std::vector<std::vector<std::string>> rows_;
};

// Names of participants, conversations and files, looked up once each.
class Names {
 public:
  explicit Names(store::RecordStore& records) : records_(records) {}
  std::string cell(const base::Record& record, const std::string& field) {
    if (field == "source") return of(record.place.source);
    const base::Value* value = record.find(field);
    if (value == nullptr) return "";
    const auto* id = std::get_if<base::RecordId>(value);
    return id == nullptr || field == "record" ? value_text(*value) : of(*id);
  }

 private:
  std::string of(const base::RecordId& id) {
    auto [place, fresh] = known_.try_emplace(id);
    if (fresh) place->second = name_of_record(records_, id);
    return place->second;
  }
  store::RecordStore& records_;
  std::map<base::RecordId, std::string> known_;
};

// A row before it is printed: a record, and its cells.
using Row = std::pair<store::StoredRecord, std::vector<std::string>>;
struct Rows {
  std::vector<std::string> heading;
  std::vector<Row> rows;
};

Rows rows_of(const Section& section, store::RecordStore& records) {
  Rows out{section.fields, {}};
  records.visit(section.types, [&](const store::StoredRecord& stored) {
    out.rows.emplace_back(stored, std::vector<std::string>());
    return true;
  });
  Names names(records);
  for (auto& [stored, cells] : out.rows)
    for (const std::string& field : section.fields) cells.push_back(names.cell(stored.record, field));
  return out;
}

Rows timeline_of(store::RecordStore& records) {
  Rows out{{"time", "what", "text"}, {}};
  records.timeline([&](const store::StoredRecord& stored, std::int64_t utc_us, const std::string& field) {
    std::string text;
    for (const char* name : {"text", "url", "title", "target_path", "address", "path", "code"}) {
      if (text.empty()) text = field_text(stored.record, name);
    }
    out.rows.emplace_back(
        stored, std::vector<std::string>{base::format_utc_for_people(utc_us),
                                         std::string(stored.record.type->name) + "." + field, text});
    return true;
  });
  return out;
}

const Listing* listing_named(const std::string& name) {
  const auto found = std::ranges::find(listings(), name, &Listing::name);
  return found == listings().end() ? nullptr : &*found;
}

std::vector<std::string> types_in(const Listing* listing) {
  std::vector<std::string> types;
  if (listing == nullptr) return types;
  for (const Section& section : listing->sections)
    types.insert(types.end(), section.types.begin(), section.types.end());
  return types;
}

void note_look(const std::vector<Rows>& tables, View& view) {
  std::set<std::string> exhibits;
  std::uint64_t results = 0;
  for (const Rows& table : tables) {
    results += table.rows.size();
    for (const auto& [stored, cells] : table.rows) exhibits.insert(stored.exhibit_uid);
  }
  view.looked(exhibits, results);
}

int run(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("WHAT");
  if (name == "gaps") return show_gaps(arguments, console);
  if (name == "activity") return show_activity(arguments, console);
  const Listing* listing = listing_named(name);
  if (listing == nullptr && name != "timeline")
    throw base::Error(base::ErrorKind::usage, base::say("there is no view called {}", name),
                      base::say("Nothing was changed. Choose one of files, messages, addresses, timeline, "
                                "accounting, anomalies, unsupported, gaps, activity."));
  View view(arguments, console, "show " + std::string(name), "", types_in(listing));
  std::vector<Rows> tables;
  if (listing == nullptr) tables.push_back(timeline_of(view.records()));
  for (const Section& section : listing == nullptr ? std::vector<Section>{} : listing->sections)
    tables.push_back(rows_of(section, view.records()));
  note_look(tables, view);
  Printer printer(arguments, console, view.exhibits());
  for (Rows& table : tables) {
    printer.heading(table.heading);
    for (auto& [stored, cells] : table.rows) printer.record(stored, std::move(cells));
    printer.finish();
  }
  view.end(arguments.has("csv") ? Form::csv : Form::lines);
  return kDone;
}

constexpr std::array kOptions{
    Option{"WHAT", OptionKind::positional, "VIEW",
           base::phrase(
               "files, messages, addresses, timeline, accounting, anomalies, unsupported, gaps, activity")},
    Option{"csv", OptionKind::flag, "", base::phrase("as CSV")},
    Option{"trust", OptionKind::value_many, "DIR",
           base::phrase("gaps: your witnesses and time authorities; else every sound word counts")}};

}  // namespace

const Verb kShow{"",
                 "show",
                 base::phrase("views of what was parsed, of gaps in custody, of who looked"),
                 kOptions,
                 "  holdfast show messages\n  holdfast show gaps --csv > gaps.csv",
                 base::phrase("0; 2 no such view; 3 there are gaps; 4 failed"),
                 run};

}  // namespace tools
