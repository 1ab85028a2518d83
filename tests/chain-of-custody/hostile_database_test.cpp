// SPDX-License-Identifier: Apache-2.0
// Databases that are no ledger of this program and say that they are: whose rows are computed when they are
// read, by expressions or modules that the file itself names.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/sqlite.h"
#include "chain-of-custody/ledger_store.h"
#include "support.h"

namespace custody::test {
namespace {

class HostileDatabase : public testing::Test {
 protected:
  HostileDatabase() { small_ledger(folder_); }
  std::filesystem::path ledger() const { return places_in(folder_).folder; }
  void change(std::string_view file, const std::string& sql) {
    base::Database::open(ledger() / file, base::OpenMode::read_write).execute(sql);
  }
  std::string refusal() const {
    try {
      read_ledger(ledger());
      return "";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::format);
      return error.what();
    }
  }
  TestFolder folder_;
};
constexpr char kNoLedger[] = "holds no ledger of this program";

TEST_F(HostileDatabase, ColumnsThatAreComputedAreNotRead) {
  EXPECT_EQ(refusal(), "");
  change("ledger.db",
         "ALTER TABLE entries RENAME TO genuine;"
         "CREATE TABLE entries(seq INTEGER PRIMARY KEY, leaf BLOB AS (zeroblob(100000000)), body BLOB AS "
         "(zeroblob(100000000)));"
         "INSERT INTO entries(seq) SELECT seq FROM genuine;");
  EXPECT_NE(refusal().find(kNoLedger), std::string::npos) << refusal();
}
TEST_F(HostileDatabase, NorWhereAllElseIsStored) {
  change("disclosures.db", "ALTER TABLE disclosures ADD COLUMN more TEXT AS (hex(zeroblob(1000000)));");
  EXPECT_NE(refusal().find(kNoLedger), std::string::npos) << refusal();
}
TEST_F(HostileDatabase, NorTablesOfAModule) {
  change("ledger.db",
         "ALTER TABLE entries RENAME TO genuine;"
         "CREATE VIRTUAL TABLE entries USING fts5(seq, leaf, body);");
  EXPECT_NE(refusal().find(kNoLedger), std::string::npos) << refusal();
}
TEST_F(HostileDatabase, NorViews) {
  change("ledger.db",
         "ALTER TABLE signatures RENAME TO genuine;"
         "CREATE VIEW signatures AS SELECT * FROM genuine;");
  EXPECT_NE(refusal().find(kNoLedger), std::string::npos) << refusal();
}

// A file whose pages point at each other gives rows without an end; rows that repeat are where that begins.
TEST_F(HostileDatabase, RowsDoNotRepeat) {
  change("disclosures.db",
         "ALTER TABLE disclosures RENAME TO genuine;"
         "CREATE TABLE disclosures(body_sha256 TEXT, ordinal INTEGER, text TEXT);"
         "INSERT INTO disclosures SELECT body_sha256, ordinal, text FROM genuine;");
  EXPECT_EQ(refusal(), "");
  change("disclosures.db", "INSERT INTO disclosures SELECT body_sha256, ordinal, text FROM genuine;");
  EXPECT_NE(refusal().find("is not in the ledger"), std::string::npos) << refusal();
}
TEST_F(HostileDatabase, NorDoSignatures) {
  change("ledger.db",
         "ALTER TABLE signatures RENAME TO genuine;"
         "CREATE TABLE signatures(seq INTEGER, party INTEGER, der BLOB);"
         "INSERT INTO signatures SELECT seq, party, der FROM genuine;");
  EXPECT_EQ(refusal(), "");
  change("ledger.db", "INSERT INTO signatures SELECT seq, party, der FROM genuine;");
  EXPECT_NE(refusal().find("is not in the ledger"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace custody::test
