// SPDX-License-Identifier: Apache-2.0
// A sheet of things to register: a row each, the columns named as the members of `exhibit.add`
// (intake_facts.h). Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "tools/csv.h"

namespace tools {

struct SheetThing {
  std::size_t row = 0;
  base::Json facts;
};
struct SheetFault {
  std::size_t row = 0;
  std::string what;  // a sentence without its end
};
struct Sheet {
  std::vector<SheetThing> things;
  std::vector<SheetFault> faults;  // of the header and of rows, in their order
};

// The first row names the columns. Empty cells say nothing, empty rows and those that begin with # are passed
// over. `otherwise` holds what is true of all things whose row does not say it.
Sheet things_in(const std::vector<TableRow>& rows, const base::Json& otherwise);

// A CSV file, or a workbook where its name ends in .xlsx. Throws Error: usage, io, not_found.
std::vector<TableRow> read_table(const std::filesystem::path& file);

// The header and an example, which reading passes over.
std::string sheet_template();

}  // namespace tools
