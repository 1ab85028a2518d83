// SPDX-License-Identifier: Apache-2.0
#include "tools/intake_sheet.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/console.h"
#include "tools/intake_answers.h"
#include "tools/intake_facts.h"
#include "tools/xlsx.h"

namespace tools {
namespace {

using base::Json;

constexpr std::uint64_t kMostBytes = 16 << 20;

// A value, or the reason why there is none: what a row says of one of them, nobody may add the other to.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPairs{
    {{"serial", "serial_reason"}, {"clock_offset_s", "clock_offset_reason"}}};

std::string name_of_column(std::string_view cell) {
  std::string name(trimmed(cell));
  std::ranges::transform(name, name.begin(), [](char c) {
    if (c == ' ') return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

std::vector<std::string> columns_of(const TableRow& header, std::vector<SheetFault>& faults) {
  std::vector<std::string> columns;
  for (const std::string& cell : header.cells) {
    const std::string name = name_of_column(cell);
    const bool twice = !name.empty() && std::ranges::find(columns, name) != columns.end();
    if (twice)
      faults.push_back({header.number, base::say("two columns are called {}", visible(name))});
    else if (!name.empty() && find_fact(name) == nullptr)
      faults.push_back({header.number, base::say("no column is called {}", visible(name))});
    columns.push_back(name);
  }
  for (const char* needed : {"label"})
    if (std::ranges::find(columns, needed) == columns.end())
      faults.push_back({header.number, base::say("there is no column {}", needed)});
  return columns;
}

bool is_passed_over(const TableRow& row) {
  return row.cells.front().starts_with('#') ||
         std::ranges::all_of(row.cells, [](const std::string& cell) { return trimmed(cell).empty(); });
}

Json facts_in(const TableRow& row, const std::vector<std::string>& columns, std::vector<SheetFault>& faults) {
  Json facts = Json::object();
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string_view value = trimmed(row.cells[i]);
    if (value.empty()) continue;
    if (i >= columns.size() || columns[i].empty())
      faults.push_back({row.number, base::say("the cell {} has no column name above it", i + 1)});
    else
      facts.set(columns[i], value);
  }
  return facts;
}

bool may_add(const Json& facts, std::string_view member) {
  if (facts.find(member) != nullptr) return false;
  return std::ranges::none_of(kPairs, [&](const auto& pair) {
    return (member == pair.first && facts.find(pair.second) != nullptr) ||
           (member == pair.second && facts.find(pair.first) != nullptr);
  });
}

}  // namespace

Sheet things_in(const std::vector<TableRow>& rows, const Json& otherwise) {
  Sheet sheet;
  if (rows.empty()) {
    sheet.faults.push_back({1, base::say("the sheet is empty")});
    return sheet;
  }
  const auto columns = columns_of(rows.front(), sheet.faults);
  if (!sheet.faults.empty()) return sheet;
  for (const TableRow& row : std::span(rows).subspan(1)) {
    if (is_passed_over(row)) continue;
    SheetThing thing{row.number, facts_in(row, columns, sheet.faults)};
    for (const auto& [member, value] : otherwise.members())
      if (may_add(thing.facts, member)) thing.facts.set(member, value);
    sheet.things.push_back(std::move(thing));
  }
  if (sheet.things.empty())
    sheet.faults.push_back({rows.size(), base::say("no row below the header names a thing")});
  return sheet;
}

std::vector<TableRow> read_table(const std::filesystem::path& file) {
  if (file.extension() == ".xlsx") return read_xlsx(file);
  const base::Buffer bytes = base::read_file(file, kMostBytes);
  const std::string_view text = base::as_text(bytes);
  if (!base::is_utf8(text))
    throw base::Error(base::ErrorKind::usage, base::say("{} is not text in UTF-8", file.string()),
                      base::say("Nothing was registered. Save the sheet anew as CSV in UTF-8, and repeat."));
  return read_csv(text);
}

std::string sheet_template() {
  std::vector<std::string_view> names, example;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kExample{
      {{"label", "# KK-A-0001"},
       {"kind", "phone"},
       {"description", "black, cracked corner"},
       {"serial", "R58M123"},
       {"seal", "TE-004417"},
       {"clock_offset_s", "-30"},
       {"power", "on"},
       {"battery", "45"},
       {"lock", "unlocked"},
       {"room", "301"},
       {"floor", "3"}}};
  for (const Fact& fact : intake_facts()) {
    names.push_back(fact.member);
    const auto found = std::ranges::find(kExample, fact.member, [](const auto& pair) { return pair.first; });
    example.push_back(found == kExample.end() ? std::string_view() : found->second);
  }
  return csv_row(names) + csv_row(example);
}

}  // namespace tools
