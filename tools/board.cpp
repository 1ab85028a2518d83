// SPDX-License-Identifier: Apache-2.0
#include "tools/board.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/words.h"
#include "tools/text.h"

namespace tools {
namespace {

using Tone = BoardLine::Tone;

// Cells of each column; one blank between.
struct Columns {
  std::size_t device, exhibit, state, amount, rate, left;
};
constexpr auto kExhibit = base::phrase("EXHIBIT");
constexpr std::size_t kPercent = 5, kBad = 5, kTemperature = 3;
constexpr std::size_t kSlim = 72;   // below it there is room for the first four columns only
constexpr std::size_t kWide = 144;  // from here on there is room for amounts and longer names

// What a screen of usual width leaves beside the columns of fixed width goes to the names: to the labels,
// which are of one form, what they need, and to the devices the rest.
Columns columns_for(std::size_t width, std::size_t longest_label) {
  if (width >= kWide) return {32, 24, 16, 24, 11, 12};
  if (width < kSlim) {
    const std::size_t names = width - 1 - 15 - kPercent - 3;
    return {names / 2, names - names / 2, 15, 0, 0, 0};
  }
  const std::size_t fixed = 15 + kPercent + 10 + 9 + kBad + kTemperature + 7;
  const std::size_t names = width - 1 - fixed;
  const std::size_t labels = std::clamp(longest_label, tools::width(kExhibit), names - names / 2);
  return {names - labels, labels, 15, 0, 10, 9};
}

// The part of a path or an address that differs most: a file's name, a host with its export.
std::string_view short_name(std::string_view device) {
  const std::size_t scheme = device.find("://");
  if (scheme == device.npos) return device.substr(device.rfind('/') + 1);
  device.remove_prefix(scheme + 3);
  const std::size_t query = device.find("?socket=");
  if (query == device.npos) return device;
  // "/export?socket=/run/x": the export, or the socket where the export has no name.
  return query > 1 ? device.substr(1, query - 1) : device.substr(device.rfind('/') + 1);
}

std::string device_cell(const std::string& device, std::size_t cells) {
  return fitted(width(device) <= cells ? std::string_view(device) : short_name(device), cells);
}

std::string percent(const BoardRow& row) {
  if (row.state == JobState::done || row.state == JobState::done_bad) return "100 %";
  if (row.total == 0 || row.state == JobState::opening) return "-";
  // Rounded down: 100 says that nothing is left.
  return fmt::format(
      "{} %", static_cast<unsigned>(static_cast<double>(row.done) * 100 / static_cast<double>(row.total)));
}

std::string rate(double per_second) {
  if (per_second <= 0) return "-";
  const std::string text = short_size(per_second);
  // Three digits are enough to see what a link does.
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos && dot >= 3) return text.substr(0, dot) + text.substr(dot + 2) + "/s";
  return text + "/s";
}

std::string time_left(const std::optional<double>& seconds) {
  if (!seconds) return "-";
  if (*seconds > 99.0 * 3600) return "> 99 h";
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, *seconds));
  if (whole >= 3600) return fmt::format("{} h {:02} m", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return base::say("{} min", whole / 60);
  return fmt::format("{} s", whole);
}

std::string amount(const BoardRow& row) {
  if (row.total == 0) return "-";
  return base::say("{} of {}", short_size(static_cast<double>(row.done)),
                   short_size(static_cast<double>(row.total)));
}

Tone tone_of(JobState state) {
  switch (state) {
    case JobState::done:
      return Tone::good;
    case JobState::done_bad:
    case JobState::source_gone:
    case JobState::stopped:
      return Tone::attention;
    case JobState::failed:
      return Tone::wrong;
    case JobState::waiting:
    case JobState::paused:
      return Tone::faint;
    default:
      return Tone::plain;
  }
}

std::string heading(const Columns& columns) {
  std::string text = fitted(base::say("DEVICE"), columns.device) + ' ' + fitted(kExhibit, columns.exhibit) +
                     ' ' + fitted(base::say("DOES"), columns.state) + ' ' + fitted_right("%", kPercent);
  if (columns.rate == 0) return text;
  text += ' ';
  if (columns.amount > 0) text += fitted_right(base::say("DONE"), columns.amount) + ' ';
  return text + fitted_right(base::say("RATE"), columns.rate) + ' ' +
         fitted_right(base::say("LEFT"), columns.left) + ' ' + fitted_right(base::say("BAD"), kBad) + ' ' +
         fitted_right("°C", kTemperature);
}

std::string row_text(const BoardRow& row, const Columns& columns) {
  const bool flows = row.state == JobState::reading || row.state == JobState::checking ||
                     row.state == JobState::reading_back || row.state == JobState::stopping;
  std::string text = device_cell(row.device, columns.device) + ' ' + fitted(row.exhibit, columns.exhibit) +
                     ' ' + fitted(name_of(row.state), columns.state) + ' ' +
                     fitted_right(percent(row), kPercent);
  if (columns.rate == 0) return text;
  text += ' ';
  if (columns.amount > 0) text += fitted_right(amount(row), columns.amount) + ' ';
  text += fitted_right(flows ? rate(row.per_second) : "-", columns.rate) + ' ' +
          fitted_right(flows ? time_left(row.seconds_left) : "-", columns.left) + ' ' +
          fitted_right(std::to_string(row.bad_sectors), kBad) + ' ';
  return text + fitted_right(row.temperature ? std::to_string(*row.temperature) : "-", kTemperature);
}

std::vector<BoardLine> lines_of(const BoardRow& row, const Columns& columns, std::size_t width) {
  const Tone tone = tone_of(row.state);
  std::vector<BoardLine> lines{{tone, row_text(row, columns)}};
  constexpr std::size_t kIndent = 4;
  for (const std::string& words : {row.reason, row.advice}) {
    for (const auto& line : wrapped(words, width - 1 - kIndent))
      lines.push_back({tone, std::string(kIndent, ' ') + line});
  }
  return lines;
}

// Which rows are left out so that the others fit: first those that are over and need nobody, then others that
// are over, then those that wait.
std::vector<bool> left_out(const std::vector<BoardRow>& rows, const std::vector<std::size_t>& heights,
                           std::size_t room) {
  std::vector<bool> out(rows.size(), false);
  std::size_t needed = 0;
  for (const std::size_t height : heights) needed += height;
  const auto leave_out = [&](auto&& may_go) {
    for (std::size_t i = 0; i < rows.size() && needed > room; ++i) {
      if (out[i] || !may_go(rows[i].state)) continue;
      out[i] = true;
      needed -= heights[i];
    }
  };
  if (needed <= room) return out;
  room = room > 0 ? room - 1 : 0;  // for the line that says so
  leave_out([](JobState state) { return state == JobState::done; });
  leave_out([](JobState state) { return state == JobState::waiting || state == JobState::paused; });
  leave_out([](JobState state) { return is_over(state) && state != JobState::failed; });
  leave_out([](JobState state) { return state != JobState::failed; });
  leave_out([](JobState) { return true; });
  return out;
}

std::size_t count_of(const std::vector<BoardRow>& rows, std::initializer_list<JobState> states) {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
    return std::find(states.begin(), states.end(), row.state) != states.end();
  }));
}

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

const char* colour_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::attention:
      return "\x1b[33m";
    case Tone::wrong:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::opening:
      return base::phrase("opening");
    case JobState::waiting:
      return base::phrase("waiting");
    case JobState::checking:
      return base::phrase("checking");
    case JobState::reading:
      return base::phrase("reading");
    case JobState::source_gone:
      return base::phrase("source gone");
    case JobState::reading_back:
      return base::phrase("reading back");
    case JobState::stopping:
      return base::phrase("stopping");
    case JobState::paused:
      return base::phrase("paused");
    case JobState::done:
      return base::phrase("done");
    case JobState::done_bad:
      return base::phrase("done, bad parts");
    case JobState::failed:
      return base::phrase("FAILED");
    case JobState::stopped:
      return base::phrase("stopped");
  }
  return "";
}

bool is_over(JobState state) {
  return state == JobState::done || state == JobState::done_bad || state == JobState::failed ||
         state == JobState::stopped;
}

std::string sum_line(const std::vector<BoardRow>& rows) {
  double per_second = 0, left = 0;
  std::uint64_t done = 0, total = 0;
  bool known = true;
  for (const auto& row : rows) {
    const bool flows = row.state == JobState::reading;
    per_second += is_over(row.state) ? 0 : row.per_second;
    done += row.media_done;
    total += row.media_total;
    if (flows && row.seconds_left) left = std::max(left, *row.seconds_left);
    known = known && row.media_total > 0;
  }
  std::string text;
  const auto add = [&](std::size_t count, const base::Phrase& what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what.here());
  };
  const std::size_t over =
      count_of(rows, {JobState::done, JobState::done_bad, JobState::failed, JobState::stopped});
  const std::size_t idle = count_of(rows, {JobState::waiting, JobState::paused, JobState::opening});
  add(rows.size() - over - idle, base::phrase("running"));
  add(count_of(rows, {JobState::waiting, JobState::opening}), base::phrase("waiting"));
  add(count_of(rows, {JobState::paused}), base::phrase("paused"));
  add(count_of(rows, {JobState::done, JobState::done_bad}), base::phrase("done"));
  add(count_of(rows, {JobState::failed}), base::phrase("FAILED"));
  add(count_of(rows, {JobState::stopped}), base::phrase("stopped"));
  if (text.empty()) return base::say("no job yet");
  if (per_second > 0) text += "; " + rate(per_second);
  return base::say("{}; {} of {}{} read", text, short_size(static_cast<double>(done)),
                   known ? "" : base::say("at least "), short_size(static_cast<double>(total)));
}

namespace {

// In two lines where one is too short: what failed may not give way to rates.
std::vector<std::string> sum_lines(const std::vector<BoardRow>& rows, std::size_t cells) {
  const std::string whole = sum_line(rows);
  const std::size_t split = whole.find("; ");
  if (width(whole) < cells || split == whole.npos) return {shortened(whole, cells - 1)};
  return {shortened(whole.substr(0, split), cells - 1), shortened(whole.substr(split + 2), cells - 1)};
}

}  // namespace

std::vector<BoardLine> board_lines(const std::vector<BoardRow>& rows, std::size_t width, std::size_t height) {
  std::size_t longest_label = 0;
  for (const auto& row : rows) longest_label = std::max(longest_label, tools::width(row.exhibit));
  const Columns columns = columns_for(width, longest_label);
  std::vector<std::vector<BoardLine>> texts;
  std::vector<std::size_t> heights;
  for (const auto& row : rows) {
    texts.push_back(lines_of(row, columns, width));
    heights.push_back(texts.back().size());
  }
  const auto out = left_out(rows, heights, height - 1 - sum_lines(rows, width).size());
  std::vector<BoardLine> lines;
  if (!rows.empty()) lines.push_back({Tone::faint, heading(columns)});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!out[i]) lines.insert(lines.end(), texts[i].begin(), texts[i].end());
  }
  const auto hidden = std::count(out.begin(), out.end(), true);
  if (hidden > 0) lines.push_back({Tone::faint, base::say("({} more; the window is too low)", hidden)});
  for (const auto& line : sum_lines(rows, width)) lines.push_back({Tone::plain, line});
  return lines;
}

std::string log_line(const BoardRow& row) {
  std::string text = row.device + "  " + row.exhibit + "  " + std::string(name_of(row.state));
  if (row.total > 0)
    text += base::say("  {} of {}", percent(row), short_size(static_cast<double>(row.total)));
  if (!is_over(row.state) && row.per_second > 0) text += "  " + rate(row.per_second);
  if (!is_over(row.state) && row.seconds_left) text += base::say("  {} left", time_left(row.seconds_left));
  if (row.bad_sectors > 0) text += base::say("  {} bad sectors", row.bad_sectors);
  if (!row.reason.empty()) text += "  " + row.reason;
  return text;
}

BoardScreen::BoardScreen()
    : there_(isatty(STDERR_FILENO) != 0), colour_(there_ && std::getenv("NO_COLOR") == nullptr) {}

std::size_t BoardScreen::cells() const {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<std::size_t>(40, size.ws_col);
}

std::size_t BoardScreen::lines() const {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
  return std::max<std::size_t>(6, size.ws_row);
}

// Every line is rewritten in place and cleared to its end, so that nothing flickers.
void BoardScreen::draw(const std::vector<BoardRow>& rows, std::string_view prompt, std::string_view typed) {
  if (!there_) return;
  const std::size_t width = cells();
  // Where it became narrower, lines may have been wrapped, and nobody can tell how many there are now.
  if (width < drawn_width_) forget();
  drawn_width_ = width;
  std::string text = "\r";
  if (shown_ && drawn_ > 0) text += fmt::format("\x1b[{}A", drawn_);
  const auto board = board_lines(rows, width, lines() - 1);
  for (const auto& line : board) {
    const char* colour = colour_ ? colour_of(line.tone) : "";
    text += fmt::format("{}{}{}\x1b[K\n", colour, line.text, *colour != 0 ? "\x1b[0m" : "");
  }
  const std::size_t room = width - 1;
  const std::size_t question = std::min(tools::width(prompt), room - std::min(room, tools::width(typed)));
  text += shortened(prompt, std::max<std::size_t>(question, 8));
  text += shortened(typed, room - 8);
  put(text + "\x1b[J");
  std::fflush(stderr);
  drawn_ = board.size();
  shown_ = true;
}

void BoardScreen::clear() {
  if (!shown_) return;
  put(drawn_ > 0 ? fmt::format("\r\x1b[{}A\x1b[J", drawn_) : "\r\x1b[J");
  std::fflush(stderr);
  forget();
}

void BoardScreen::forget() {
  shown_ = false;
  drawn_ = 0;
}

void BoardScreen::leave(const std::vector<BoardRow>& rows) {
  draw(rows, "", "");
  forget();
}

}  // namespace tools
