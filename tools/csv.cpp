// SPDX-License-Identifier: Apache-2.0
#include "tools/csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/words.h"

namespace tools {
namespace {

constexpr std::size_t kMostRows = 20'000, kMostCells = 200;
constexpr std::string_view kMark = "\xEF\xBB\xBF";

base::Error fault(std::size_t row, std::string_view what) {
  return {base::ErrorKind::usage, base::say("row {}: {}", row, what),
          base::say("Nothing was registered. Save the sheet anew as CSV in UTF-8, and repeat.")};
}

char separator_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  char most = ',';
  for (const char one : {';', '\t'})
    if (std::ranges::count(first, one) > std::ranges::count(first, most)) most = one;
  return most;
}

class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  std::vector<TableRow> rows() {
    std::vector<TableRow> rows;
    while (!text_.empty()) {
      if (rows.size() == kMostRows) throw fault(rows.size() + 1, base::say("a sheet has 20000 rows at most"));
      row_ = rows.size() + 1;
      rows.push_back(row());
    }
    return rows;
  }

 private:
  TableRow row() {
    TableRow row{row_, {}};
    do {
      if (row.cells.size() == kMostCells) throw fault(row_, base::say("a row has 200 cells at most"));
      row.cells.push_back(text_.starts_with('"') ? quoted() : plain());
    } while (take(separator_));
    take('\r');
    if (!text_.empty() && !take('\n'))
      throw fault(row_, base::say("a quotation mark ends before its cell does"));
    return row;
  }

  std::string plain() {
    std::size_t end = 0;
    while (end < text_.size() && text_[end] != separator_ && text_[end] != '\n' && text_[end] != '"') ++end;
    if (end < text_.size() && text_[end] == '"')
      throw fault(row_,
                  base::say("a quotation mark stands within a cell; it is doubled, and the cell quoted"));
    std::string cell(text_.substr(0, end));
    text_.remove_prefix(end);
    if (cell.ends_with('\r')) cell.pop_back();
    return cell;
  }

  std::string quoted() {
    std::string cell;
    text_.remove_prefix(1);
    while (true) {
      const std::size_t end = text_.find('"');
      if (end == text_.npos) throw fault(row_, base::say("a quotation mark is not ended"));
      cell += text_.substr(0, end);
      text_.remove_prefix(end + 1);
      if (!take('"')) return cell;
      cell += '"';
    }
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string_view text_;
  char separator_;
  std::size_t row_ = 0;
};

}  // namespace

std::vector<TableRow> read_csv(std::string_view text) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return Reader(text, separator_of(text)).rows();
}

std::string csv_row(const std::vector<std::string_view>& cells) {
  std::string row;
  for (const std::string_view& cell : cells) {
    if (&cell != &cells.front()) row += ',';
    const bool quote = cell.find_first_of(",;\t\"\r\n") != cell.npos;
    if (quote) row += '"';
    for (const char c : cell) row += c == '"' ? "\"\"" : std::string(1, c);
    if (quote) row += '"';
  }
  return row + "\r\n";
}

}  // namespace tools
