// SPDX-License-Identifier: Apache-2.0
// Activity logs beside ledgers: what was signed of them stands there, or the verdict says what happened.
#include "chain-of-custody/activity.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/digest.h"
#include "made_ledger.h"
#include "support.h"

namespace custody::test {
namespace {

class Activity : public testing::Test {
 protected:
  // So many lines; each is told apart by its number.
  std::vector<std::string> lines(int count) const {
    std::vector<std::string> out;
    std::string before = no_line_before();
    for (int i = 1; i <= count; ++i) {
      out.push_back(Json::object({{"v", "1"}, {"prev", before}, {"results", std::to_string(i)}}).canonical());
      before = base::sha256(base::as_bytes(out.back())).hex();
    }
    return out;
  }
  void write(const std::vector<std::string>& lines, const std::string& rest = "") const {
    std::filesystem::create_directories(folder_ / kActivityFolder);
    std::ofstream file(activity_file(folder_.path(), "a"));
    for (const std::string& line : lines) file << line << "\n";
    file << rest;
  }
  void sign(std::uint64_t count, const std::string& line) {
    ledger_.add("session.close", 1, {},
                Json::object({{"session", "x"},
                              {"entries", Json::array()},
                              {"activity_sha256", base::sha256(base::as_bytes(line)).hex()},
                              {"activity_lines", std::to_string(count)}}));
  }
  VerifyReport report() const {
    VerifyReport report;
    Findings findings(report);
    check_activity(folder_.path(), ledger_.content(), findings, report);
    findings.finish("case");
    return report;
  }
  std::string failed() const { return failed_codes(report()); }

  TestFolder folder_;
  MadeLedger ledger_{"a"};
};

TEST_F(Activity, IsSoundWhereItHoldsWhatWasSigned) {
  const auto all = lines(4);
  write(all);
  sign(2, all[1]);
  sign(3, all[2]);
  const VerifyReport sound = report();
  EXPECT_EQ(failed_codes(sound), "");
  ASSERT_EQ(sound.statements.size(), 1u);
  EXPECT_EQ(sound.statements[0], "The activity log of station a has 4 lines; of those 3 are signed.");
}

TEST_F(Activity, IsDamagedWhereItWasCutOrWrittenAnew) {
  const auto all = lines(4);
  sign(3, all[2]);
  write({all[0], all[1]});
  EXPECT_EQ(failed(), "activity.signed") << "cut";
  write({});
  EXPECT_EQ(failed(), "activity.signed") << "emptied";
  write({lines(1)[0],
         Json::object({{"v", "1"}, {"prev", base::sha256(base::as_bytes(lines(1)[0])).hex()}}).canonical(),
         all[2]});
  EXPECT_EQ(failed(), "activity.chain") << "the third is there, and does not follow the second";
}

TEST_F(Activity, IsDamagedWhereALineDoesNotFollow) {
  auto all = lines(3);
  std::swap(all[1], all[2]);
  write(all);
  EXPECT_EQ(failed(), "activity.chain");
  write({lines(1)[0], "no JSON"});
  EXPECT_EQ(failed(), "activity.chain");
  write({R"({"prev":")" + no_line_before() + R"(","v":"2"})"});
  EXPECT_EQ(failed(), "activity.chain") << "another version";
}

TEST_F(Activity, SaysOfATornLineThatItWasCutOff) {
  write(lines(2), R"({"exhi)");
  EXPECT_EQ(failed(), "");
  EXPECT_NE(report().statements[0].find("a line that was cut off follows"), std::string::npos);
}

TEST_F(Activity, IsNotProvenWhereItIsNotHere) {
  EXPECT_TRUE(report().checks.empty()) << "nobody signed any";
  sign(1, lines(1)[0]);
  const VerifyReport without = report();
  ASSERT_EQ(without.checks.size(), 1u);
  EXPECT_EQ(without.checks[0].code, "activity.signed");
  EXPECT_EQ(without.checks[0].outcome, Outcome::not_possible);
}

TEST_F(Activity, IsNoLink) {
  std::filesystem::create_directories(folder_ / kActivityFolder);
  std::filesystem::create_symlink("/dev/null", activity_file(folder_.path(), "a"));
  EXPECT_EQ(failed(), "activity.chain");
}

}  // namespace
}  // namespace custody::test
