// SPDX-License-Identifier: Apache-2.0
#include "tools/board.h"

#include <gtest/gtest.h>

#include "tools/text.h"

namespace {

using tools::BoardLine;
using tools::BoardRow;
using tools::JobState;

constexpr double kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1ULL << 30;

BoardRow row(std::string device, std::string exhibit, JobState state, std::uint64_t done,
             std::uint64_t total) {
  BoardRow made;
  made.device = std::move(device);
  made.exhibit = std::move(exhibit);
  made.state = state;
  made.done = made.media_done = done;
  made.total = made.media_total = total;
  return made;
}

std::vector<BoardRow> a_room() {
  auto reading = row("sdb", "KK-A-0007", JobState::reading, 6 * kGiB, 15 * kGiB);
  reading.per_second = 118.4 * kMiB;
  reading.seconds_left = 77;
  reading.bad_sectors = 3;
  reading.temperature = 38;
  auto slow =
      row("nbd://10.0.0.7/export-of-the-server-room", "KK-A-0008", JobState::reading_back, kGiB, 500 * kGiB);
  slow.media_done = 500 * kGiB;
  slow.per_second = 9.25 * kMiB;
  slow.seconds_left = 15 * 3600 + 240;
  auto failed = row("sdc", "KK-A-0009", JobState::failed, kGiB, 2 * kGiB);
  failed.reason = "the source does not answer any more";
  failed.advice = "Attach it again and give the same label: it goes on from 1.0 GiB.";
  return {reading,
          slow,
          failed,
          row("sdd", "KK-A-0010", JobState::paused, kGiB / 2, 8 * kGiB),
          row("护照.raw", "KK-A-0011", JobState::done, kGiB, kGiB),
          row("sde", "KK-A-0012", JobState::opening, 0, 4 * kGiB)};
}

std::string text_of(const std::vector<BoardLine>& lines) {
  std::string text;
  for (const auto& line : lines) text += line.text + "\n";
  return text;
}

TEST(Board, Narrow) {
  EXPECT_EQ(text_of(tools::board_lines(a_room(), 80, 24)),
            R"(DEVICE           EXHIBIT   DOES                %       RATE      LEFT   BAD  °C
sdb              KK-A-0007 reading          40 %  118 MiB/s     1 min     3  38
10.0.0.…er-room  KK-A-0008 reading back      0 %  9.2 MiB/s 15 h 04 m     0   -
sdc              KK-A-0009 FAILED           50 %          -         -     0   -
    the source does not answer any more
    Attach it again and give the same label: it goes on from 1.0 GiB.
sdd              KK-A-0010 paused            6 %          -         -     0   -
护照.raw         KK-A-0011 done            100 %          -         -     0   -
sde              KK-A-0012 opening             -          -         -     0   -
2 running, 1 waiting, 1 paused, 1 done, 1 FAILED
127 MiB/s; 508.5 GiB of 530.0 GiB read
)");
}

TEST(Board, Wide) {
  EXPECT_EQ(
      text_of(tools::board_lines(a_room(), 200, 50)),
      R"(DEVICE                           EXHIBIT                  DOES                 %                     DONE        RATE         LEFT   BAD  °C
sdb                              KK-A-0007                reading           40 %      6.0 GiB of 15.0 GiB   118 MiB/s        1 min     3  38
10.0.0.7/export…the-server-room  KK-A-0008                reading back       0 %     1.0 GiB of 500.0 GiB   9.2 MiB/s    15 h 04 m     0   -
sdc                              KK-A-0009                FAILED            50 %       1.0 GiB of 2.0 GiB           -            -     0   -
    the source does not answer any more
    Attach it again and give the same label: it goes on from 1.0 GiB.
sdd                              KK-A-0010                paused             6 %     512.0 MiB of 8.0 GiB           -            -     0   -
护照.raw                         KK-A-0011                done             100 %       1.0 GiB of 1.0 GiB           -            -     0   -
sde                              KK-A-0012                opening              -           0 B of 4.0 GiB           -            -     0   -
2 running, 1 waiting, 1 paused, 1 done, 1 FAILED; 127 MiB/s; 508.5 GiB of 530.0 GiB read
)");
}

TEST(Board, WhatDiffersIsShownOfALongName) {
  const auto cell = [](const char* device) {
    const auto lines = tools::board_lines({row(device, "E", JobState::reading, 1, 2)}, 80, 24);
    return lines.at(1).text.substr(0, 18);  // labels are short here
  };
  EXPECT_EQ(cell("/media/in/disks/7.raw"), "7.raw             ");
  EXPECT_EQ(cell("nbd+unix:///sdb?socket=/run/server.socket"), "sdb               ");
  EXPECT_EQ(cell("nbd+unix:///?socket=/run/a.socket"), "a.socket          ");
  EXPECT_EQ(cell("nbd://10.0.0.7/x"), "nbd://10.0.0.7/x  ");
}

TEST(Board, NoLineReachesTheEdge) {
  // A terminal wraps where the last cell is written.
  for (std::size_t width = 40; width <= 220; ++width) {
    for (const auto& line : tools::board_lines(a_room(), width, 24))
      ASSERT_LT(tools::width(line.text), width) << line.text;
  }
}

TEST(Board, WordsSayWhatColoursSay) {
  for (const auto& line : tools::board_lines(a_room(), 80, 24)) {
    const bool says_failed = line.text.find("FAILED") != std::string::npos && line.text.starts_with("sdc");
    const bool belongs_to_it = line.text.starts_with("    ");
    EXPECT_EQ(line.tone == BoardLine::Tone::wrong, says_failed || belongs_to_it) << line.text;
  }
}

TEST(Board, ALowWindowKeepsWhatNeedsAPerson) {
  std::vector<BoardRow> rows;
  for (int i = 0; i < 30; ++i) rows.push_back(row("sd" + std::to_string(i), "E", JobState::done, 1, 1));
  rows.push_back(row("sdx", "E", JobState::reading, 1, 2));
  rows.push_back(row("sdy", "E", JobState::failed, 1, 2));
  const auto lines = tools::board_lines(rows, 80, 10);
  EXPECT_EQ(lines.size(), 10u);
  const std::string text = text_of(lines);
  EXPECT_NE(text.find("sdx"), std::string::npos);
  EXPECT_NE(text.find("sdy"), std::string::npos);
  EXPECT_NE(text.find("(25 more; the window is too low)"), std::string::npos) << text;
}

TEST(Board, NothingIsFinishedBeforeItIs) {
  auto almost = row("sdb", "E", JobState::reading, 999, 1000);
  EXPECT_EQ(tools::log_line(almost), "sdb  E  reading  99 % of 1000 B");
}

TEST(Board, TheSumSaysWhatIsNotKnown) {
  EXPECT_EQ(tools::sum_line({}), "no job yet");
  EXPECT_EQ(tools::sum_line({row("nbd://h/x", "E", JobState::opening, 0, 0)}),
            "1 waiting; 0 B of at least 0 B read");
}

}  // namespace
