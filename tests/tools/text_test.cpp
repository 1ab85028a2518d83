// SPDX-License-Identifier: Apache-2.0
// Text on a narrow screen: lines end between words, and nothing that may be copied from the screen is cut.
#include "tools/text.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace tools {
namespace {

TEST(Broken, AtBlanksAndALittleFurtherIn) {
  EXPECT_EQ(broken("this volume is not encrypted", 16), "this volume is\n  not encrypted");
  EXPECT_EQ(broken("short", 16), "short");
  EXPECT_EQ(broken("", 16), "");
  EXPECT_EQ(broken("one\n\ntwo and three more words\n", 10), "one\n\ntwo and\n  three\n  more\n  words\n");
}

TEST(Broken, BelowTheSecondColumn) {
  EXPECT_EQ(broken("  --slip SCAN   the other side signed", 36),
            "  --slip SCAN   the other side\n                signed");
}

TEST(Broken, NoWordIsCut) {
  const std::string path = "/home/officer/.config/holdfast/identities";
  EXPECT_EQ(broken("  " + path, 20), "  " + path);
  EXPECT_EQ(broken("in " + path + " now", 20), "in\n  " + path + "\n  now");
}

TEST(Broken, CountsCells) {
  EXPECT_EQ(broken("护照 护照 护照", 10), "护照 护照\n  护照") << "each is two wide";
}

TEST(Beginning, TheEndGivesWay) {
  EXPECT_EQ(beginning("room 301, site Building 7", 12), "room 301, s…");
  EXPECT_EQ(beginning("room 301", 12), "room 301");
  EXPECT_EQ(beginning("护照护照", 6), "护照…") << "each is two wide";
}

// Cells as tmux gives them to the same words.
TEST(Text, WidthIsThatOfTheTerminal) {
  EXPECT_EQ(width("plain"), 5u);
  EXPECT_EQ(width("物证"), 4u);
  EXPECT_EQ(width("ไม่มี"), 3u);      // five characters, two of them marks above
  EXPECT_EQ(width("ບໍ່ມີ"), 2u);       // Lao
  EXPECT_EQ(width("đồng hồ"), 7u);  // composed
  EXPECT_EQ(width("e\u0301"), 1u);  // a mark of its own
  EXPECT_EQ(width("ស្លាក"), 4u);     // Khmer: the sign that joins has no cell
  EXPECT_EQ(width("မရှိ"), 2u);       // Burmese: a medial and a vowel sign have none
  EXPECT_EQ(width("\u200b\u2060"), 0u);
  EXPECT_EQ(width("\xff"), 1u);
}

TEST(Text, WhatIsShortenedFitsAndKeepsItsMarks) {
  for (const char* text :
       {"ไม่มีวัตถุพยานที่มีป้าย", "没有标签为这个的物证", "គ្មានវត្ថុតាងដែលមានស្លាក", "plain words that are too long"}) {
    for (std::size_t cells = 3; cells < 24; ++cells) {
      const std::string cut = shortened(text, cells);
      EXPECT_LE(width(cut), cells) << cut;
      EXPECT_TRUE(base::is_utf8(cut)) << cut;
      EXPECT_EQ(width(fitted(text, cells)), cells) << cut;
      // No mark stands on the sign that says that something is left out.
      const std::size_t sign = cut.find("…");
      if (sign == cut.npos || sign + 3 == cut.size()) continue;
      const std::string_view behind = std::string_view(cut).substr(sign + 3);
      EXPECT_GT(width(behind.substr(0, sequence(behind))), 0u) << cut;
    }
  }
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line;
  return all;
}

TEST(Text, ScriptsWithoutBlanksAreBrokenAndNothingIsLost) {
  for (const std::string text :
       {"ของชิ้นนี้ยังไม่ถูกลงทะเบียนให้สั่งคำสั่งเดิมอีกครั้ง", "此物品未登记。请再次执行相同的命令。之前写入的内容已保留。",
        "គ្មានអ្វីត្រូវបានចុះបញ្ជីទេសូមវាយពាក្យបញ្ជាដដែលម្ដងទៀត"}) {
    const auto lines = wrapped(text, 24);
    EXPECT_GT(lines.size(), 1u) << text;
    EXPECT_EQ(joined(lines), text);
    for (const std::string& line : lines) EXPECT_LE(width(line), 24u) << line;
  }
}

TEST(Text, BlanksStillPartWords) {
  EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("/a/path/that/is/long", 9), (std::vector<std::string>{"/a/p…long"}));
}

TEST(Broken, BetweenWordsThatHaveNoBlanks) {
  const std::string text = "ของชิ้นนี้ยังไม่ถูกลงทะเบียนให้สั่งคำสั่งเดิมอีกครั้ง";
  std::string lines = broken(text, 24);
  EXPECT_NE(lines.find('\n'), lines.npos);
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', from), lines.size());
    EXPECT_LE(width(std::string_view(lines).substr(from, end - from)), 24u) << lines;
    from = end + 1;
  }
  std::erase_if(lines, [](char c) { return c == '\n' || c == ' '; });
  EXPECT_EQ(lines, text);
}

}  // namespace
}  // namespace tools
