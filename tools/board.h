// SPDX-License-Identifier: Apache-2.0
// The board of several acquisitions: what is shown, laid out as lines of text for a width, and drawn on a
// terminal. Laying out is pure, any thread; a BoardScreen belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

enum class JobState {
  opening,   // asked for, and not yet open
  waiting,   // for room on the link that it shares
  checking,  // what an earlier attempt wrote is read again
  reading,
  source_gone,  // and waited for
  reading_back,
  stopping,  // on request, or to pause
  paused,    // goes on when there is room
  done,
  done_bad,  // with bad ranges or damage: a person must look at it
  failed,
  stopped,  // on request; the same command goes on
};
std::string_view name_of(JobState state);  // "done, bad parts"
bool is_over(JobState state);

struct BoardRow {
  std::string device, exhibit;
  JobState state = JobState::waiting;
  std::uint64_t done = 0, total = 0;              // of what it does now, in bytes
  std::uint64_t media_done = 0, media_total = 0;  // read so far, of all; total 0: not known yet
  double per_second = 0;
  std::optional<double> seconds_left;
  std::uint64_t bad_sectors = 0;
  std::optional<int> temperature;  // Celsius, when it was opened
  std::string reason, advice;      // of what failed or stopped
};

struct BoardLine {
  // How it is coloured where there are colours; the words say the same.
  enum class Tone { plain, faint, good, attention, wrong } tone = Tone::plain;
  std::string text;
  bool operator==(const BoardLine&) const = default;
};

// A heading, a line for each job with the reason below what failed, and a line of sums. Where `height` is too
// small for all, jobs that are over give way first, oldest first; a line says how many are not shown.
// REQUIRES: width >= 40, height >= 5.
std::vector<BoardLine> board_lines(const std::vector<BoardRow>& rows, std::size_t width, std::size_t height);

// One job in one line, for logs: "sdb KK-A-0007 reading 42 % 118 MiB/s 12 min left".
std::string log_line(const BoardRow& row);
std::string sum_line(const std::vector<BoardRow>& rows);

// The lower end of a terminal (standard error): the board, and below it a line that is being typed.
class BoardScreen {
 public:
  BoardScreen();
  bool there() const { return there_; }
  // `prompt`: the last line, which the cursor stays in; empty: none.
  void draw(const std::vector<BoardRow>& rows, std::string_view prompt, std::string_view typed);
  void clear();   // before anything else is printed
  void forget();  // somebody else printed: what is drawn stays, the next board comes below
  // Draws the board once more and leaves it standing.
  void leave(const std::vector<BoardRow>& rows);

 private:
  std::size_t cells() const;
  std::size_t lines() const;
  bool there_, colour_;
  std::size_t drawn_ = 0;  // lines above the cursor that are ours
  bool shown_ = false;
  std::size_t drawn_width_ = 0;
};

}  // namespace tools
