// SPDX-License-Identifier: Apache-2.0
// A report names files of strangers, whose names may be any bytes.
#include <gtest/gtest.h>

#include "chain-of-custody/as_utf8.h"
#include "chain-of-custody/verify.h"

namespace custody::test {
namespace {

TEST(Report, NamesThatAreNoUtf8AreWrittenOut) {
  EXPECT_EQ(as_utf8("a\xff"
                    "b"),
            "a<ff>b");
  EXPECT_EQ(as_utf8("\xe2\x82"), "<e2><82>");
  EXPECT_EQ(as_utf8("\xc0\xaf\xed\xa0\x80"), "<c0><af><ed><a0><80>");
  EXPECT_EQ(as_utf8("ช่วย \xf0\x9f\x92\xb0"), "ช่วย \xf0\x9f\x92\xb0");
}

TEST(Report, IsJsonWhateverAFileIsCalled) {
  VerifyReport report;
  report.subject = "folder \xff";
  report.fail("bag.name", "data/\xe9.txt", "No bundle has a file of such a name: \xe9.");
  report.statements.push_back("\xe9 is not there.");
  const base::Json read = base::parse_json(base::as_bytes(report.to_json().canonical()));
  EXPECT_EQ(read.at("subject").text(), "folder <ff>");
  EXPECT_EQ(read.at("checks").items().at(0).at("object").text(), "data/<e9>.txt");
}

// The first byte of a sequence must not hide the control character behind it from the filter.
TEST(Report, NoControlCharacterReachesATerminal) {
  VerifyReport report;
  report.fail("bag.name", "data/\xe2\x1b[2J\xf0\n\n\n", "No bundle has a file of such a name.");
  for (const std::string& line : in_words(report, true))
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
}

}  // namespace
}  // namespace custody::test
