// SPDX-License-Identifier: Apache-2.0
#include "parse/extractor.h"

#include <gtest/gtest.h>

#include "tests/support/extractor_harness.h"

namespace parse {
namespace {

TEST(PathMatches, ComparesStepsFromTheEnd) {
  EXPECT_TRUE(path_matches("databases/msgstore.db", "/data/com.whatsapp/databases/msgstore.db"));
  EXPECT_TRUE(path_matches("databases/msgstore.db", "databases/msgstore.db"));
  EXPECT_FALSE(path_matches("databases/msgstore.db", "/x/olddatabases/msgstore.db"));
  EXPECT_FALSE(path_matches("databases/msgstore.db", "/databases/msgstore.db-wal"));
  EXPECT_FALSE(path_matches("databases/msgstore.db", "/databases/MSGSTORE.DB"));
  EXPECT_FALSE(path_matches("databases/msgstore.db", "msgstore.db"));
  EXPECT_FALSE(path_matches("", "/a"));
}

TEST(PathMatches, StarStandsWithinOneStep) {
  EXPECT_TRUE(path_matches("User Data/*/History", "/Users/a/User Data/Profile 1/History"));
  EXPECT_FALSE(path_matches("User Data/*/History", "/Users/a/User Data/x/y/History"));
  EXPECT_TRUE(path_matches("msgstore-*.1.db", "/s/msgstore-2024-01-01.1.db"));
  EXPECT_TRUE(path_matches("*.log", "/s/.log"));
  EXPECT_FALSE(path_matches("*.log", "/s/000003.log.old"));
  EXPECT_TRUE(path_matches("a*b*c", "aXbXbc"));
  EXPECT_FALSE(path_matches("a*b*c", "aXcXb"));
  EXPECT_TRUE(path_matches("*", "/\xff\xfe"));
}

TEST(AndroidUser, ComesFromThePath) {
  EXPECT_EQ(android_user("/data/data/com.whatsapp/databases/msgstore.db"), 0);
  EXPECT_EQ(android_user("/data/com.whatsapp/databases/msgstore.db"), 0);
  EXPECT_EQ(android_user("/data/user/10/com.whatsapp/databases/msgstore.db"), 10);
  EXPECT_EQ(android_user("/user_de/999/com.android.providers.telephony/databases/mmssms.db"), 999);
  EXPECT_EQ(android_user("/media/95/WhatsApp/Databases/msgstore.db.crypt15"), 95);
  EXPECT_EQ(android_user("/data/media/0/DCIM/1.jpg"), 0);
  EXPECT_EQ(android_user("/storage/emulated/11/x"), 11);
}

TEST(AndroidUser, IsAbsentElsewhere) {
  EXPECT_EQ(android_user("/Users/a/AppData/Local/Google/Chrome/User Data/Default/History"), std::nullopt);
  EXPECT_EQ(android_user("/home/x/media/5/film.mkv"), std::nullopt);
  EXPECT_EQ(android_user("/data/user/x/com.whatsapp/y"), std::nullopt);
  EXPECT_EQ(android_user("/data/user/123456/com.whatsapp/y"), std::nullopt);
  EXPECT_EQ(android_user(""), std::nullopt);
}

// Counts through a real sink.
TEST(TableCounter, AddsUpAndSaysWhereItDoesNot) {
  static constexpr std::array<std::string_view, 0> kNone{};
  const auto extract = [](EvidenceFile& file, base::RecordSink& sink) {
    TableCounter whole(sink, file.source(), "whole");
    whole.rows(4);
    whole.emitted();
    whole.excluded("sentinel");
    whole.excluded("sentinel");
    whole.undecodable();
    whole.finish();
    TableCounter damaged(sink, file.source(), "damaged");
    damaged.emitted();
    damaged.recovered();
    damaged.finish();
    TableCounter wrong(sink, file.source(), "wrong");
    wrong.rows(3);
    wrong.emitted();
    wrong.finish();
  };
  const Extractor extractor{"counts", 1, "none", "Counts.", kNone, kNone, extract};
  const Harness found = run_extractor(extractor, {{"/a", {}}}, "/a");
  const base::Record& whole = *found.count("whole");
  EXPECT_EQ(integer(whole, "rows"), 4);
  EXPECT_EQ(integer(whole, "excluded"), 2);
  EXPECT_EQ(std::get<base::Json>(*whole.find("excluded_by")).at("sentinel").integer(), 2);
  EXPECT_EQ(integer(whole, "undecodable"), 1);
  EXPECT_EQ(integer(whole, "recovered"), std::nullopt);
  EXPECT_EQ(integer(*found.count("damaged"), "rows"), std::nullopt);
  EXPECT_EQ(integer(*found.count("damaged"), "recovered"), 1);
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"count_mismatch"});
  EXPECT_EQ(found.outcome, PairOutcome::parsed_with_anomalies);
}

}  // namespace
}  // namespace parse
