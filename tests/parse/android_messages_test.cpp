// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/android_messages.h"

#include <gtest/gtest.h>

#include "tests/support/extractor_harness.h"
#include "tests/support/shared_folder.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kPath = "/user_de/0/com.android.providers.telephony/databases/mmssms.db";

const std::string kTables =
    "CREATE TABLE canonical_addresses(_id INTEGER PRIMARY KEY, address TEXT);"
    "CREATE TABLE threads(_id INTEGER PRIMARY KEY, date INTEGER, recipient_ids TEXT, archived INTEGER);"
    "CREATE TABLE sms(_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER,"
    " date_sent INTEGER, read INTEGER, status INTEGER, type INTEGER, subject TEXT, body TEXT,"
    " service_center TEXT, sub_id INTEGER);";
const std::string kMmsTables =
    "CREATE TABLE pdu(_id INTEGER PRIMARY KEY, thread_id INTEGER, date INTEGER, date_sent INTEGER,"
    " msg_box INTEGER, read INTEGER, m_id TEXT, sub TEXT, sub_cs INTEGER, m_type INTEGER);"
    "CREATE TABLE addr(_id INTEGER PRIMARY KEY, msg_id INTEGER, address TEXT, type INTEGER);"
    "CREATE TABLE part(_id INTEGER PRIMARY KEY, mid INTEGER, ct TEXT, name TEXT, cl TEXT, _data TEXT,"
    " text TEXT);";

Harness run(const std::string& sql) {
  return run_extractor(kAndroidMessages, {{kPath, support::database_of(sql)}}, kPath);
}

const base::Record& message(const Harness& harness, std::string_view key) {
  for (const auto* record : harness.of("message"))
    if (text(*record, "key") == key) return *record;
  std::string lines;
  for (const auto& line : harness.lines) lines += "\n" + line;
  throw std::runtime_error("no message " + std::string(key) + " in" + lines);
}

std::optional<std::string> identifier_of(const Harness& harness, const base::Record& record,
                                         std::string_view field) {
  auto id = reference(record, field);
  return id ? text(*harness.by_id(*id), "identifier") : std::nullopt;
}

void expect_sums(const Harness& harness) {
  for (const auto* count : harness.of("count"))
    EXPECT_EQ(integer(*count, "rows"),
              *integer(*count, "emitted") + *integer(*count, "excluded") + *integer(*count, "undecodable"))
        << text(*count, "table").value_or("");
}

TEST(AndroidMessages, ClaimsTheProviderOfEveryUser) {
  EXPECT_TRUE(claims(kAndroidMessages, kPath));
  EXPECT_TRUE(
      claims(kAndroidMessages, "/data/user_de/150/com.android.providers.telephony/databases/mmssms.db"));
  EXPECT_FALSE(claims(kAndroidMessages, "/data/data/x/databases/not-mmssms.db"));
}

TEST(AndroidMessages, TellsWhoWroteToWhomAndWhen) {
  auto harness = run(kTables +
                     "INSERT INTO canonical_addresses VALUES(5,'+999 001-0002');"
                     "INSERT INTO threads VALUES(3,0,'5',1);"
                     "INSERT INTO sms VALUES(1,3,'+999 001-0002',1760000000123,1759999999000,1,-1,1,NULL,"
                     "'come down','+9990',2);"
                     "INSERT INTO sms VALUES(2,3,'+999 001-0002',1760000060000,0,0,64,5,NULL,'no',NULL,-1);");
  EXPECT_EQ(harness.outcome, PairOutcome::parsed);
  const auto& came = message(harness, "sms/1");
  EXPECT_EQ(text(came, "direction"), "incoming");
  EXPECT_EQ(text(came, "folder"), "inbox");
  EXPECT_EQ(identifier_of(harness, came, "sender"), "+999 001-0002");
  EXPECT_EQ(time(came, "time")->utc_us, 1760000000123000);
  EXPECT_EQ(time(came, "sent")->utc_us, 1759999999000000);
  EXPECT_EQ(text(came, "text"), "come down");
  EXPECT_EQ(integer(came, "sim"), 2);
  EXPECT_EQ(came.find("status_code"), nullptr);
  const auto& went = message(harness, "sms/2");
  EXPECT_EQ(text(went, "direction"), "outgoing");
  EXPECT_EQ(text(went, "status"), "failed");
  EXPECT_EQ(went.find("sent"), nullptr);
  EXPECT_EQ(went.find("sim"), nullptr);
  EXPECT_EQ(flag(*harness.by_id(*reference(went, "sender")), "own"), true);
  ASSERT_EQ(harness.of("participant").size(), 2u);
  EXPECT_EQ(text(*harness.of("conversation").at(0), "identifier"), "3");
  EXPECT_EQ(flag(*harness.of("conversation").at(0), "archived"), true);
  expect_sums(harness);
}

TEST(AndroidMessages, KeepsEveryHandleApartAndSaysWhatItIs) {
  auto harness = run(kTables +
                     "INSERT INTO sms(_id,address,type) VALUES(1,'1 555-521-5554',1),(2,'15555215554',1),"
                     "(3,'AURORABANK',1),(4,'88881',1),(5,'desk@aurora.example',1),(6,'15555215554',2);");
  std::map<std::string, std::string> kinds;
  for (const auto* party : harness.of("participant"))
    kinds[text(*party, "identifier").value_or("")] = text(*party, "identifier_kind").value_or("");
  std::map<std::string, std::string> expected{{"", "own"},
                                              {"1 555-521-5554", "phone"},
                                              {"15555215554", "phone"},
                                              {"AURORABANK", "unknown"},
                                              {"88881", "short code"},
                                              {"desk@aurora.example", "email"}};
  EXPECT_EQ(kinds, expected);
}

TEST(AndroidMessages, OneBadValueCostsOneRowAndIsNamed) {
  auto harness =
      run(kTables +
          "INSERT INTO sms(_id,address,date,type,body) VALUES(1,'+9990010002',1760000000000,1,'a'),"
          "(2,'+9990010002','yesterday',1,'b'),(3,'+9990010002','1760000060000','1','c');"
          "INSERT INTO sms(_id,address,date,type,body,read) VALUES(4,NULL,NULL,NULL,NULL,x'00');");
  EXPECT_EQ(harness.of("message").size(), 3u);
  const auto* count = harness.count("sms");
  EXPECT_EQ(integer(*count, "rows"), 4);
  EXPECT_EQ(integer(*count, "undecodable"), 1);
  auto codes = harness.anomalies();
  EXPECT_EQ(std::count(codes.begin(), codes.end(), "row_undecodable"), 1);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), "value_undecodable"), 1);
  EXPECT_EQ(time(message(harness, "sms/3"), "time")->utc_us, 1760000060000000);
  EXPECT_EQ(message(harness, "sms/4").find("time"), nullptr);
  expect_sums(harness);
}

TEST(AndroidMessages, ReadsTablesThatLackColumns) {
  auto harness =
      run("CREATE TABLE sms(_id INTEGER PRIMARY KEY, address TEXT, body TEXT, type INTEGER);"
          "INSERT INTO sms VALUES(7,'+9990010002','all that is left',1);");
  EXPECT_EQ(text(message(harness, "sms/7"), "text"), "all that is left");
  EXPECT_TRUE(harness.anomalies().empty());
}

TEST(AndroidMessages, AViewInPlaceOfATableIsNamedAndTheRestIsRead) {
  auto harness = run("CREATE TABLE hidden(a); CREATE VIEW sms AS SELECT 1 AS _id, 'x' AS body FROM hidden;" +
                     kMmsTables + "INSERT INTO pdu(_id,date,msg_box,m_type) VALUES(1,1760000000,1,132);");
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"view_in_place_of_table"});
  EXPECT_EQ(harness.of("message").size(), 1u);
  EXPECT_EQ(harness.count("sms"), nullptr);
}

TEST(AndroidMessages, AThreadWhoseRowIsGoneStillHoldsItsMessages) {
  auto harness = run(kTables +
                     "INSERT INTO sms(_id,thread_id,address,type) VALUES(1,9,'+9990010002',1),"
                     "(2,9,'+9990010002',2);");
  ASSERT_EQ(harness.of("conversation").size(), 1u);
  EXPECT_EQ(reference(message(harness, "sms/1"), "conversation"), harness.of("conversation")[0]->id);
  EXPECT_EQ(reference(message(harness, "sms/2"), "conversation"), harness.of("conversation")[0]->id);
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"thread_missing"});
}

TEST(AndroidMessages, PutsAnMmsTogether) {
  auto harness = run(kTables + kMmsTables +
                     "INSERT INTO threads VALUES(3,0,'',0);"
                     "INSERT INTO pdu VALUES(1,3,1760000000,1759999990,1,1,'M@1','å®¿è\u0088\u008d',106,132);"
                     "INSERT INTO addr VALUES(1,1,'+9990010002',137),(2,1,'+9990010003',151),"
                     "(3,1,'insert-address-token',151);"
                     "INSERT INTO part VALUES(1,1,'application/smil',NULL,NULL,NULL,'<smil/>'),"
                     "(2,1,'image/png','yard.png',NULL,'/data/app_parts/P1',NULL),"
                     "(3,1,'text/plain',NULL,NULL,NULL,'eight to a room'),"
                     "(4,1,'text/plain',NULL,NULL,NULL,'doors shut at ten');");
  const auto& mms = message(harness, "M@1");
  EXPECT_EQ(text(mms, "kind"), "mms");
  EXPECT_EQ(time(mms, "time")->utc_us, 1760000000000000);
  EXPECT_EQ(text(mms, "subject"), "宿舍");
  EXPECT_EQ(text(mms, "text"), "eight to a room\ndoors shut at ten");
  EXPECT_EQ(identifier_of(harness, mms, "sender"), "+9990010002");
  EXPECT_EQ(std::get<base::RecordList>(*mms.find("recipients")).size(), 1u);
  ASSERT_EQ(harness.of("media").size(), 1u);
  EXPECT_EQ(text(*harness.of("media")[0], "path"), "/data/app_parts/P1");
  EXPECT_EQ(reference(*harness.of("media")[0], "message"), mms.id);
  expect_sums(harness);
}

TEST(AndroidMessages, WordsOfAnMmsWhoseRowIsGoneComeOut) {
  auto harness = run(kMmsTables + "INSERT INTO part VALUES(8,77,'text/plain',NULL,NULL,NULL,'pay today');");
  ASSERT_EQ(harness.of("message").size(), 1u);
  EXPECT_EQ(text(*harness.of("message")[0], "text"), "pay today");
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"message_missing"});
}

TEST(AndroidMessages, ReadsWhatSamsungsFilterTookOut) {
  auto harness =
      run("CREATE TABLE spam_sms(_id INTEGER PRIMARY KEY, address TEXT, date INTEGER, type INTEGER,"
          " body TEXT); INSERT INTO spam_sms VALUES(1,'+9990010009',1760000000000,1,'win');");
  EXPECT_EQ(text(*harness.of("message").at(0), "folder"), "spam");
  EXPECT_EQ(text(*harness.of("message").at(0), "direction"), "incoming");
}

TEST(AndroidMessages, ReadsADatabaseThatNobodyHereMade) {
  const std::string relative = "corpora/log2timeline+plaso/test_data/android/mmssms.db";
  SKIP_WITHOUT_SHARED(relative);
  auto harness = run_extractor(kAndroidMessages, {{kPath, bytes_of_file(support::shared(relative))}}, kPath);
  ASSERT_EQ(harness.of("message").size(), 9u);
  const auto& first = message(harness, "sms/1");
  EXPECT_EQ(text(first, "text"), "Yo Fred this is my new number.");
  EXPECT_EQ(base::format_utc(*time(first, "time")->utc_us), "2013-10-29T16:56:28.038Z");
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{});
  expect_sums(harness);
}

}  // namespace
}  // namespace parse
