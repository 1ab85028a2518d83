// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/android_contacts.h"

#include <gtest/gtest.h>

#include "tests/support/extractor_harness.h"
#include "tests/support/sql_database.h"

namespace parse {
namespace {

constexpr const char* kBook = "/data/com.android.providers.contacts/databases/contacts2.db";

const std::string kTables =
    "CREATE TABLE mimetypes(_id INTEGER PRIMARY KEY, mimetype TEXT);"
    "INSERT INTO mimetypes VALUES(7,'vnd.android.cursor.item/name'),(5,'vnd.android.cursor.item/phone_v2'),"
    "(4,'vnd.android.cursor.item/organization'),(10,'vnd.android.cursor.item/photo'),"
    "(21,'vnd.android.cursor.item/vnd.com.whatsapp.profile');"
    "CREATE TABLE accounts(_id INTEGER PRIMARY KEY, account_name TEXT, account_type TEXT);"
    "INSERT INTO accounts VALUES(1,'kevin@desk.example','com.google');"
    "CREATE TABLE raw_contacts(_id INTEGER PRIMARY KEY, account_id INTEGER, deleted INTEGER, display_name "
    "TEXT);"
    "CREATE TABLE data(_id INTEGER PRIMARY KEY, mimetype_id INTEGER, raw_contact_id INTEGER, data1 TEXT,"
    " data2 TEXT, data3 TEXT, data4 TEXT);";

Harness run(const std::string& sql) {
  return run_extractor(kAndroidContacts, {{kBook, support::database_of(sql)}}, kBook);
}

TEST(AndroidContacts, PutsAContactTogetherByKindOfDetail) {
  auto harness =
      run(kTables +
          "INSERT INTO raw_contacts VALUES(1,1,0,'Uncle Chen');"
          "INSERT INTO data VALUES(1,7,1,'Chen Wei','Wei','Chen',NULL),(2,5,1,'+9990010002',NULL,NULL,NULL),"
          "(3,21,1,'9990010002@s.whatsapp.net',NULL,NULL,NULL),(4,4,1,'Aurora',NULL,NULL,'lead'),"
          "(5,10,1,NULL,NULL,NULL,NULL);");
  ASSERT_EQ(harness.of("contact").size(), 1u);
  const auto& contact = *harness.of("contact")[0];
  EXPECT_EQ(text(contact, "name"), "Uncle Chen");
  EXPECT_EQ(text(contact, "given_name"), "Wei");
  EXPECT_EQ(text(contact, "organisation"), "Aurora");
  EXPECT_EQ(text(contact, "title"), "lead");
  EXPECT_EQ(text(contact, "account"), "kevin@desk.example (com.google)");
  EXPECT_EQ(flag(contact, "deleted"), false);
  EXPECT_EQ(std::get<base::TextList>(*contact.find("identifiers")),
            (base::TextList{{"+9990010002"}, {"9990010002@s.whatsapp.net"}}));
  EXPECT_EQ(integer(*harness.count("data"), "excluded"), 5);
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{});
}

TEST(AndroidContacts, DeletedContactsAndLeftDetailsComeOut) {
  auto harness =
      run(kTables +
          "INSERT INTO raw_contacts VALUES(2,99,1,NULL);"
          "INSERT INTO data VALUES(6,5,44,'+9990010044',NULL,NULL,NULL),(7,88,2,'?',NULL,NULL,NULL);");
  ASSERT_EQ(harness.of("contact").size(), 2u);
  const auto& left = *harness.of("contact")[0];
  EXPECT_EQ(std::get<base::Row>(left.place.position).table, "data");
  EXPECT_EQ(std::get<base::TextList>(*left.find("identifiers")), (base::TextList{{"+9990010044"}}));
  const auto& deleted = *harness.of("contact")[1];
  EXPECT_EQ(flag(deleted, "deleted"), true);
  EXPECT_EQ(deleted.find("name"), nullptr);
  EXPECT_EQ(deleted.find("account"), nullptr);
  EXPECT_EQ(harness.anomalies(), std::vector<std::string>{"contact_missing"});
  EXPECT_EQ(integer(*harness.count("data"), "emitted"), 1);
}

TEST(AndroidContacts, ReadsTheOlderFormWithAccountsInTheRow) {
  auto harness = run(
      "CREATE TABLE raw_contacts(_id INTEGER PRIMARY KEY, account_name TEXT, account_type TEXT, deleted "
      "INTEGER,"
      " display_name TEXT); INSERT INTO raw_contacts VALUES(1,NULL,'vnd.sec.contact.phone',0,'Margaret');");
  ASSERT_EQ(harness.of("contact").size(), 1u);
  EXPECT_EQ(text(*harness.of("contact")[0], "account"), "vnd.sec.contact.phone");
}

}  // namespace
}  // namespace parse
