// SPDX-License-Identifier: Apache-2.0
#include "store/record_store.h"

#include <random>
#include <set>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/error.h"
#include "base/file.h"
#include "base/records.h"
#include "base/segment.h"
#include "tests/support/made_sight.h"
#include "tests/support/plain_sealer.h"
#include "tests/support/temporary_folder.h"

namespace store {
namespace {

class RecordStoreTest : public testing::Test {
 protected:
  // A segment of messages with these texts; message i has id "m<i>", is from participant "p" and one minute
  // after the last.
  std::filesystem::path segment(const std::vector<std::string>& texts) {
    base::SegmentWriter writer(folder_.path(), sealer_);
    base::Source source;
    source.path = base::Text{"p1:/data/%E6%8A%A4%E7%85%A7.db"};
    write(writer, base::record_of(source, {"", base::Whole{}}), "s");
    for (std::size_t i = 0; i < texts.size(); ++i) {
      base::Message message;
      message.text = base::Text{texts[i]};
      message.sender = "p";
      message.time = base::time_from_unix_s(60 * static_cast<std::int64_t>(texts.size() - i));
      write(writer, base::record_of(message, {"s", base::Row{"sms", static_cast<std::int64_t>(i)}}),
            "m" + std::to_string(i));
    }
    return folder_ / (writer.finish().lines_sha256.hex() + ".jsonl.zst");
  }
  static void write(base::SegmentWriter& writer, base::Record record, const std::string& id) {
    record.id = id;
    writer.add(record);
  }
  RecordStore filled(const std::vector<std::string>& texts) {
    RecordIndex::open(folder_ / "records.db").add_segment(segment(texts), "uid", "a1");
    return RecordStore::open(folder_ / "records.db", support::sight_of_all());
  }
  static std::set<std::string> ids(const std::vector<Hit>& hits) {
    std::set<std::string> out;
    for (const Hit& hit : hits) out.insert(hit.record.record.id);
    return out;
  }
  support::TemporaryFolder folder_;
  support::PlainSealer sealer_;
};

TEST_F(RecordStoreTest, finds_words_of_every_script_and_nothing_else) {
  RecordStore store = filled({"把护照交出来", "保護照片", "โอนเงินให้ฉัน", "chuyển tiền ngay",
                              "Transfer USDT today", "转账USDT", "call +84912345678"});
  EXPECT_EQ(ids(store.find("护照", 10)), (std::set<std::string>{"m0", "m1", "s"}))
      << "Traditional too, and a file's name";
  EXPECT_EQ(ids(store.find("เงิน", 10)), (std::set<std::string>{"m2"}));
  EXPECT_EQ(ids(store.find("CHUYỂN TIỀN", 10)), (std::set<std::string>{"m3"}));
  EXPECT_EQ(ids(store.find("tiề", 10)), (std::set<std::string>{"m3"})) << "the last word is a beginning";
  EXPECT_TRUE(store.find("tien", 10).empty()) << "marks are part of a word";
  EXPECT_EQ(ids(store.find("usdt", 10)), (std::set<std::string>{"m4", "m5"}));
  EXPECT_EQ(ids(store.find("转账usdt", 10)), (std::set<std::string>{"m5"}));
  EXPECT_EQ(ids(store.find("912345", 10)), (std::set<std::string>{"m6"})) << "digits anywhere in a number";
  EXPECT_TRUE(store.find("账转", 10).empty());
  EXPECT_THROW(store.find("?!", 10), base::Error);
}

// Recall and precision against the scan, on random texts and on random pieces of them.
TEST_F(RecordStoreTest, the_index_finds_exactly_what_a_scan_finds) {
  const std::vector<std::string> pieces{"护",   "照",   "转",    "账", "ที่",      "เงิน", "USDT", " ",
                                        "1234", "０９", "thành", "-",  "a1b2c3", "ក",   "မ",    "\xff"};
  std::mt19937 random(7);
  const auto pick = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
    return text;
  };
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back(pick(1 + random() % 12));
  RecordStore store = filled(texts);
  std::size_t found = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string query = pick(1 + random() % 4);
    if (tokens_of(query).empty()) continue;
    const auto by_scan = ids(store.scan(query, 10'000));
    EXPECT_EQ(ids(store.find(query, 10'000)), by_scan) << query;
    found += by_scan.size();
  }
  EXPECT_GT(found, 1000U) << "the queries must hit, or nothing was compared";
}

TEST_F(RecordStoreTest, normalisation_is_the_same_on_both_sides) {
  RecordStore store = filled({"ＵＳＤＴ", "pass\u200bport", "e\u0301tat", "١٢٣٤"});
  EXPECT_EQ(ids(store.find("usdt", 5)), (std::set<std::string>{"m0"})) << "full width";
  EXPECT_EQ(ids(store.find("passport", 5)), (std::set<std::string>{"m1"})) << "a zero-width space inside";
  EXPECT_EQ(ids(store.find("État", 5)), (std::set<std::string>{"m2"})) << "composed and decomposed";
  EXPECT_EQ(ids(store.find("1234", 5)), (std::set<std::string>{"m3"})) << "digits of another script";
}

TEST_F(RecordStoreTest, a_segment_is_read_in_once) {
  RecordIndex store = RecordIndex::open(folder_ / "records.db");
  const auto file = segment({"a", "b"});
  EXPECT_EQ(store.add_segment(file, "uid", "a1"), 3U);
  EXPECT_EQ(store.add_segment(file, "uid", "a1"), 0U);
  EXPECT_EQ(store.segments().size(), 1U);
}

TEST_F(RecordStoreTest, gives_records_by_id_by_reference_and_by_time) {
  RecordStore store = filled({"late", "early"});
  EXPECT_EQ(store.by_id("m1")->record.text("text"), "early");
  EXPECT_EQ(store.by_id("m1")->line, 2U);
  EXPECT_FALSE(store.by_id("m9"));
  EXPECT_EQ(store.by_reference("p").size(), 2U);
  EXPECT_EQ(store.by_reference("s").size(), 2U);
  std::vector<std::string> order;
  store.timeline([&](const StoredRecord& stored, std::int64_t, const std::string&) {
    order.push_back(stored.record.id);
    return true;
  });
  EXPECT_EQ(order, (std::vector<std::string>{"m1", "m0"}));
}

TEST_F(RecordStoreTest, reading_writes_nothing) {
  filled({"a text"});
  const auto before = base::files_in_folder(folder_.path())->names();
  const auto bytes = base::read_file(folder_ / "records.db");
  RecordStore store = RecordStore::open(folder_ / "records.db", support::sight_of_all());
  EXPECT_EQ(store.find("text", 5).size(), 1U);
  EXPECT_EQ(base::files_in_folder(folder_.path())->names(), before);
  EXPECT_EQ(base::read_file(folder_ / "records.db"), bytes);
}

TEST_F(RecordStoreTest, every_type_has_a_view_with_its_fields) {
  filled({"a text"});
  // As people open it: our own connections trust no SQL that a database brings along.
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "records.db").c_str(), &database), SQLITE_OK);
  const auto columns_of_first_row = [&](const std::string& view) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, ("SELECT * FROM " + view).c_str(), -1, &statement, nullptr),
              SQLITE_OK);
    const int columns = sqlite3_column_count(statement);
    const bool row = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return std::pair(columns, row);
  };
  for (const base::RecordType* type : base::all_record_types()) {
    const auto [columns, row] = columns_of_first_row("\"" + std::string(type->name) + "_view\"");
    EXPECT_EQ(columns, 3 + static_cast<int>(type->fields.size())) << type->name;
    EXPECT_EQ(row, type->name == "message" || type->name == "source") << type->name;
  }
  sqlite3_close(database);
}

}  // namespace
}  // namespace store
