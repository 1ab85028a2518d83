// SPDX-License-Identifier: Apache-2.0
// Tables that are damaged or made to mislead, through a real extractor.
#include "parse/apps/evidence_table.h"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "parse/apps/android_messages.h"
#include "parse/apps/whatsapp_android.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kPath = "/data/mmssms.db";
constexpr std::size_t kPageSize = 4096;  // SQLite's default

Harness run(const base::Buffer& database) {
  return run_extractor(kAndroidMessages, {{kPath, database}}, kPath);
}

// 300 messages with texts of 200 letters: some twenty leaf pages.
base::Buffer many_messages() {
  return support::database_of(
      "CREATE TABLE sms(_id INTEGER PRIMARY KEY, address TEXT, date INTEGER, type INTEGER, body TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300)"
      " INSERT INTO sms SELECT i,'+9990010002',1760000000000+i,1,'no '||i||' "
      "'||substr(hex(zeroblob(100)),1,200)"
      " FROM n;");
}

// The page that holds these letters, counted from 0.
std::size_t page_with(const base::Buffer& database, std::string_view letters) {
  auto text = base::as_text(database);
  return text.find(letters) / kPageSize;
}

std::size_t count_of(const std::vector<std::string>& codes, std::string_view code) {
  return static_cast<std::size_t>(std::count(codes.begin(), codes.end(), code));
}

TEST(EvidenceTables, RowsOnBothSidesOfADamagedPageComeOut) {
  auto database = many_messages();
  ASSERT_EQ(run(database).of("message").size(), 300u);
  auto page = page_with(database, "no 150 ");
  std::memset(database.data() + page * kPageSize, 0xEE, kPageSize);
  auto harness = run(database);
  auto messages = harness.of("message");
  EXPECT_GT(messages.size(), 270u);
  EXPECT_LT(messages.size(), 300u);
  auto has = [&](std::string_view key) {
    return std::any_of(messages.begin(), messages.end(),
                       [&](auto* record) { return text(*record, "key") == key; });
  };
  EXPECT_TRUE(has("sms/1"));
  EXPECT_TRUE(has("sms/300"));
  EXPECT_FALSE(has("sms/150"));
  EXPECT_EQ(harness.outcome, PairOutcome::parsed_with_anomalies);
  EXPECT_EQ(count_of(harness.anomalies(), "table_unreadable"), 1u);
  EXPECT_EQ(count_of(harness.anomalies(), "table_unreadable_from_end"), 1u);
  const auto* count = harness.count("sms");
  EXPECT_EQ(count->find("rows"), nullptr) << "nobody can know how many rows there were";
  EXPECT_EQ(integer(*count, "emitted"), static_cast<std::int64_t>(messages.size()));
}

TEST(EvidenceTables, ATableWithoutRowidIsReadByItsKey) {
  auto harness = run(
      support::database_of("CREATE TABLE sms(_id INTEGER PRIMARY KEY, body TEXT, type INTEGER) WITHOUT ROWID;"
                           "INSERT INTO sms VALUES(4,'four',1),(9,'nine',2);"
                           "CREATE TABLE threads(a TEXT PRIMARY KEY) WITHOUT ROWID;"));
  ASSERT_EQ(harness.of("message").size(), 2u);
  EXPECT_EQ(harness.of("message")[1]->place.position, base::Position(base::Row{"sms", 9}));
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"table_without_key"});
}

TEST(EvidenceTables, AColumnNamedRowidDoesNotHideTheRow) {
  auto harness =
      run(support::database_of("CREATE TABLE sms(rowid TEXT, body TEXT, type INTEGER);"
                               "INSERT INTO sms VALUES('x','one',1),('x','two',1);"));
  ASSERT_EQ(harness.of("message").size(), 2u);
  EXPECT_EQ(harness.of("message")[1]->place.position, base::Position(base::Row{"sms", 2}));
}

TEST(EvidenceTables, BytesThatAreNoUtf8AreKept) {
  auto harness =
      run(support::database_of("CREATE TABLE sms(_id INTEGER PRIMARY KEY, body TEXT, type INTEGER);"
                               "INSERT INTO sms VALUES(1,CAST(x'ff41' AS TEXT),1),(2,x'0041',1);"));
  ASSERT_EQ(harness.of("message").size(), 2u);
  EXPECT_EQ(text(*harness.of("message")[0], "text"),
            "\xff"
            "A");
  EXPECT_EQ(text(*harness.of("message")[1], "text"), std::string("\0A", 2));
}

// Bytes of a small WhatsApp store are overwritten in 400 places that depend on nothing but the loop. Whatever
// the damage: every line is a good line, and counts that state their rows add up.
TEST(EvidenceTables, DamageAnywhereIsSurvived) {
  const auto whole = support::database_of(
      "CREATE TABLE jid(_id INTEGER PRIMARY KEY, raw_string TEXT);"
      "CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);"
      "CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT,"
      " sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);"
      "CREATE TABLE message_quoted(message_row_id INTEGER PRIMARY KEY, key_id TEXT, text_data TEXT);"
      "CREATE TABLE receipt_user(_id INTEGER PRIMARY KEY, message_row_id INTEGER,"
      " receipt_user_jid_row_id INTEGER, receipt_timestamp INTEGER);"
      "INSERT INTO jid VALUES(1,'9990001@s.whatsapp.net'),(2,'120363@g.us'),(3,'27@lid');"
      "INSERT INTO chat VALUES(1,1,NULL),(2,2,'desk');"
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<60)"
      " INSERT INTO message SELECT i,1+i%2,i%3=0,'K'||i,3,0,1760000000000+i,0,'words '||i FROM n;"
      "INSERT INTO message_quoted VALUES(5,'K4','words 4'); INSERT INTO receipt_user "
      "VALUES(1,6,1,1760000000000);");
  std::uint32_t state = 1;
  auto next = [&state] { return state = state * 1664525u + 1013904223u; };
  for (int round = 0; round < 400; ++round) {
    auto damaged = whole;
    // Beyond the first 100 bytes: a damaged file header is no database at all, and another test's matter.
    for (int hit = 0; hit < 3; ++hit)
      damaged[100 + (next() >> 8) % (damaged.size() - 100)] = static_cast<std::byte>(next() >> 24);
    auto harness = run_extractor(kWhatsAppAndroid, {{"/x/msgstore.db", damaged}}, "/x/msgstore.db");
    auto codes = harness.anomalies();
    EXPECT_EQ(count_of(codes, "extractor_failed"), 0u) << "round " << round;
    for (const auto* count : harness.of("count")) {
      auto sum = *integer(*count, "emitted") + *integer(*count, "excluded") + *integer(*count, "undecodable");
      if (auto rows = integer(*count, "rows")) EXPECT_EQ(*rows, sum) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace parse
