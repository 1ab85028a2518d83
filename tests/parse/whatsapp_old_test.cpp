// SPDX-License-Identifier: Apache-2.0
// The schema of before 2022 and the time of transition, on databases written as SQL and on a real one.
#include <algorithm>

#include <gtest/gtest.h>

#include "parse/apps/whatsapp_android.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/shared_folder.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kStore = "/data/user/999/com.whatsapp/databases/msgstore.db";

const std::string kOld =
    "CREATE TABLE messages(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER, key_id TEXT,"
    " status INTEGER, data TEXT, timestamp INTEGER, media_url TEXT, media_mime_type TEXT, media_wa_type TEXT,"
    " media_size INTEGER, media_name TEXT, media_caption TEXT, media_hash TEXT, media_duration INTEGER,"
    " latitude REAL, longitude REAL, remote_resource TEXT, received_timestamp INTEGER, send_timestamp "
    "INTEGER,"
    " receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, played_device_timestamp INTEGER,"
    " starred INTEGER, quoted_row_id INTEGER, forwarded INTEGER);"
    "CREATE TABLE chat_list(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, subject TEXT, creation INTEGER,"
    " archived INTEGER);"
    "INSERT INTO messages(_id,key_remote_jid,key_from_me,key_id,status,timestamp,media_wa_type)"
    " VALUES(1,'-1',0,'-1',-1,0,'-1');";
const std::string kNew =
    "CREATE TABLE jid(_id INTEGER PRIMARY KEY, raw_string TEXT);"
    "CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);"
    "CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT,"
    " sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);"
    "INSERT INTO message(_id,chat_row_id,from_me,key_id) VALUES(1,-1,0,'-1');"
    "INSERT INTO jid VALUES(10,'9990001@s.whatsapp.net'); INSERT INTO chat VALUES(20,10,NULL);";

Harness run(const std::string& sql) {
  return run_extractor(kWhatsAppAndroid, {{kStore, support::database_of(sql)}}, kStore);
}

const base::Record& message(const Harness& harness, std::string_view key) {
  std::string lines;
  for (const auto* record : harness.of("message"))
    if (text(*record, "key") == key) return *record;
  for (const auto& line : harness.lines) lines += "\n" + line;
  throw std::runtime_error("no message " + std::string(key) + " in" + lines);
}

std::optional<std::string> handle(const Harness& harness, const base::Record& record,
                                  std::string_view field) {
  auto id = reference(record, field);
  return id ? text(*harness.by_id(*id), "identifier") : std::nullopt;
}

std::string insert(int id, const std::string& jid, bool from_me, const std::string& key,
                   const std::string& more_columns, const std::string& more_values) {
  return "INSERT INTO messages(_id,key_remote_jid,key_from_me,key_id,timestamp" + more_columns + ") VALUES(" +
         std::to_string(id) + ",'" + jid + "'," + (from_me ? "1" : "0") + ",'" + key + "',1600000000000" +
         more_values + ");";
}

void expect_sums(const Harness& harness) {
  for (const auto* count : harness.of("count"))
    EXPECT_EQ(integer(*count, "rows"),
              *integer(*count, "emitted") + *integer(*count, "excluded") + *integer(*count, "undecodable"))
        << text(*count, "table").value_or("");
}

using Codes = std::vector<std::string>;
const std::string kPeer = "9990001@s.whatsapp.net";
const std::string kGroup = "9990001-1600@g.us";

TEST(WhatsAppOld, TellsWhoWroteWhat) {
  auto harness =
      run(kOld + "INSERT INTO chat_list VALUES(5,'" + kGroup + "','desk 9',1590000000000,1);" +
          insert(2, kPeer, false, "A1", ",status,data,media_wa_type,forwarded", ",0,'hello','0',1") +
          insert(3, kPeer, true, "A2", ",status,data,media_wa_type,read_device_timestamp",
                 ",13,'yes','0',1600000005000") +
          insert(4, kGroup, false, "A3", ",status,data,media_wa_type,remote_resource",
                 ",0,'all of you','0','9990007@s.whatsapp.net'"));
  EXPECT_EQ(handle(harness, message(harness, "A1"), "sender"), kPeer);
  EXPECT_EQ(handle(harness, message(harness, "A1"), "conversation"), kPeer);
  EXPECT_EQ(flag(message(harness, "A1"), "forwarded"), true);
  EXPECT_EQ(text(message(harness, "A2"), "direction"), "outgoing");
  EXPECT_EQ(text(message(harness, "A2"), "status"), "read");
  EXPECT_EQ(handle(harness, message(harness, "A3"), "sender"), "9990007@s.whatsapp.net");
  EXPECT_EQ(reference(message(harness, "A3"), "conversation"), harness.of("conversation").at(0)->id);
  EXPECT_EQ(text(*harness.of("conversation").at(0), "subject"), "desk 9");
  ASSERT_EQ(harness.of("conversation").size(), 2u);
  ASSERT_EQ(harness.of("receipt").size(), 1u);
  EXPECT_EQ(time(*harness.of("receipt")[0], "read")->utc_us, 1600000005000000);
  EXPECT_EQ(handle(harness, *harness.of("receipt")[0], "recipient"), kPeer);
  EXPECT_EQ(integer(*harness.count("messages"), "excluded"), 1);
  EXPECT_EQ(harness.anomalies(), Codes{});
  expect_sums(harness);
}

TEST(WhatsAppOld, StatusSixIsAnEventWhoseCodeStandsInTheSize) {
  auto harness =
      run(kOld + insert(2, kGroup, false, "E1", ",status,data,media_wa_type,media_size,remote_resource",
                        ",6,'new name','0',1,'9990007@s.whatsapp.net'"));
  const auto& event = message(harness, "E1");
  EXPECT_EQ(text(event, "kind"), "event");
  EXPECT_EQ(text(event, "direction"), "none");
  EXPECT_EQ(integer(event, "event_code"), 1);
  EXPECT_EQ(text(event, "event"), "subject changed");
  EXPECT_EQ(text(event, "event_value"), "new name");
  EXPECT_EQ(event.find("text"), nullptr);
  EXPECT_EQ(handle(harness, event, "sender"), "9990007@s.whatsapp.net");
  EXPECT_TRUE(harness.of("media").empty());
}

TEST(WhatsAppOld, FilesAndPlacesStandInTheSameRow) {
  auto harness =
      run(kOld +
          insert(2, kPeer, false, "M1",
                 ",media_wa_type,media_mime_type,media_size,media_caption,media_hash,media_duration",
                 ",'3','video/mp4',2048,'look','aGFzaA==',7") +
          insert(3, kPeer, false, "M2", ",media_wa_type,latitude,longitude,media_name",
                 ",'5',-0.75,160.5,'Pier 9'"));
  ASSERT_EQ(harness.of("media").size(), 1u);
  const auto& media = *harness.of("media")[0];
  EXPECT_EQ(reference(media, "message"), message(harness, "M1").id);
  EXPECT_EQ(text(media, "caption"), "look");
  EXPECT_EQ(integer(media, "size"), 2048);
  EXPECT_EQ(integer(media, "duration_s"), 7);
  EXPECT_EQ(text(media, "sha256_stated"), "aGFzaA==");
  ASSERT_EQ(harness.of("message_location").size(), 1u);
  EXPECT_EQ(text(*harness.of("message_location")[0], "latitude"), "-0.75");
  EXPECT_EQ(text(*harness.of("message_location")[0], "name"), "Pier 9");
}

TEST(WhatsAppOld, AQuoteThatNoMessageNamesIsWhatIsLeftOfOne) {
  auto harness =
      run(kOld +
          "CREATE TABLE messages_quotes(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER,"
          " key_id TEXT, data TEXT, timestamp INTEGER, media_wa_type TEXT, status INTEGER);"
          "INSERT INTO messages_quotes VALUES(1,'" +
          kPeer +
          "',0,'Q1','the old wallet?',1,'0',0),"
          "(2,'" +
          kPeer + "',0,'Q2','bring the passports',1599999999000,'0',0);" +
          insert(2, kPeer, true, "A1", ",data,media_wa_type,quoted_row_id", ",'yes','0',1"));
  EXPECT_EQ(text(message(harness, "A1"), "quoted_key"), "Q1");
  EXPECT_EQ(text(message(harness, "A1"), "quoted_text"), "the old wallet?");
  const auto& left = message(harness, "Q2");
  EXPECT_EQ(text(left, "text"), "bring the passports");
  EXPECT_EQ(std::get<base::Row>(left.place.position).table, "messages_quotes");
  EXPECT_EQ(harness.of("message").size(), 2u);
  EXPECT_EQ(harness.anomalies(), Codes{"message_missing"});
  expect_sums(harness);
}

TEST(WhatsAppOld, MembersAndReceiptsGoByHandle) {
  auto harness = run(
      kOld +
      "CREATE TABLE group_participants(_id INTEGER PRIMARY KEY, gjid TEXT, jid TEXT, admin INTEGER);"
      "INSERT INTO group_participants VALUES(1,'" +
      kGroup + "','" + kPeer + "',1),(2,'" + kGroup +
      "','',0);"
      "CREATE TABLE receipts(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_id TEXT, remote_resource TEXT,"
      " receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, played_device_timestamp INTEGER);"
      "INSERT INTO receipts VALUES(1,'" +
      kGroup + "','G1','" + kPeer +
      "',1600000001000,NULL,NULL),"
      "(2,'" +
      kGroup + "','GONE','" + kPeer + "',1600000001000,NULL,NULL);" +
      insert(2, kGroup, true, "G1", ",data,media_wa_type", ",'hm','0'"));
  ASSERT_EQ(harness.of("membership").size(), 2u);
  EXPECT_EQ(text(*harness.of("membership")[0], "rank"), "admin");
  EXPECT_EQ(reference(*harness.of("membership")[1], "participant"),
            reference(message(harness, "G1"), "sender"));
  ASSERT_EQ(harness.of("receipt").size(), 2u);
  EXPECT_EQ(reference(*harness.of("receipt")[0], "message"), message(harness, "G1").id);
  EXPECT_EQ(flag(*harness.of("receipt")[1], "message_missing"), true);
  expect_sums(harness);
}

TEST(WhatsAppTransition, TheOldTableIsReadWhereTheNewOneHoldsOnlyItsSentinel) {
  auto harness = run(kOld + kNew + insert(2, kPeer, false, "T1", ",data,media_wa_type", ",'hello','0'"));
  ASSERT_EQ(harness.of("message").size(), 1u);
  EXPECT_EQ(text(message(harness, "T1"), "text"), "hello");
  EXPECT_EQ(
      std::get<base::Row>(harness.by_id(*reference(message(harness, "T1"), "conversation"))->place.position),
      (base::Row{"chat", 20}));
  EXPECT_EQ(integer(*harness.count("message"), "excluded"), 1);
  expect_sums(harness);
}

TEST(WhatsAppTransition, AMigratedRowComesOutOnceAndADifferentOneTwice) {
  auto harness =
      run(kOld + kNew +
          "INSERT INTO message VALUES(2,20,0,'T1',0,0,1600000000000,0,'same'),"
          "(3,20,0,'T2',0,0,1600000000000,0,'after the edit');" +
          insert(2, kPeer, false, "T1", ",data,media_wa_type", ",'same','0'") +
          insert(3, kPeer, false, "T2", ",data,media_wa_type", ",'before the edit','0'") +
          insert(4, kPeer, false, "T3", ",data,media_wa_type", ",'only in the old table','0'") +
          insert(5, kGroup, false, "T1", ",data,media_wa_type", ",'same key in another chat','0'"));
  std::vector<std::string> words;
  for (const auto* record : harness.of("message")) words.push_back(text(*record, "text").value_or(""));
  std::sort(words.begin(), words.end());
  EXPECT_EQ(words, (std::vector<std::string>{"after the edit", "before the edit", "only in the old table",
                                             "same", "same key in another chat"}));
  EXPECT_EQ(harness.anomalies(), Codes{"migrated_row_differs"});
  EXPECT_EQ(integer(*harness.count("messages"), "excluded"), 2);
  expect_sums(harness);
}

TEST(WhatsAppTransition, NewTablesSpeakOfOldMessagesAndNothingIsSaidTwice) {
  auto harness =
      run(kOld + kNew +
          "CREATE TABLE message_media(message_row_id INTEGER PRIMARY KEY, file_path TEXT, mime_type TEXT);"
          "INSERT INTO message_media VALUES(2,'Media/a.jpg','image/jpeg');"
          "CREATE TABLE receipt_user(_id INTEGER PRIMARY KEY, message_row_id INTEGER,"
          " receipt_user_jid_row_id INTEGER, receipt_timestamp INTEGER);"
          "INSERT INTO receipt_user VALUES(1,2,10,1600000001000);"
          "CREATE TABLE group_participant_user(_id INTEGER PRIMARY KEY, group_jid_row_id INTEGER,"
          " user_jid_row_id INTEGER, rank INTEGER);"
          "CREATE TABLE group_participants(_id INTEGER PRIMARY KEY, gjid TEXT, jid TEXT, admin INTEGER);"
          "INSERT INTO jid VALUES(11,'" +
          kGroup +
          "');"
          "INSERT INTO group_participant_user VALUES(1,11,10,0);"
          "INSERT INTO group_participants VALUES(1,'" +
          kGroup + "','" + kPeer + "',0);" +
          insert(2, kPeer, true, "T1", ",media_wa_type,media_mime_type,receipt_device_timestamp",
                 ",'1','image/jpeg',1600000001000"));
  ASSERT_EQ(harness.of("media").size(), 1u);
  EXPECT_EQ(reference(*harness.of("media")[0], "message"), message(harness, "T1").id);
  EXPECT_EQ(text(*harness.of("media")[0], "path"), "Media/a.jpg");
  EXPECT_EQ(harness.of("receipt").size(), 1u);
  EXPECT_EQ(harness.of("membership").size(), 1u);
  EXPECT_EQ(harness.anomalies(), Codes{});
  expect_sums(harness);
}

// ElDavoo/wa-crypt-tools tests/res/msgstore.db: a store of early 2022 after its first start. `messages` has
// ten rows of which one is the sentinel; `message` only its sentinel; seven of eight chats lead to no row of
// `jid`.
TEST(WhatsAppTransition, ReadsADatabaseThatNobodyHereMade) {
  const std::string relative = "corpora/ElDavoo+wa-crypt-tools/tests/res/msgstore.db";
  SKIP_WITHOUT_SHARED(relative);
  auto harness =
      run_extractor(kWhatsAppAndroid, {{kStore, bytes_of_file(support::shared(relative))}}, kStore);
  ASSERT_EQ(harness.of("message").size(), 9u);
  for (const auto* record : harness.of("message")) {
    EXPECT_EQ(handle(harness, *record, "conversation"), "status@broadcast");
    EXPECT_EQ(handle(harness, *record, "sender"), "0@s.whatsapp.net");
    EXPECT_EQ(record->find("time"), nullptr) << "the stored 0 stands for none";
  }
  EXPECT_EQ(integer(*harness.count("messages"), "rows"), 10);
  EXPECT_EQ(integer(*harness.count("messages"), "excluded"), 1);
  EXPECT_EQ(integer(*harness.count("message"), "excluded"), 1);
  EXPECT_EQ(harness.of("conversation").size(), 8u);
  EXPECT_EQ(harness.of("media").size(), 9u);
  EXPECT_EQ(harness.anomalies(), Codes(7, "jid_missing"));
  expect_sums(harness);
}

}  // namespace
}  // namespace parse
