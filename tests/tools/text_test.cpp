// SPDX-License-Identifier: Apache-2.0
// Text on a narrow screen: lines end between words, and nothing that may be copied from the screen is cut.
#include "tools/text.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tools
