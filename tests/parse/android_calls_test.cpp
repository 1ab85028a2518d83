// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/android_calls.h"

#include <gtest/gtest.h>

#include "tests/support/extractor_harness.h"
#include "tests/support/shared_folder.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kLog = "/data/com.android.providers.contacts/databases/calllog.db";

const std::string kTable =
    "CREATE TABLE calls(_id INTEGER PRIMARY KEY, number TEXT, presentation INTEGER, date INTEGER,"
    " duration INTEGER, type INTEGER, features INTEGER, subscription_id TEXT, name TEXT, geocoded_location "
    "TEXT);";

Harness run(const std::string& sql) {
  return run_extractor(kAndroidCalls, {{kLog, support::database_of(sql)}}, kLog);
}

using Word = std::optional<std::string>;

TEST(AndroidCalls, ClaimsTheLogsOfBothProviders) {
  EXPECT_TRUE(claims(kAndroidCalls, kLog));
  EXPECT_TRUE(
      claims(kAndroidCalls, "/data/user/10/com.samsung.android.providers.contacts/databases/calllog.db"));
  EXPECT_TRUE(claims(kAndroidCalls, "/data/com.android.providers.contacts/databases/contacts2.db"));
}

TEST(AndroidCalls, TellsDirectionAndResultByType) {
  auto harness =
      run(kTable +
          "INSERT INTO calls(_id,number,date,duration,type) VALUES(1,'+9990010002',1760000000000,31,1),"
          "(2,'+9990010002',1760000000000,0,2),(3,'+9990010002',1760000000000,12,2),"
          "(4,'+9990010003',1760000000000,0,3),(5,'+9990010003',1760000000000,0,5),"
          "(6,'+9990010003',1760000000000,0,99);");
  auto calls = harness.of("call");
  ASSERT_EQ(calls.size(), 6u);
  const std::vector<std::pair<Word, Word>> expected{{"incoming", "answered"}, {"outgoing", std::nullopt},
                                                    {"outgoing", "answered"}, {"incoming", "missed"},
                                                    {"incoming", "rejected"}, {std::nullopt, "other"}};
  for (std::size_t index = 0; index < expected.size(); ++index) {
    EXPECT_EQ(text(*calls[index], "direction"), expected[index].first) << index;
    EXPECT_EQ(text(*calls[index], "result"), expected[index].second) << index;
  }
  EXPECT_EQ(integer(*calls[5], "result_code"), 99);
  EXPECT_EQ(time(*calls[0], "time")->utc_us, 1760000000000000);
  EXPECT_EQ(integer(*calls[0], "duration_s"), 31);
  EXPECT_EQ(harness.of("participant").size(), 2u);
  EXPECT_EQ(reference(*calls[0], "participant"), reference(*calls[2], "participant"));
}

TEST(AndroidCalls, AWithheldNumberIsNobodyAndACardNumberIsNoSubscription) {
  auto harness = run(kTable +
                     "INSERT INTO calls VALUES(1,'',2,1760000000000,0,3,NULL,'1',NULL,NULL),"
                     "(2,'-2',2,1760000000000,0,3,1,'89014103211118510720',NULL,'Bedrock'),"
                     "(3,NULL,NULL,'never',0,3,NULL,NULL,NULL,NULL);");
  auto calls = harness.of("call");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(harness.of("participant").size(), 0u);
  EXPECT_EQ(integer(*calls[0], "sim"), 1);
  EXPECT_EQ(text(*calls[0], "kind"), "voice");
  EXPECT_EQ(calls[1]->find("sim"), nullptr);
  EXPECT_EQ(text(*calls[1], "kind"), "video");
  EXPECT_EQ(text(*calls[1], "place"), "Bedrock");
  EXPECT_EQ(integer(*harness.count("calls"), "undecodable"), 1);
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"row_undecodable"});
}

TEST(AndroidCalls, ReadsALogThatNobodyHereMade) {
  const std::string relative = "corpora/log2timeline+plaso/test_data/android/contacts2.db";
  SKIP_WITHOUT_SHARED(relative);
  const char* path = "/data/com.android.providers.contacts/databases/contacts2.db";
  auto harness = run_extractor(kAndroidCalls, {{path, bytes_of_file(support::shared(relative))}}, path);
  auto calls = harness.of("call");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(integer(*calls[0], "result_code"), 3);
  EXPECT_EQ(integer(*calls[1], "result_code"), 2);
  EXPECT_EQ(integer(*calls[2], "result_code"), 1);
  EXPECT_EQ(text(*calls[1], "result"), "answered");
  EXPECT_EQ(text(*calls[2], "name"), "Barney");
  EXPECT_EQ(integer(*calls[2], "duration_s"), 639);
  EXPECT_EQ(harness.of("participant").size(), 1u);
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{});
}

}  // namespace
}  // namespace parse
