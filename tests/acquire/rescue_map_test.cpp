// SPDX-License-Identifier: Apache-2.0
// The map by itself: ranges, text, hostile text.
#include "acquire/rescue_map.h"

#include <random>

#include <gtest/gtest.h>

#include "base/error.h"

using acquire::BlockStatus;
using acquire::RescueMap;

namespace {

constexpr BlockStatus kAll[] = {BlockStatus::non_tried, BlockStatus::non_trimmed, BlockStatus::non_scraped,
                                BlockStatus::bad, BlockStatus::finished};

TEST(RescueMap, BeginsWithNothingTried) {
  const RescueMap map(1000);
  EXPECT_EQ(map.ranges(), (std::vector<RescueMap::Range>{{0, 1000, BlockStatus::non_tried}}));
  EXPECT_EQ(map.bytes(BlockStatus::non_tried), 1000u);
  EXPECT_EQ(map.end_of_finished(), 0u);
  EXPECT_TRUE(RescueMap(0).ranges().empty());
}

TEST(RescueMap, RangesThatTouchAreJoined) {
  RescueMap map(100);
  map.set(10, 10, BlockStatus::finished);
  map.set(30, 10, BlockStatus::finished);
  EXPECT_EQ(map.range_count(), 5u);
  map.set(20, 10, BlockStatus::finished);
  EXPECT_EQ(map.ranges(), (std::vector<RescueMap::Range>{{0, 10, BlockStatus::non_tried},
                                                         {10, 30, BlockStatus::finished},
                                                         {40, 60, BlockStatus::non_tried}}));
  map.set(0, 100, BlockStatus::bad);
  EXPECT_EQ(map.ranges(), (std::vector<RescueMap::Range>{{0, 100, BlockStatus::bad}}));
  map.set(100, 0, BlockStatus::finished);
  EXPECT_EQ(map.range_count(), 1u);
}

// Against one status a byte, which is hard to get wrong.
TEST(RescueMap, AnyOrderOfChangesGivesWhatBytesGive) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    constexpr std::size_t kSize = 97;
    RescueMap map(kSize);
    std::string bytes(kSize, '?');
    for (int change = 0; change < 60; ++change) {
      const std::size_t offset = random() % kSize, size = random() % (kSize - offset + 1);
      const auto status = kAll[random() % 5];
      map.set(offset, size, status);
      bytes.replace(offset, size, size, static_cast<char>(status));
      std::string said;
      for (const auto& range : map.ranges()) {
        EXPECT_EQ(range.offset, said.size());
        EXPECT_TRUE(said.empty() || said.back() != static_cast<char>(range.status)) << "not joined";
        said.append(range.size, static_cast<char>(range.status));
      }
      ASSERT_EQ(said, bytes);
      for (const auto one : kAll) {
        const auto count = std::count(bytes.begin(), bytes.end(), static_cast<char>(one));
        ASSERT_EQ(map.bytes(one), static_cast<std::uint64_t>(count));
        const std::size_t from = random() % (kSize + 1);
        const auto next = map.next(one, from);
        ASSERT_EQ(next ? next->offset : std::string::npos, bytes.find(static_cast<char>(one), from));
        const auto previous = map.previous(one, from);
        const std::size_t last = from == 0 ? bytes.npos : bytes.rfind(static_cast<char>(one), from - 1);
        ASSERT_EQ(previous ? previous->end() - 1 : std::string::npos, last);
      }
    }
    EXPECT_EQ(RescueMap::parse(map.text()), map);
  }
}

TEST(RescueMap, SectorsAreCountedOutwards) {
  RescueMap map(8000);
  map.set(0, 8000, BlockStatus::finished);
  map.set(100, 10, BlockStatus::bad);
  map.set(1000, 100, BlockStatus::bad);  // sectors 1 and 2
  map.set(1600, 10, BlockStatus::bad);   // sector 3
  map.set(4096, 512, BlockStatus::non_scraped);
  map.set(7990, 10, BlockStatus::bad);  // the last, which is shorter
  using List = std::vector<image::SectorRange>;
  EXPECT_EQ(map.bad(512), (List{{0, 4}, {15, 1}}));
  EXPECT_EQ(map.unfinished(512), (List{{0, 4}, {8, 1}, {15, 1}}));
}

TEST(RescueMap, TextIsWhatTheManualDescribes) {
  RescueMap map(0x120000);
  map.set(0, 0x117000, BlockStatus::finished);
  map.set(0x117000, 0x200, BlockStatus::bad);
  map.set(0x117200, 0x1000, BlockStatus::non_scraped);
  map.set(0x118200, 0x600, BlockStatus::non_trimmed);
  map.set_position({0x118200, BlockStatus::non_trimmed, 1});
  EXPECT_EQ(map.text(),
            "# Rescue map in the format of GNU ddrescue, written by Holdfast\n"
            "# current_pos  current_status  current_pass\n"
            "0x00118200     *               1\n"
            "#      pos        size  status\n"
            "0x00000000  0x00117000  +\n"
            "0x00117000  0x00000200  -\n"
            "0x00117200  0x00001000  /\n"
            "0x00118200  0x00000600  *\n"
            "0x00118800  0x00007800  ?\n");
  EXPECT_EQ(RescueMap::parse(map.text()), map);
}

TEST(RescueMap, ReadsDecimalOctalCommentsAndOldMaps) {
  const auto map = RescueMap::parse(
      "# by hand\n\n  512 -   # no number of a pass: before version 1.20\r\n"
      "0 0X200 +\t# first\n0x200 01000 +\n1024\t10 -");
  EXPECT_EQ(map.ranges(),
            (std::vector<RescueMap::Range>{{0, 1024, BlockStatus::finished}, {1024, 10, BlockStatus::bad}}));
  EXPECT_EQ(map.position(), (RescueMap::Position{512, BlockStatus::bad, 1}));
  EXPECT_EQ(RescueMap::parse("0 + 1\n").size(), 0u);
}

TEST(RescueMap, SizesUpTo2To63) {
  RescueMap map((std::uint64_t{1} << 63) - 1);
  map.set(std::uint64_t{1} << 62, 512, BlockStatus::bad);
  EXPECT_EQ(RescueMap::parse(map.text()), map);
  EXPECT_EQ(map.bad(512), (std::vector<image::SectorRange>{{std::uint64_t{1} << 53, 1}}));
}

TEST(RescueMap, SectorsThatAreHalfOfAStatusAreTriedAgain) {
  RescueMap map(20'000);
  map.set(0, 20'000, BlockStatus::finished);
  map.set(512, 512, BlockStatus::bad);
  map.set(8192, 4096, BlockStatus::bad);
  map.set(19'000, 1000, BlockStatus::bad);
  map.align(4096);
  EXPECT_EQ(map.ranges(), (std::vector<RescueMap::Range>{{0, 4096, BlockStatus::non_tried},
                                                         {4096, 4096, BlockStatus::finished},
                                                         {8192, 4096, BlockStatus::bad},
                                                         {12'288, 4096, BlockStatus::finished},
                                                         {16'384, 3616, BlockStatus::non_tried}}));
}

TEST(RescueMap, HostileTextIsRefusedWithTheLine) {
  const struct {
    const char* text;
    const char* line;
  } cases[] = {
      {"", "line 1"},
      {"# only a comment\n", "line 2"},
      {"0\n", "line 1"},
      {"0 + 1 1\n", "line 1"},
      {"0 x 1\n0 1 +\n", "line 1"},
      {"0 ++ 1\n0 1 +\n", "line 1"},
      {"0 F 1\n0 1 +\n", "line 1"},
      {"0 G 1\n0 1 +\n", "line 1"},
      {"0 + 0\n0 1 +\n", "line 1"},
      {"0 + 0x1\n0 1 +\n", "line 1"},
      {"0 + -1\n0 1 +\n", "line 1"},
      {"0 + 99999999999\n0 1 +\n", "line 1"},
      {"-1 + 1\n0 1 +\n", "line 1"},
      {"0 + 1\n0 1\n", "line 2"},
      {"0 + 1\n0 1 + +\n", "line 2"},
      {"0 + 1\n0 0 +\n", "line 2"},
      {"0 + 1\n1 1 +\n", "line 2"},
      {"0 + 1\n0 512 +\n513 1 -\n", "line 3"},
      {"0 + 1\n0 512 +\n511 1 -\n", "line 3"},
      {"0 + 1\n0 512 +\n\n0 512 +\n", "line 4"},
      {"0 + 1\n0 0x 1\n", "line 2"},
      {"0 + 1\n0 0x +\n", "line 2"},
      {"0 + 1\n0 08 +\n", "line 2"},
      {"0 + 1\n0 12a +\n", "line 2"},
      {"0 + 1\n0 +12 +\n", "line 2"},
      {"0 + 1\n0 1e3 +\n", "line 2"},
      {"0 + 1\n0 512# +\n", "line 2"},
      {"0 + 1\n0 0x8000000000000000 +\n", "line 2"},
      {"0 + 1\n0 0xFFFFFFFFFFFFFFFF +\n", "line 2"},
      {"0 + 1\n0 99999999999999999999999 +\n", "line 2"},
      {"0 + 1\n0 0x7FFFFFFFFFFFFFFF +\n0x7FFFFFFFFFFFFFFF 1 -\n", "line 3"},
      {"0 + 1\n0 1 F\n", "line 2"},
  };
  for (const auto& one : cases) {
    try {
      RescueMap::parse(one.text);
      ADD_FAILURE() << "read: " << one.text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::format);
      EXPECT_NE(std::string(error.what()).find(std::string("the rescue map, ") + one.line + ":"),
                std::string::npos)
          << one.text << " -> " << error.what();
    }
  }
  EXPECT_THROW(RescueMap::parse(std::string_view("0 + 1\n0 1\0 +\n", 14)), base::Error);
}

// Any text either is refused or is a map that is read again as itself.
TEST(RescueMap, ChangedTextIsRefusedOrAMap) {
  RescueMap map(100'000);
  for (std::uint64_t at = 0; at < 100'000; at += 9000) map.set(at, 512, kAll[at / 9000 % 5]);
  const std::string text = map.text();
  std::mt19937 random(3);
  unsigned refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string changed = text;
    for (unsigned i = 0, count = 1 + random() % 3; i < count; ++i)
      changed[random() % changed.size()] = "0123456789xF?*/-+# \n\t\0\xFF"[random() % 23];
    try {
      const auto read = RescueMap::parse(changed);
      std::uint64_t sum = 0;
      for (const auto one : kAll) sum += read.bytes(one);
      EXPECT_EQ(sum, read.size());
      EXPECT_EQ(RescueMap::parse(read.text()), read);
    } catch (const base::Error& error) {
      ASSERT_EQ(error.kind, base::ErrorKind::format);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
