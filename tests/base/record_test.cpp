// SPDX-License-Identifier: Apache-2.0
#include "base/record.h"

#include <set>

#include <gtest/gtest.h>

#include "base/records.h"

namespace base {
namespace {

Record sample_message() {
  Message message;
  message.app = Word{"sms"};
  message.direction = Word{"incoming"};
  message.recipients = {"r1", "r2"};
  message.time = time_from_unix_ms(1'700'000'000'123);
  message.text = Text{"护照"};
  message.read = true;
  message.status_code = -1;
  Record record = record_of(message, {"source1", Row{"sms", 7}, State::live, 0});
  record.id = "abc";
  record.extractor = "android_messages/1";
  return record;
}

TEST(Record, its_line_is_canonical_and_reads_back) {
  const std::string line = line_of(sample_message());
  EXPECT_EQ(
      line,
      R"({"app":"sms","direction":"incoming","extractor":"android_messages/1","id":"abc","position":["row","sms","7"],)"
      R"("read":true,"recipients":["r1","r2"],"source":"source1","state":"live","status_code":"-1","text":"护照",)"
      R"("time":{"basis":"stored UTC","raw":"1700000000123","unit":"unix_ms","utc":"2023-11-14T22:13:20.123Z"},)"
      R"("type":"message"})");
  const Record back = record_from_line(as_bytes(line));
  EXPECT_EQ(line_of(back), line);
  EXPECT_EQ(back.text("text"), "护照");
  EXPECT_EQ(std::get<std::int64_t>(*back.find("status_code")), -1);
  EXPECT_EQ(back.find("subject"), nullptr) << "absent is absent";
}

TEST(Record, members_stand_in_declared_order) {
  std::vector<std::string> names;
  for (const LineMember& member : members_of(sample_message())) names.push_back(member.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"type", "id", "source", "position", "state", "extractor", "app",
                                      "direction", "recipients", "time", "text", "status_code", "read"}));
}

TEST(Record, evidence_text_survives_whatever_it_is) {
  Record record = sample_message();
  for (const std::string& bytes :
       {std::string("\xff\xfe", 2), std::string("a\0b", 3), std::string("\"\\\n"), std::string()}) {
    record.set("text", Text{bytes});
    EXPECT_EQ(record_from_line(as_bytes(line_of(record))).text("text"), bytes);
  }
}

TEST(Record, long_texts_come_in_chunks_that_join) {
  Record record = sample_message();
  for (std::size_t length : {kTextChunk - 1, kTextChunk, kTextChunk + 1, 12 * kTextChunk + 5}) {
    std::string text(length, 'x');
    for (std::size_t i = 1; i + 3 < length; i += 3)
      text.replace(i, 3,
                   "ที"
                   "");
    text.resize(length);
    for (const std::string& bytes : {std::string(length, 'y'), text}) {
      record.set("text", Text{bytes});
      const std::string line = line_of(record);
      EXPECT_EQ(record_from_line(as_bytes(line)).text("text"), bytes) << length;
      EXPECT_EQ(line.find("\"text.0\"") != line.npos, length > kTextChunk);
    }
  }
}

TEST(Record, a_line_that_is_not_its_record_is_refused) {
  for (const char* bad :
       {R"({"type":"message"})",                                               // no position, no state
        R"({"id":"a","position":["whole"],"state":"live","type":"nothing"})",  // unknown type
        R"({"id":"a","position":["whole"],"state":"live","type":"message","wallet":"x"})",  // a field of
                                                                                            // another type
        R"({"id":"a","position":["whole"],"read":"yes","state":"live","type":"message"})",  // another kind of
                                                                                            // value
        R"({"id":"a","position":["whole"],"state":"live","status_code":"07","type":"message"})",
        R"({"id":"a","ordinal":"0","position":["whole"],"state":"live","type":"message"})",
        R"({"id":"a","position":["row","sms"],"state":"live","type":"message"})",
        R"({"id":"a","position":["whole"],"state":"live","text.0":"a","text.1":"b","type":"message"})"}) {
    EXPECT_THROW(record_from_line(as_bytes(bad)), JsonError) << bad;
  }
}

TEST(RecordTypes, are_declared_without_slips) {
  std::set<std::string_view> types;
  for (const RecordType* type : all_record_types()) {
    EXPECT_TRUE(types.insert(type->name).second) << type->name << " twice";
    std::set<std::string_view> names;
    for (const Field& field : common_fields()) names.insert(field.name);
    for (const Field& field : type->fields) {
      EXPECT_TRUE(names.insert(field.name).second) << type->name << "." << field.name << " twice";
      EXPECT_TRUE(field.meaning.ends_with(".") || field.meaning.ends_with("…"))
          << type->name << "." << field.name << ": a sentence";
    }
    EXPECT_EQ(find_record_type(type->name), type);
  }
}

TEST(RecordId, depends_on_every_part_and_on_nothing_else) {
  const Locator locator = Locator::in_partition(1, "/data/a b");
  const Position row = Row{"sms", 1};
  const RecordId id = record_id("u", "a1", locator, row, State::live, "message", 0);
  EXPECT_EQ(id.size(), 26U);
  EXPECT_EQ(id, record_id("u", "a1", locator, row, State::live, "message", 0));
  const std::set<RecordId> others{record_id("v", "a1", locator, row, State::live, "message", 0),
                                  record_id("u", "a2", locator, row, State::live, "message", 0),
                                  record_id("u", "a1", locator.sibling("x"), row, State::live, "message", 0),
                                  record_id("u", "a1", locator, Row{"sms", 2}, State::live, "message", 0),
                                  record_id("u", "a1", locator, row, State::recovered, "message", 0),
                                  record_id("u", "a1", locator, row, State::live, "media", 0),
                                  record_id("u", "a1", locator, row, State::live, "message", 1),
                                  id};
  EXPECT_EQ(others.size(), 8U);
}

TEST(Position, every_kind_reads_back) {
  for (const Position& position :
       {Position(Whole{}), Position(Row{"t", -3}), Position(PageCell{"wal", 3, 412}), Position(Range{0, 512}),
        Position(StoreKey{"64", 21, 9}), Position(Element{"/a/0"})}) {
    EXPECT_EQ(position_from_json(position_to_json(position)), position);
  }
}

TEST(Locator, keeps_every_name) {
  const std::string name("/d/\xff p:2!#%\x01", 12);
  const Locator locator = Locator::in_partition(2, name);
  EXPECT_EQ(locator.encoded(), "p2:/d/%FF%20p%3A2%21%23%25%01");
  EXPECT_EQ(locator.last_path(), name);
  EXPECT_EQ(locator.partition(), 2U);
  EXPECT_EQ(locator.sibling("x-wal").encoded(), "p2:/d/x-wal");
  EXPECT_EQ(Locator::in_partition(0, "/a").nested("/b c").last_path(), "/b c");
  EXPECT_EQ(Locator::in_partition(0, "/a").sibling("b").encoded(), "/b");
}

TEST(Time, is_placed_where_it_can_be) {
  EXPECT_EQ(format_utc(*time_from_unix_ms(1'700'000'000'000).utc_us), "2023-11-14T22:13:20Z");
  EXPECT_EQ(format_utc(*time_from_webkit_us(13'344'473'600'000'001).utc_us), "2023-11-14T22:13:20.000001Z");
  EXPECT_EQ(format_utc(*time_from_unix_s(-1).utc_us), "1969-12-31T23:59:59Z");
  EXPECT_FALSE(time_from_unix_ms(INT64_MAX).utc_us);
  EXPECT_FALSE(time_from_unix_s(253'402'300'800).utc_us) << "the year 10000";
  EXPECT_FALSE(time_from_webkit_us(INT64_MIN).utc_us);
  for (const char* text : {"2023-11-14T22:13:20Z", "0001-01-01T00:00:00Z", "2024-02-29T23:59:59.999Z",
                           "1969-12-31T23:59:59.000001Z"}) {
    ASSERT_TRUE(parse_utc(text)) << text;
    EXPECT_EQ(format_utc(*parse_utc(text)), text);
  }
  for (const char* bad : {"2023-02-29T00:00:00Z", "2023-11-14T24:00:00Z", "2023-11-14 22:13:20Z",
                          "2023-11-14T22:13:20", "2023-11-14T22:13:20.5Z"}) {
    EXPECT_FALSE(parse_utc(bad)) << bad;
  }
}

}  // namespace
}  // namespace base
