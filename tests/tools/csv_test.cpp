// SPDX-License-Identifier: Apache-2.0
#include "tools/csv.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

std::string shown(std::string_view text) {
  std::string out;
  try {
    for (const tools::TableRow& row : tools::read_csv(text)) {
      out += std::to_string(row.number) + ":";
      for (const std::string& cell : row.cells) out += "[" + cell + "]";
    }
  } catch (const base::Error& error) {
    return error.what();
  }
  return out;
}

TEST(Csv, WhatSpreadsheetsWrite) {
  EXPECT_EQ(shown("a,b\r\n1,2\r\n"), "1:[a][b]2:[1][2]");
  EXPECT_EQ(shown("\xEF\xBB\xBF"
                  "a;b\n1,5;2"),
            "1:[a][b]2:[1,5][2]");
  EXPECT_EQ(shown("a\tb\n1\t2\n"), "1:[a][b]2:[1][2]");
  EXPECT_EQ(shown("a,b\n\n,\n"), "1:[a][b]2:[]3:[][]");
  EXPECT_EQ(shown(""), "");
}

TEST(Csv, QuotedCellsHoldAnything) {
  EXPECT_EQ(shown("a,b\n\"1, \"\"one\"\"\",\"two\r\nlines\"\n3,4\n"),
            "1:[a][b]2:[1, \"one\"][two\r\nlines]3:[3][4]");
  EXPECT_EQ(shown("a\n\"\"\n"), "1:[a]2:[]");
}

TEST(Csv, WhatIsBrokenIsToldWithItsRow) {
  EXPECT_EQ(shown("a,b\n\"1,2\n"), "row 2: a quotation mark is not ended");
  EXPECT_EQ(shown("a,b\n1,2\n\"3\"x,4\n"), "row 3: a quotation mark ends before its cell does");
  EXPECT_EQ(shown("a,b\n1\"2,3\n").substr(0, 6), "row 2:");
  EXPECT_EQ(shown(std::string(20'001, '\n')), "row 20001: a sheet has 20000 rows at most");
  EXPECT_EQ(shown(std::string(200, ',')), "row 1: a row has 200 cells at most");
}

TEST(Csv, WhatIsWrittenIsReadAgain) {
  const std::string row = tools::csv_row({"plain", "", "a \"b\", c", "two\nlines"});
  EXPECT_EQ(shown(row), "1:[plain][][a \"b\", c][two\nlines]");
}

}  // namespace
