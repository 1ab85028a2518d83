// SPDX-License-Identifier: Apache-2.0
// docs/cftt.md names every assertion once, with a test that there is or a reason; and every test is named.
#include <algorithm>

#include "acquire_support.h"

using namespace acquire_test;

namespace {

std::vector<std::string> all_assertions() {
  std::vector<std::string> all;
  const auto add = [&all](const std::string& group, int last) {
    for (int number = 1; number <= last; ++number)
      all.push_back(group + (number < 10 ? "0" : "") + std::to_string(number));
  };
  add("DA-AM-", 10);
  add("DA-AO-", 24);
  return all;
}

struct Row {
  std::string id, asks, answer;
};
std::vector<Row> rows_of_page() {
  std::ifstream page(fs::path(HOLDFAST_SOURCE_DIR) / "docs/cftt.md");
  std::vector<Row> rows;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| DA-")) continue;
    const auto second = line.find(" | ", 2), third = line.find(" | ", second + 3);
    if (third == line.npos) ADD_FAILURE() << "no row of three columns: " << line;
    rows.push_back({line.substr(2, second - 2), line.substr(second + 3, third - second - 3),
                    line.substr(third + 3, line.rfind(" |") - third - 3)});
  }
  return rows;
}

std::vector<std::string> names_of_tests() {
  std::vector<std::string> names;
  const auto& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const auto& suite = *program.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j)
      names.push_back(std::string(suite.name()) + "." + suite.GetTestInfo(j)->name());
  }
  return names;
}

TEST(CfttPage, EveryAssertionStandsOnce) {
  std::vector<std::string> ids;
  for (const Row& row : rows_of_page()) ids.push_back(row.id);
  EXPECT_EQ(ids, all_assertions());
}

TEST(CfttPage, EveryRowNamesATestThatThereIsOrAReason) {
  const auto tests = names_of_tests();
  for (const Row& row : rows_of_page()) {
    SCOPED_TRACE(row.id);
    EXPECT_FALSE(row.asks.empty());
    if (row.answer.starts_with("not ours: ")) {
      EXPECT_GT(row.answer.size(), 30u) << "a reason";
      continue;
    }
    const std::string name = row.answer.substr(1, row.answer.find('`', 1) - 1);
    EXPECT_EQ(std::count(tests.begin(), tests.end(), name), 1) << name;
    std::string id = row.id;
    std::replace(id.begin(), id.end(), '-', '_');
    EXPECT_NE(name.find("." + id + "_"), std::string::npos) << name;
  }
}

TEST(CfttPage, EveryTestIsNamed) {
  const auto rows = rows_of_page();
  for (const std::string& name : names_of_tests()) {
    if (name.find(".DA_A") == std::string::npos) continue;
    EXPECT_TRUE(std::ranges::any_of(rows, [&name](const Row& row) {
      return row.answer.starts_with("`" + name + "`");
    })) << name;
  }
}

}  // namespace
