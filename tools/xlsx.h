// SPDX-License-Identifier: Apache-2.0
// The first sheet of an Office Open XML workbook (ECMA-376, part 1, 18.3 and 18.4) as rows of text. Formulas
// count with the value that was stored with them; styles, dates and further sheets are not looked at. Thread
// rule: one thread.
#pragma once

#include <filesystem>
#include <vector>

#include "tools/csv.h"

namespace tools {

// Throws Error: usage (no workbook, a cell that holds an error or a number that lost digits, named by its
// place; a document type declaration), io, not_found.
std::vector<TableRow> read_xlsx(const std::filesystem::path& file);

}  // namespace tools
