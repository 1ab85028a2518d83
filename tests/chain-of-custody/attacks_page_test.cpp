// SPDX-License-Identifier: Apache-2.0
// docs/attacks.md has a row for every attack of the list; what the row names, a test, a check, a vector, what
// another program answers, is there; and every test with an attack's number is in its row.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/page.h"

namespace custody::test {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// Numbers that the list skips are no attacks.
std::set<std::string> all_attacks() {
  std::set<std::string> all;
  for (const auto& [first, last] :
       {std::pair{1, 27}, {30, 57}, {60, 70}, {75, 83}, {85, 99}, {110, 120}, {130, 164}})
    for (int number = first; number <= last; ++number)
      all.insert((number < 10 ? "T0" : "T") + std::to_string(number));
  return all;
}

Words split(const std::string& text, const std::string& at) {
  Words parts;
  std::size_t from = 0;
  for (std::size_t end; (end = text.find(at, from)) != text.npos; from = end + at.size())
    parts.push_back(text.substr(from, end - from));
  parts.push_back(text.substr(from));
  return parts;
}
Words lines_of(const std::string& text) {
  return split(text, "\n");
}
// What stands between back quotes.
Words quoted(const std::string& text) {
  const Words parts = split(text, "`");
  Words names;
  for (std::size_t i = 1; i < parts.size(); i += 2) names.push_back(parts[i]);
  return names;
}

struct Row {
  std::string number, what, seen, tests, others;
};
std::vector<Row> rows_of_page() {
  std::vector<Row> rows;
  for (const std::string& line : lines_of(support::page_text("attacks.md"))) {
    if (!line.starts_with("| T")) continue;
    const Words cells = split(line.substr(2, line.rfind(" |") - 2), " | ");
    if (cells.size() == 5)
      rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
    else
      ADD_FAILURE() << "no row of five columns: " << line;
  }
  return rows;
}

// Every test of the sources, as "Suite.Name", with its text.
std::map<std::string, std::string> tests_of_sources() {
  std::map<std::string, std::string> tests;
  for (const auto& file : fs::recursive_directory_iterator(fs::path(HOLDFAST_SOURCE_DIR) / "tests")) {
    if (file.path().extension() != ".cpp") continue;
    std::string* now = nullptr;
    for (const std::string& line : lines_of(std::string(base::as_text(base::read_file(file.path()))))) {
      if (line.starts_with("TEST(") || line.starts_with("TEST_F(") || line.starts_with("TEST_P(")) {
        const std::size_t open = line.find('('), comma = line.find(", ", open), close = line.find(')', open);
        now = comma == line.npos ? nullptr
                                 : &tests[line.substr(open + 1, comma - open - 1) + "." +
                                          line.substr(comma + 2, close - comma - 2)];
      }
      if (now) *now += line + "\n";
    }
  }
  return tests;
}
// "Edition.T94_T154_LastActLeftOut": T94, T154.
Words attacks_in(const std::string& test) {
  Words numbers;
  for (std::size_t at = test.find('.') + 1; at < test.size() && test[at] == 'T';) {
    const std::size_t end = std::min(test.find_first_not_of("0123456789", at + 1), test.size());
    if (end - at < 3) break;
    numbers.push_back(test.substr(at, end - at));
    at = end < test.size() && test[end] == '_' ? end + 1 : test.size();
  }
  return numbers;
}

// The published vectors of each attack, and whether the second verifier accepts them.
std::map<std::string, std::set<bool>> vectors() {
  std::map<std::string, std::set<bool>> found;
  const base::Json index =
      base::parse_json(base::read_file(fs::path(HOLDFAST_SOURCE_DIR) / "tests/vectors/index.json"));
  for (const base::Json& vector : index.at("vectors").items())
    if (const base::Json& number = vector.at("tamper"); number.is_text())
      found[number.text()].insert(vector.at("verdict").text().starts_with("VERIFIED"));
  return found;
}

// What a test calls where it asks this program.
const std::map<std::string, Words>& calls_of_programs() {
  static const std::map<std::string, Words> kCalls{
      {"`openssl cms`",
       {"openssl(", "openssl_accepts(", "openssl_accepts_boris(", "openssl_cms_accepts(",
        "openssl cms -verify"}},
      {"`openssl ts`", {"openssl_accepts(", "openssl ts -"}},
      {"`openssl pkeyutl`", {"openssl_verifies("}},
      {"`sumdb/note`", {"voices(", "go_note("}},
      {"`sumdb/tlog`", {"go_continues(", "go_includes("}},
      {"stock tools", {"stock(", "stock_tools(", "expect_stock_tools_notice_nothing(", "with_acceptance("}},
      {"`sqlite3`", {"sqlite3 "}},
      {"`grep`", {"grep ", "grep_finds("}},
      {"`sha256sum`", {"sha256sum_accepts("}},
      {"Python's json", {"failed_with("}},
      {"`strace`", {"strace "}},
      {"second verifier", {"second_verifier("}}};
  return kCalls;
}

class AttacksPage : public testing::Test {
 protected:
  // The text of all tests and scripts that a row names.
  std::string text_of(const Row& row) const {
    std::string text;
    for (const std::string& name : quoted(row.tests)) {
      if (const auto test = tests.find(name); test != tests.end()) text += test->second;
      if (name.ends_with(".sh")) text += base::as_text(base::read_file(fs::path(HOLDFAST_SOURCE_DIR) / name));
    }
    return text;
  }
  const std::vector<Row> rows = rows_of_page();
  const std::map<std::string, std::string> tests = tests_of_sources();
  const std::map<std::string, std::set<bool>> published = vectors();
};

TEST_F(AttacksPage, EveryAttackHasOneRow) {
  std::multiset<std::string> on_page;
  for (const Row& row : rows) on_page.insert(row.number);
  const std::set<std::string> all = all_attacks();
  EXPECT_EQ(on_page, std::multiset<std::string>(all.begin(), all.end()));
}

TEST_F(AttacksPage, EveryRowNamesTestsThatThereAreOrWhatItWaitsFor) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.number);
    EXPECT_FALSE(row.what.empty() || row.seen.empty() || row.others.empty());
    if (row.tests.starts_with("waits: ")) {
      EXPECT_GT(row.tests.size(), 30u) << "a reason";
      continue;
    }
    for (const std::string& name : quoted(row.tests))
      EXPECT_TRUE(tests.contains(name) ||
                  (name.ends_with(".sh") && fs::exists(fs::path(HOLDFAST_SOURCE_DIR) / name)))
          << name;
    EXPECT_EQ(row.tests.find("vectors") != row.tests.npos, published.contains(row.number));
    EXPECT_TRUE(!quoted(row.tests).empty() || row.tests == "vectors") << row.tests;
  }
}

TEST_F(AttacksPage, EveryTestWithANumberIsInItsRow) {
  std::size_t numbered = 0;
  for (const auto& [name, text] : tests) {
    for (const std::string& number : attacks_in(name)) {
      ++numbered;
      const auto row = std::ranges::find(rows, number, &Row::number);
      ASSERT_NE(row, rows.end()) << name;
      const Words named = quoted(row->tests);
      EXPECT_NE(std::ranges::find(named, name), named.end()) << number << " does not name " << name;
    }
  }
  EXPECT_GT(numbered, 200u) << "is this the whole source?";
}

TEST_F(AttacksPage, EveryCheckIsOneOfTheTables) {
  const std::string tables = support::page_text("verification.md") + support::page_text("bundle-format.md");
  for (const Row& row : rows)
    for (const std::string& code : quoted(row.seen))
      EXPECT_NE(tables.find("`" + code + "`"), tables.npos) << row.number << " " << code;
}

// "`openssl cms` accepts; second verifier refuses: why", where one of the row's tests asks that program, or
// "none: why".
TEST_F(AttacksPage, EveryAnswerOfAnotherProgramIsAsserted) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.number);
    if (row.others.starts_with("none: ")) {
      EXPECT_GT(row.others.size(), 25u) << "a reason";
      continue;
    }
    const std::string text = text_of(row);
    for (const std::string& answer : split(row.others, "; ")) {
      const auto program = std::ranges::find_if(
          calls_of_programs(), [&](const auto& one) { return answer.starts_with(one.first + " "); });
      ASSERT_NE(program, calls_of_programs().end()) << answer;
      const std::string says = answer.substr(program->first.size() + 1);
      EXPECT_TRUE(says.starts_with("accept") || says.starts_with("refuse") || says.starts_with("find"))
          << answer;
      const bool asked = std::ranges::any_of(
          program->second, [&](const std::string& call) { return text.find(call) != text.npos; });
      const bool by_vector = program->first == "second verifier" && published.contains(row.number) &&
                             published.at(row.number).contains(says.starts_with("accept"));
      EXPECT_TRUE(asked || by_vector) << "no test of the row asks: " << answer;
    }
  }
}

// These are the reason why signatures and disclosures have one form.
TEST_F(AttacksPage, WhatStockToolsLetThroughIsSeenHere) {
  for (const char* number : {"T40", "T44", "T46", "T88", "T150"}) {
    const auto row = std::ranges::find(rows, number, &Row::number);
    ASSERT_NE(row, rows.end()) << number;
    EXPECT_TRUE(row->others.find("`openssl cms` accepts") != row->others.npos ||
                row->others.find("stock tools accept") != row->others.npos)
        << number;
    EXPECT_FALSE(quoted(row->seen).empty()) << number;
  }
}

}  // namespace
}  // namespace custody::test
