// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/shared_folder.h"

namespace base {
namespace {

TEST(Json, gives_the_published_canonical_forms) {
  SKIP_WITHOUT_SHARED("vectors/jcs");
  int judged = 0;
  const auto files = files_in_folder(support::shared("vectors/jcs"));
  for (const std::string& name : files->names()) {
    const std::size_t input = name.find("input/");
    if (input == name.npos || !name.ends_with(".json")) continue;
    const std::string output = name.substr(0, input) + "output/" + name.substr(input + 6);
    EXPECT_EQ(parse_json(files->read(name)).canonical(), as_text(files->read(output))) << name;
    ++judged;
  }
  EXPECT_EQ(judged, 6);
}

TEST(Json, prints_numbers_as_ecmascript_does) {
  // RFC 8785 appendix B.
  const std::vector<std::pair<double, std::string>> expected{
      {4.50, "4.5"},
      {2e-3, "0.002"},
      {1e30, "1e+30"},
      {0.0, "0"},
      {-0.0, "0"},
      {1e21, "1e+21"},
      {999999999999999900000.0, "999999999999999900000"},
      {1e-7, "1e-7"},
      {0.000001, "0.000001"},
      {333333333.33333329, "333333333.3333333"},
      {-1.5, "-1.5"},
      {5e-324, "5e-324"}};
  for (const auto& [number, text] : expected) EXPECT_EQ(Json(number).canonical(), text);
}

TEST(Profile, accepts_only_the_canonical_bytes) {
  EXPECT_EQ(parse_profile(as_bytes(R"({"a":1,"b":["x",true,null]})")).at("a").integer(), 1);
  for (const char* bad : {R"({"b":1,"a":2})",
                          R"({"a":1, "b":2})",
                          R"({"a":1}x)",
                          "\xef\xbb\xbf{}",
                          R"({"a":1,"a":2})",
                          R"({"A":1})",
                          R"({"\u0061":1})",
                          R"({"a":1.0})",
                          R"({"a":1e3})",
                          R"({"a":-0})",
                          R"({"a":9007199254740993})",
                          "{\"a\":\"\\u0000\"}",
                          "{\"a\":\"\xef\xbf\xbe\"}",
                          "{\"a\":\"\xed\xa0\x80\"}",
                          R"({"a":"\ud800"})",
                          R"({"a":"\/"})",
                          R"({"a.0":1})",
                          "",
                          " ",
                          "{",
                          R"({"a":NaN})",
                          R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}})"}) {
    EXPECT_THROW(parse_profile(as_bytes(bad)), JsonError) << bad;
  }
  EXPECT_THROW(parse_profile(as_bytes("\"" + std::string(300'000, 'a') + "\"")), JsonError)
      << "longer than 256 KiB";
}

TEST(Line, allows_chunks_and_zero_in_texts) {
  EXPECT_NO_THROW(parse_line(as_bytes(R"({"text.0":"a","text.1":"\u0000"})")));
  EXPECT_THROW(parse_line(as_bytes(R"({"text.01":"a"})")), JsonError);
  EXPECT_THROW(parse_line(as_bytes(R"({"text.":"a"})")), JsonError);
}

TEST(Evidence, json_is_read_leniently_and_counted) {
  std::size_t duplicates = 0;
  const Json json = parse_json(as_bytes("{ \"a\" : 1.5e3, \"Ünï\": [1, 18446744073709551615], \"a\": 2 }"),
                               {}, &duplicates);
  EXPECT_EQ(json.at("a").integer(), 2);
  EXPECT_EQ(duplicates, 1U);
  EXPECT_TRUE(json.at("Ünï").items()[1].is_real());
  EXPECT_THROW(parse_json(as_bytes(std::string(100, '['))), JsonError) << "nested too deep";
  EXPECT_THROW(parse_json(as_bytes("[1e999]")), JsonError);
}

TEST(Evidence, a_million_names_are_read_in_reasonable_steps) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"" + std::to_string(i) + "\":0,";
  text.back() = '}';
  EXPECT_EQ(parse_json(as_bytes(text)).members().size(), 200'000U);
}

TEST(Writer, writes_what_canonical_would) {
  JsonWriter writer;
  writer.begin_object()
      .name("a")
      .begin_array()
      .text("x\n\x01")
      .integer(-5)
      .end_array()
      .name("b")
      .flag(true)
      .end_object();
  const std::string text = writer.take();
  EXPECT_EQ(text, R"({"a":["x\n\u0001",-5],"b":true})");
  EXPECT_EQ(parse_json(as_bytes(text)).canonical(), text);
}

TEST(Json, says_what_is_missing) {
  const Json json = Json::object({{"a", 1}});
  EXPECT_THROW(json.at("b"), JsonError);
  EXPECT_THROW(json.at("a").text(), JsonError);
  EXPECT_EQ(json.find("b"), nullptr);
}

}  // namespace
}  // namespace base
