// SPDX-License-Identifier: Apache-2.0
// The schema of 2022 and later, on databases written as SQL.
#include "parse/apps/whatsapp_android.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "parse/apps/whatsapp_beside.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kStore = "/data/com.whatsapp/databases/msgstore.db";
constexpr const char* kContacts = "/data/com.whatsapp/databases/wa.db";
constexpr const char* kPreferences = "/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml";

// The columns that the tests fill; the app has more, and readers must not need them.
const std::string kSchema =
    "CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT, device INTEGER, raw_string TEXT);"
    "CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, hidden INTEGER, subject TEXT,"
    " created_timestamp INTEGER, archived INTEGER);"
    "CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT,"
    " sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, received_timestamp INTEGER,"
    " message_type INTEGER, text_data TEXT, starred INTEGER, origination_flags INTEGER);"
    "INSERT INTO message VALUES(1,-1,0,'-1',-1,-1,0,0,-1,NULL,NULL,NULL);"
    "INSERT INTO jid VALUES(10,'9990001','s.whatsapp.net',0,'9990001@s.whatsapp.net'),"
    "(11,'9990002','s.whatsapp.net',0,'9990002@s.whatsapp.net'),(12,'120363','g.us',0,'120363@g.us'),"
    "(13,'271000','lid',0,'271000@lid');"
    "INSERT INTO chat VALUES(20,10,0,NULL,NULL,0),(21,12,0,'desk',1700000000000,1);";

Harness run(const std::string& sql) {
  return run_extractor(kWhatsAppAndroid, {{kStore, support::database_of(kSchema + sql)}}, kStore);
}

const base::Record& message(const Harness& harness, std::string_view key) {
  std::string lines;
  for (const auto* record : harness.of("message"))
    if (text(*record, "key") == key) return *record;
  for (const auto& line : harness.lines) lines += "\n" + line;
  throw std::runtime_error("no message " + std::string(key) + " in" + lines);
}

const base::Record* target(const Harness& harness, const base::Record& record, std::string_view field) {
  auto id = reference(record, field);
  return id ? harness.by_id(*id) : nullptr;
}

// The handle behind a field that names a participant or a conversation.
std::optional<std::string> handle(const Harness& harness, const base::Record& record,
                                  std::string_view field) {
  const auto* found = target(harness, record, field);
  return found ? text(*found, "identifier") : std::nullopt;
}

const base::Record& party(const Harness& harness, std::string_view identifier) {
  for (const auto* record : harness.of("participant"))
    if (text(*record, "identifier") == identifier) return *record;
  throw std::runtime_error("no participant " + std::string(identifier));
}

void expect_sums(const Harness& harness) {
  for (const auto* count : harness.of("count"))
    EXPECT_EQ(integer(*count, "rows"),
              *integer(*count, "emitted") + *integer(*count, "excluded") + *integer(*count, "undecodable"))
        << text(*count, "table").value_or("");
}

using Codes = std::vector<std::string>;

TEST(WhatsAppAndroid, ClaimsEveryInstance) {
  for (const char* package : {"com.whatsapp", "com.whatsapp.w4b", "com.gbwhatsapp"}) {
    EXPECT_TRUE(
        claims(kWhatsAppAndroid, std::string("/data/user/999/") + package + "/databases/msgstore.db"));
    EXPECT_TRUE(claims(kWhatsAppAndroid, std::string("/data/data/") + package + "/databases/wa.db"));
  }
  EXPECT_FALSE(claims(kWhatsAppAndroid, "/media/0/WhatsApp/Databases/msgstore.db.crypt15"));
}

TEST(WhatsAppAndroid, TellsWhoWroteWhatInAChatOfTwo) {
  auto harness =
      run("INSERT INTO message VALUES(2,20,0,'A1',0,0,1760000000000,1760000001000,0,'hello',1,0),"
          "(3,20,1,'A2',0,13,1760000060000,0,0,'hello you',0,1);");
  const auto& came = message(harness, "A1");
  EXPECT_EQ(text(came, "direction"), "incoming");
  EXPECT_EQ(handle(harness, came, "sender"), "9990001@s.whatsapp.net");
  EXPECT_EQ(handle(harness, came, "conversation"), "9990001@s.whatsapp.net");
  EXPECT_EQ(text(came, "kind"), "text");
  EXPECT_EQ(integer(came, "kind_code"), 0);
  EXPECT_EQ(time(came, "time")->utc_us, 1760000000000000);
  EXPECT_EQ(time(came, "received")->utc_us, 1760000001000000);
  EXPECT_EQ(flag(came, "starred"), true);
  EXPECT_EQ(came.find("forwarded"), nullptr);
  const auto& went = message(harness, "A2");
  EXPECT_EQ(text(went, "direction"), "outgoing");
  EXPECT_EQ(flag(*target(harness, went, "sender"), "own"), true);
  EXPECT_EQ(text(went, "status"), "read");
  EXPECT_EQ(flag(went, "forwarded"), true);
  EXPECT_EQ(went.find("received"), nullptr);
  EXPECT_EQ(integer(*harness.count("message"), "excluded"), 1);
  EXPECT_EQ(harness.anomalies(), Codes{});
  expect_sums(harness);
}

TEST(WhatsAppAndroid, AStrangerWithoutAContactComesOut) {
  auto store = support::database_of(
      kSchema + "INSERT INTO message VALUES(2,21,0,'G1',11,0,1760000000000,0,0,'who are you',0,0);");
  auto contacts = support::database_of(
      "CREATE TABLE wa_contacts(_id INTEGER PRIMARY KEY, jid TEXT, display_name TEXT, wa_name TEXT, number "
      "TEXT,"
      " is_whatsapp_user INTEGER, status TEXT);"
      "INSERT INTO wa_contacts VALUES(4,'9990001@s.whatsapp.net','Chief','chief!','+9990001',1,'busy'),"
      "(5,'9990009@s.whatsapp.net',NULL,'nobody here',NULL,0,NULL);");
  auto harness = run_extractor(kWhatsAppAndroid, {{kStore, store}, {kContacts, contacts}}, kStore);
  EXPECT_EQ(handle(harness, message(harness, "G1"), "sender"), "9990002@s.whatsapp.net");
  EXPECT_EQ(party(harness, "9990002@s.whatsapp.net").find("name"), nullptr);
  EXPECT_EQ(text(party(harness, "9990001@s.whatsapp.net"), "name"), "Chief");
  ASSERT_EQ(harness.of("contact").size(), 2u);
  const auto& chief = *harness.of("contact")[0];
  EXPECT_EQ(text(chief, "push_name"), "chief!");
  EXPECT_EQ(text(chief, "about"), "busy");
  EXPECT_EQ(reference(chief, "participant"), party(harness, "9990001@s.whatsapp.net").id);
  EXPECT_NE(chief.place.source, message(harness, "G1").place.source);
  EXPECT_EQ(harness.of("contact")[1]->find("participant"), nullptr);
  expect_sums(harness);
}

TEST(WhatsAppAndroid, AMissingHandleIsNamedOnceAndItsMessagesComeOut) {
  auto harness =
      run("INSERT INTO chat VALUES(22,590,1,NULL,NULL,0);"
          "INSERT INTO message VALUES(2,22,0,'B1',0,0,1760000000000,0,0,'one',0,0),"
          "(3,21,0,'B2',777,0,1760000000000,0,0,'two',0,0),(4,21,0,'B3',777,0,1760000000000,0,0,'three',0,0),"
          "(5,99,0,'B4',0,0,1760000000000,0,0,'four',0,0),(6,99,0,'B5',0,0,1760000000000,0,0,'five',0,0);");
  EXPECT_EQ(harness.of("message").size(), 5u);
  EXPECT_EQ(text(message(harness, "B1"), "text"), "one");
  EXPECT_EQ(message(harness, "B1").find("sender"), nullptr);
  const auto* unknown = target(harness, message(harness, "B2"), "sender");
  ASSERT_NE(unknown, nullptr);
  EXPECT_EQ(text(*unknown, "identifier_kind"), "unknown");
  EXPECT_EQ(reference(message(harness, "B3"), "sender"), unknown->id);
  EXPECT_EQ(reference(message(harness, "B4"), "conversation"),
            reference(message(harness, "B5"), "conversation"));
  auto codes = harness.anomalies();
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(codes, (Codes{"chat_missing", "jid_missing", "jid_missing"}));
  expect_sums(harness);
}

TEST(WhatsAppAndroid, OneBadValueCostsOneRowAndIsNamed) {
  auto harness =
      run("INSERT INTO message VALUES(2,20,0,'C1',0,0,'soon',0,0,'lost',0,0),"
          "(3,20,0,'C2',0,'x',1760000000000,0,'0','kept',NULL,NULL),"
          "(4,20,0,'C3',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);");
  EXPECT_EQ(harness.of("message").size(), 2u);
  EXPECT_EQ(text(message(harness, "C2"), "text"), "kept");
  EXPECT_EQ(message(harness, "C3").find("time"), nullptr);
  EXPECT_EQ(integer(*harness.count("message"), "undecodable"), 1);
  EXPECT_EQ(harness.anomalies(), (Codes{"row_undecodable", "value_undecodable"}));
  EXPECT_EQ(std::get<base::Row>(harness.of("anomaly")[0]->place.position).rowid, 2);
  expect_sums(harness);
}

TEST(WhatsAppAndroid, AViewNamedMessageIsNotRead) {
  auto harness = run_extractor(
      kWhatsAppAndroid,
      {{kStore,
        support::database_of("CREATE TABLE jid(_id INTEGER PRIMARY KEY, raw_string TEXT);"
                             "INSERT INTO jid VALUES(1,'9990001@s.whatsapp.net');"
                             "CREATE VIEW message AS SELECT 2 AS _id, 1 AS from_me, 'X' AS key_id;")}},
      kStore);
  EXPECT_EQ(harness.anomalies(), Codes{"view_in_place_of_table"});
  EXPECT_TRUE(harness.of("message").empty());
  EXPECT_EQ(harness.of("participant").size(), 1u);
}

TEST(WhatsAppAndroid, ALidLeadsToTheNumberAndBack) {
  auto harness =
      run("CREATE TABLE jid_map(lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER);"
          "INSERT INTO jid_map VALUES(13,11),(14,999);"
          "INSERT INTO chat VALUES(22,13,0,NULL,NULL,0);"
          "INSERT INTO message VALUES(2,22,0,'L1',0,0,1760000000000,0,0,'I sent it',0,0);");
  EXPECT_EQ(handle(harness, message(harness, "L1"), "sender"), "271000@lid");
  const auto& lid = party(harness, "271000@lid");
  EXPECT_EQ(text(lid, "identifier_kind"), "lid");
  EXPECT_EQ(text(lid, "mapped_identifier"), "9990002@s.whatsapp.net");
  EXPECT_EQ(text(lid, "number"), "9990002");
  EXPECT_EQ(text(party(harness, "9990002@s.whatsapp.net"), "mapped_identifier"), "271000@lid");
  EXPECT_EQ(harness.anomalies(), Codes{"jid_missing"});
  expect_sums(harness);
}

TEST(WhatsAppAndroid, TheAccountIsOneParticipantUnderAllItsHandles) {
  const std::string xml =
      "<map><string name=\"cc\">999</string><string name=\"ph\">0002</string>"
      "<string name=\"push_name\">A &amp; B &#9731;</string></map>";
  auto store = support::database_of(
      kSchema +
      "CREATE TABLE jid_map(lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER); INSERT INTO jid_map "
      "VALUES(13,11);"
      "CREATE TABLE group_participant_user(_id INTEGER PRIMARY KEY, group_jid_row_id INTEGER,"
      " user_jid_row_id INTEGER, rank INTEGER, pending INTEGER);"
      "INSERT INTO group_participant_user VALUES(1,12,13,2,0),(2,12,10,0,0);"
      "INSERT INTO message VALUES(2,21,1,'O1',0,13,1760000000000,0,0,'mine',0,0);");
  auto harness = run_extractor(
      kWhatsAppAndroid, {{kStore, store}, {kPreferences, base::to_buffer(base::as_bytes(xml))}}, kStore);
  std::vector<const base::Record*> own;
  for (const auto* record : harness.of("participant"))
    if (flag(*record, "own")) own.push_back(record);
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(text(*own[0], "number"), "9990002");
  EXPECT_EQ(text(*own[0], "mapped_identifier"), "271000@lid");
  EXPECT_TRUE(std::holds_alternative<base::Whole>(own[0]->place.position));
  EXPECT_EQ(reference(message(harness, "O1"), "sender"), own[0]->id);
  ASSERT_EQ(harness.of("membership").size(), 2u);
  EXPECT_EQ(reference(*harness.of("membership")[0], "participant"), own[0]->id);
  EXPECT_EQ(text(*harness.of("membership")[0], "rank"), "owner");
  EXPECT_EQ(handle(harness, *harness.of("membership")[0], "conversation"), "120363@g.us");
  ASSERT_EQ(harness.of("account").size(), 1u);
  EXPECT_EQ(text(*harness.of("account")[0], "identifier"), "9990002");
  EXPECT_EQ(text(*harness.of("account")[0], "name"), "A & B ☃");
  expect_sums(harness);
}

TEST(WhatsAppAndroid, EventsHaveNoDirectionAndKeepTheirCode) {
  auto harness =
      run("CREATE TABLE message_system(message_row_id INTEGER PRIMARY KEY, action_type INTEGER);"
          "CREATE TABLE message_system_chat_participant(message_row_id INTEGER, user_jid_row_id INTEGER);"
          "CREATE TABLE message_system_value_change(message_row_id INTEGER PRIMARY KEY, old_data TEXT);"
          "INSERT INTO message VALUES(2,21,0,'E1',10,0,1760000000000,0,7,NULL,0,0),"
          "(3,21,0,'E2',0,0,1760000000000,0,7,NULL,0,0);"
          "INSERT INTO message_system VALUES(2,12),(3,4711),(50,1);"
          "INSERT INTO message_system_chat_participant VALUES(2,11),(2,13);"
          "INSERT INTO message_system_value_change VALUES(3,'the old name');");
  const auto& added = message(harness, "E1");
  EXPECT_EQ(text(added, "direction"), "none");
  EXPECT_EQ(text(added, "kind"), "event");
  EXPECT_EQ(integer(added, "event_code"), 12);
  EXPECT_EQ(text(added, "event"), "member added");
  EXPECT_EQ(handle(harness, added, "sender"), "9990001@s.whatsapp.net");
  EXPECT_EQ(std::get<base::RecordList>(*added.find("event_participants")).size(), 2u);
  const auto& unknown = message(harness, "E2");
  EXPECT_EQ(integer(unknown, "event_code"), 4711);
  EXPECT_EQ(unknown.find("event"), nullptr);
  EXPECT_EQ(text(unknown, "event_value"), "the old name");
  EXPECT_EQ(unknown.find("sender"), nullptr);
  expect_sums(harness);
}

TEST(WhatsAppAndroid, CompletesAMessageFromTheTablesBesideIt) {
  auto harness = run(
      "CREATE TABLE message_quoted(message_row_id INTEGER PRIMARY KEY, key_id TEXT, text_data TEXT);"
      "CREATE TABLE message_forwarded(message_row_id INTEGER PRIMARY KEY, forward_score INTEGER);"
      "CREATE TABLE message_vcard(_id INTEGER PRIMARY KEY, message_row_id INTEGER, vcard TEXT);"
      "CREATE TABLE message_poll_option(_id INTEGER PRIMARY KEY, message_row_id INTEGER, option_name TEXT,"
      " vote_total INTEGER);"
      "CREATE TABLE message_payment(message_row_id INTEGER PRIMARY KEY, sender_jid_row_id INTEGER,"
      " receiver_jid_row_id INTEGER, amount_with_symbol TEXT);"
      "INSERT INTO message VALUES(2,20,0,'F1',0,0,1760000000000,0,0,'yes',0,0),"
      "(3,20,0,'F2',0,0,1760000000000,0,14,NULL,0,0),(4,20,0,'F3',0,0,1760000000000,0,66,'when?',0,0),"
      "(5,20,0,'F4',0,0,1760000000000,0,0,NULL,0,0);"
      "INSERT INTO message_quoted VALUES(2,'F0','really?'); INSERT INTO message_forwarded VALUES(2,5);"
      "INSERT INTO message_vcard VALUES(1,3,'BEGIN:VCARD a'),(2,3,'BEGIN:VCARD b');"
      "INSERT INTO message_poll_option VALUES(1,4,'Monday',2),(2,4,'Friday',0);"
      "INSERT INTO message_payment VALUES(5,10,11,'$8000');");
  EXPECT_EQ(text(message(harness, "F1"), "quoted_key"), "F0");
  EXPECT_EQ(text(message(harness, "F1"), "quoted_text"), "really?");
  EXPECT_EQ(flag(message(harness, "F1"), "forwarded"), true);
  EXPECT_EQ(integer(message(harness, "F1"), "forward_score"), 5);
  EXPECT_EQ(text(message(harness, "F2"), "kind"), "contact card");
  EXPECT_EQ(text(message(harness, "F2"), "text"), "BEGIN:VCARD a\nBEGIN:VCARD b");
  EXPECT_EQ(text(message(harness, "F3"), "text"), "when?");
  EXPECT_EQ(text(message(harness, "F3"), "event_value"), "Monday\t2\nFriday\t0");
  EXPECT_EQ(text(message(harness, "F4"), "kind"), "payment");
  EXPECT_EQ(text(message(harness, "F4"), "event_value"), "$8000");
  EXPECT_EQ(harness.anomalies(), Codes{});
  expect_sums(harness);
}

TEST(WhatsAppAndroid, WhatIsLeftOfAMessageWhoseRowIsGoneComesOut) {
  auto harness = run(
      "CREATE TABLE message_quoted(message_row_id INTEGER PRIMARY KEY, key_id TEXT, text_data TEXT);"
      "CREATE TABLE message_media(message_row_id INTEGER PRIMARY KEY, file_path TEXT, file_length INTEGER,"
      " file_size INTEGER, file_hash TEXT, media_duration INTEGER);"
      "INSERT INTO message_quoted VALUES(77,'F0','do not tell anyone');"
      "INSERT INTO message_media VALUES(77,'Media/a.jpg',10,0,'aGFzaA==',0);");
  ASSERT_EQ(harness.of("message").size(), 1u);
  EXPECT_EQ(text(*harness.of("message")[0], "quoted_text"), "do not tell anyone");
  EXPECT_EQ(std::get<base::Row>(harness.of("message")[0]->place.position).table, "message_quoted");
  ASSERT_EQ(harness.of("media").size(), 1u);
  EXPECT_EQ(reference(*harness.of("media")[0], "message"), harness.of("message")[0]->id);
  EXPECT_EQ(integer(*harness.of("media")[0], "size"), 10);
  EXPECT_EQ(harness.of("media")[0]->find("duration_s"), nullptr);
  EXPECT_EQ(harness.anomalies(), Codes{"message_missing"});
  expect_sums(harness);
}

TEST(WhatsAppAndroid, AReceiptOutlivesItsMessage) {
  auto harness =
      run("CREATE TABLE receipt_user(_id INTEGER PRIMARY KEY, message_row_id INTEGER,"
          " receipt_user_jid_row_id INTEGER, receipt_timestamp INTEGER, read_timestamp INTEGER,"
          " played_timestamp INTEGER);"
          "INSERT INTO message VALUES(2,20,1,'R1',0,13,1760000000000,0,0,'here',0,0);"
          "INSERT INTO receipt_user "
          "VALUES(1,2,10,1760000001000,1760000002000,0),(2,3,10,1760000003000,-1,NULL);");
  ASSERT_EQ(harness.of("receipt").size(), 2u);
  const auto& there = *harness.of("receipt")[0];
  EXPECT_EQ(reference(there, "message"), message(harness, "R1").id);
  EXPECT_EQ(there.find("message_missing"), nullptr);
  EXPECT_EQ(time(there, "read")->utc_us, 1760000002000000);
  EXPECT_EQ(there.find("played"), nullptr);
  const auto& gone = *harness.of("receipt")[1];
  EXPECT_EQ(flag(gone, "message_missing"), true);
  EXPECT_EQ(integer(gone, "message_row"), 3);
  EXPECT_EQ(handle(harness, gone, "recipient"), "9990001@s.whatsapp.net");
  EXPECT_EQ(gone.find("read"), nullptr);
  expect_sums(harness);
}

TEST(WhatsAppAndroid, TellsWhoReacted) {
  auto harness = run(
      "CREATE TABLE message_add_on(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER,"
      " sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER, message_add_on_type "
      "INTEGER);"
      "CREATE TABLE message_add_on_reaction(message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT,"
      " sender_timestamp INTEGER);"
      "INSERT INTO message VALUES(2,20,1,'R1',0,13,1760000000000,0,0,'here',0,0);"
      "INSERT INTO message_add_on VALUES(5,20,0,-1,2,1760000005000,56),(6,21,0,11,2,1760000006000,56),"
      "(7,20,1,0,2,1760000007000,56),(8,20,1,0,2,1760000008000,67);"
      "INSERT INTO message_add_on_reaction VALUES(5,'👍',1760000004000),(6,'🙏',NULL),(99,'❤',1760000009000);");
  auto reactions = harness.of("reaction");
  ASSERT_EQ(reactions.size(), 4u);
  EXPECT_EQ(handle(harness, *reactions[1], "sender"), "9990001@s.whatsapp.net");
  EXPECT_EQ(text(*reactions[1], "text"), "👍");
  EXPECT_EQ(time(*reactions[1], "time")->utc_us, 1760000004000000);
  EXPECT_EQ(handle(harness, *reactions[2], "sender"), "9990002@s.whatsapp.net");
  EXPECT_EQ(time(*reactions[2], "time")->utc_us, 1760000006000000);
  EXPECT_EQ(flag(*target(harness, *reactions[3], "sender"), "own"), true);
  EXPECT_EQ(reactions[3]->find("text"), nullptr);
  EXPECT_EQ(text(*reactions[0], "text"), "❤");
  expect_sums(harness);
}

TEST(WhatsAppAndroid, KeepsChangesPlacesAndCalls) {
  auto harness =
      run("CREATE TABLE message_revoked(message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT,"
          " admin_jid_row_id INTEGER);"
          "CREATE TABLE message_edit_info(message_row_id INTEGER PRIMARY KEY, original_key_id TEXT,"
          " edited_timestamp INTEGER, sender_timestamp INTEGER);"
          "CREATE TABLE message_location(message_row_id INTEGER PRIMARY KEY, latitude REAL, longitude REAL,"
          " place_name TEXT, place_address TEXT);"
          "CREATE TABLE call_log(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, from_me INTEGER, call_id TEXT,"
          " timestamp INTEGER, video_call INTEGER, duration INTEGER, call_result INTEGER, group_jid_row_id "
          "INTEGER);"
          "INSERT INTO message VALUES(2,21,0,'H1',11,0,1760000000000,0,15,NULL,0,0),"
          "(3,21,0,'H2',11,0,1760000000000,0,0,'new words',0,0),(4,20,0,'H3',0,0,1760000000000,0,5,NULL,0,0);"
          "INSERT INTO message_revoked VALUES(2,'H1-BEFORE',10);"
          "INSERT INTO message_edit_info VALUES(3,'H2-BEFORE',1760000009000,0);"
          "INSERT INTO message_location VALUES(4,0.5,-160.25,'pier',NULL);"
          "INSERT INTO call_log "
          "VALUES(1,10,0,'K1',1760000000000,1,60,5,0),(2,11,1,'K2',1760000000000,0,0,9,12);");
  const auto& revoked = *harness.of("message_change").at(0);
  EXPECT_EQ(text(revoked, "change"), "revoked by admin");
  EXPECT_EQ(text(revoked, "message_key"), "H1-BEFORE");
  EXPECT_EQ(handle(harness, revoked, "by"), "9990001@s.whatsapp.net");
  const auto& edited = *harness.of("message_change").at(1);
  EXPECT_EQ(text(edited, "change"), "edited");
  EXPECT_EQ(time(edited, "time")->utc_us, 1760000009000000);
  const auto& place = *harness.of("message_location").at(0);
  EXPECT_EQ(text(place, "latitude"), "0.5");
  EXPECT_EQ(text(place, "longitude"), "-160.25");
  EXPECT_EQ(reference(place, "message"), message(harness, "H3").id);
  const auto& call = *harness.of("call").at(0);
  EXPECT_EQ(text(call, "direction"), "incoming");
  EXPECT_EQ(text(call, "kind"), "video");
  EXPECT_EQ(text(call, "result"), "answered");
  EXPECT_EQ(call.find("conversation"), nullptr);
  const auto& group_call = *harness.of("call").at(1);
  EXPECT_EQ(text(group_call, "result"), "other");
  EXPECT_EQ(integer(group_call, "result_code"), 9);
  EXPECT_EQ(handle(harness, group_call, "conversation"), "120363@g.us");
  EXPECT_EQ(harness.anomalies(), Codes{});
  expect_sums(harness);
}

TEST(WhatsAppAndroid, ContactsComeOutWhateverBecameOfTheStore) {
  auto contacts = support::database_of(
      "CREATE TABLE wa_contacts(_id INTEGER PRIMARY KEY, jid TEXT, display_name TEXT);"
      "INSERT INTO wa_contacts VALUES(4,'9990001@s.whatsapp.net','Chief');");
  auto alone = run_extractor(kWhatsAppAndroid, {{kContacts, contacts}}, kContacts);
  EXPECT_EQ(alone.of("contact").size(), 1u);
  auto store = support::database_of(kSchema);
  auto both = run_extractor(kWhatsAppAndroid, {{kStore, store}, {kContacts, contacts}}, kContacts);
  EXPECT_EQ(both.of("contact").size(), 0u) << "they belong to the store's own run";
  base::Buffer garbage(8192, std::byte{0x41});
  auto damaged = run_extractor(kWhatsAppAndroid, {{kStore, garbage}, {kContacts, contacts}}, kStore);
  EXPECT_EQ(damaged.outcome, PairOutcome::failed);
  EXPECT_EQ(damaged.of("contact").size(), 1u);
  auto no_book = run_extractor(kWhatsAppAndroid, {{kStore, store}, {kContacts, garbage}}, kStore);
  EXPECT_EQ(no_book.anomalies(), Codes{"companion_unreadable"});
  EXPECT_EQ(no_book.of("conversation").size(), 2u);
}

TEST(WhatsAppPreferences, ReadsValuesAndRefusesHalfOnes) {
  EXPECT_EQ(whatsapp::preference("<string name=\"a\">x&lt;y&#x26;z &unknown; &</string>", "a"),
            "x<y&z &unknown; &");
  EXPECT_EQ(whatsapp::preference("<string name=\"a\">x", "a"), std::nullopt);
  EXPECT_EQ(whatsapp::preference("<string name=\"ab\">x</string>", "a"), std::nullopt);
}

}  // namespace
}  // namespace parse
