// SPDX-License-Identifier: Apache-2.0
// Comma-separated values (RFC 4180) as spreadsheets write them: a semicolon or a tab may stand for the comma,
// and a byte order mark before all. Pure function; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tools {

struct TableRow {
  std::size_t number = 0;  // as a spreadsheet counts them, from 1
  std::vector<std::string> cells;
};

// The first row decides what separates: whichever of , ; and tab it has most. Throws Error(usage) that names
// the row: a quotation mark that is not ended, or stands within a cell; more than 20 000 rows, or 200 cells
// in one.
std::vector<TableRow> read_csv(std::string_view text);

// The row as it is written, with a line's end.
std::string csv_row(const std::vector<std::string_view>& cells);

}  // namespace tools
