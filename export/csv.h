// SPDX-License-Identifier: Apache-2.0
// Records as CSV, one table per type, for spreadsheets (docs/bundle-format.md, tables). The canonical form is
// records.jsonl; a table is a rendering of it.
#pragma once

#include <string>
#include <string_view>

#include "export/edition.h"

namespace exporter {

// One cell: quoted, controls visible, and with an apostrophe before what a spreadsheet would calculate.
std::string csv_cell(std::string_view text);
// The table of one type, or nothing where the edition has no record of it.
std::string csv_text(const Edition& edition, const base::RecordType& type);
// A value for people, as tables and pages show it.
std::string value_text(const base::Value& value);

}  // namespace exporter
