// SPDX-License-Identifier: Apache-2.0
// A test that goes on without a program that it would have asked is no test that passed: it says so.
#include "tests/support/programs.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace support {
namespace {

TEST(Programs, OneThatIsThereIsNotMentioned) {
  EXPECT_TRUE(has_program("sh"));
  EXPECT_TRUE(absent_programs().empty());
}
TEST(Programs, AnAbsentOneMakesTheTestASkippedOneThatNamesIt) {
  EXPECT_FALSE(has_program("a-program-that-nobody-has"));
  testing::TestPartResultArray said;
  {
    const testing::ScopedFakeTestPartResultReporter listening(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &said);
    SaysWhatWasNotAsked says;
    testing::TestEventListener& listener = says;
    listener.OnTestEnd(*testing::UnitTest::GetInstance()->current_test_info());
  }
  absent_programs().clear();  // else this test itself were skipped
  ASSERT_EQ(said.size(), 1);
  EXPECT_TRUE(said.GetTestPartResult(0).skipped());
  EXPECT_NE(std::string(said.GetTestPartResult(0).message()).find("a-program-that-nobody-has"),
            std::string::npos);
}

}  // namespace
}  // namespace support
