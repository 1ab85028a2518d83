// SPDX-License-Identifier: Apache-2.0
#include "tools/console.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/words.h"
#include "tools/text.h"
#include "tools/typed_line.h"

namespace tools {
namespace {

void print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

// Cells of a line of the screen that shows standard output; 0 where it goes elsewhere.
std::size_t cells_of_screen() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// C0, C1, zero-width, bidi controls, line separators, byte order mark, tags.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, seconds));
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return base::say("{} min {} s", whole / 60, fmt::format("{:02}", whole % 60));
  return fmt::format("{} s", whole);
}

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

// The controlling terminal, with echo off for as long as this lives.
class SilentTerminal {
 public:
  SilentTerminal() : file_(std::fopen("/dev/tty", "r+")) {
    if (file_ == nullptr) return;
    tcgetattr(fileno(file_), &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fileno(file_), TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (file_ == nullptr) return;
    tcsetattr(fileno(file_), TCSAFLUSH, &before_);
    std::fclose(file_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  bool there() const { return file_ != nullptr; }
  std::string ask(std::string_view question) {
    print(file_, question);
    std::fflush(file_);
    const std::string answer = typed_line(fileno(file_), signals_).text;
    print(file_, "\n");
    return answer;
  }

 private:
  HeldSignals signals_;  // first: it goes when the modes are back
  std::FILE* file_;
  termios before_{};
};

base::Error no_terminal(const base::Said& what) {
  return {base::ErrorKind::usage, base::say("there is no terminal to ask for {}", what),
          base::say(
              "Nothing was changed. Give it with --passphrase-fd N, for instance --passphrase-fd 3 3<file.")};
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence(text);
    if (length == 0) {
      out += "⟨" + base::to_hex(base::as_bytes(text.substr(0, 1))) + "⟩";
    } else if (const char32_t c = code_point(text.substr(0, length)); is_invisible(c)) {
      out += c == '\n' ? "⏎" : fmt::format("⟨U+{:04X}⟩", static_cast<std::uint32_t>(c));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

std::string with_unit(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes);
  return fmt::format("{} ({})", bytes, short_size(static_cast<double>(bytes)));
}

Console::Console()
    : colour_(isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr),
      terminal_(isatty(STDERR_FILENO) != 0) {}

void Console::result(std::string_view text, const base::Json& value) {
  if (json_)
    object(value);
  else
    line(text);
}

void Console::line(std::string_view text) {
  if (json_) return;
  end_progress();
  const std::size_t cells = cells_of_screen();
  print(stdout, cells == 0 ? std::string(text) : broken(text, cells));
  print(stdout, "\n");
  std::fflush(stdout);
}

void Console::object(const base::Json& value) {
  if (!json_) return;
  end_progress();
  print(stdout, value.canonical() + "\n");
  std::fflush(stdout);
}

void Console::raw(std::string_view text) {
  print(stdout, text);
}

void Console::help(std::string_view text) {
  const std::size_t cells = cells_of_screen();
  print(stdout, cells == 0 ? std::string(text) : broken(text, cells));
}

void Console::note(std::string_view text) {
  if (quiet_ || json_) return;
  end_progress();
  print(stderr, for_screen(std::string(text)) + "\n");
}

// Broken between words where a screen shows it; a file gets lines as they are.
std::string Console::for_screen(const std::string& text) const {
  winsize size{};
  if (!terminal_ || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return text;
  return broken(text, size.ws_col);
}

std::string Console::coloured(const std::string& text, std::string_view word, const char* colour) const {
  if (!colour_) return text;
  return "\x1b[" + std::string(colour) + "m" + std::string(word) + "\x1b[0m" + text.substr(word.size());
}

void Console::warn(std::string_view text) {
  end_progress();
  if (json_) {
    object(base::Json::object({{"event", "warning"}, {"text", text}}));
    return;
  }
  const std::string mark = base::say("warning:");
  print(stderr, coloured(for_screen(mark + " " + std::string(text)), mark, "33") + "\n");
}

void Console::error(const base::Error& error) {
  end_progress();
  if (json_) {
    object(base::Json::object({{"event", "error"}, {"happened", error.what()}, {"advice", error.advice}}));
    return;
  }
  print(stderr, coloured(for_screen("holdfast: " + error.happened.here), base::say("holdfast:"), "31") +
                    "\n" + for_screen(error.advice) + "\n");
}

void Console::entry(const base::EntryReceipt& receipt) {
  result(base::say("ledger entry {}, root {}…, signed by {}", receipt.index, receipt.root_hex.substr(0, 16),
                   receipt.signer),
         base::Json::object({{"event", "entry"},
                             {"index", std::to_string(receipt.index)},
                             {"root", receipt.root_hex},
                             {"signer", receipt.signer}}));
}

namespace {

constexpr std::size_t kBetweenColumns = 2;

constexpr std::size_t kWidest = 44, kNarrowest = 10, kOfTheLast = 24;

struct Column {
  std::size_t width = 0;
  bool whole = false;  // never cut
};

// Where the screen is too narrow the widest columns give way, never the first and none that is whole; the
// last wraps by itself, where it stands beside the others. Whether they fit then.
bool fit(std::vector<Column>& columns, bool last_wraps, std::size_t cells) {
  std::size_t all = last_wraps ? std::min(columns.back().width, kOfTheLast) : columns.back().width;
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) all += columns[i].width + kBetweenColumns;
  while (all > cells) {
    Column* widest = nullptr;
    for (std::size_t i = 1; i < columns.size() - (last_wraps ? 1 : 0); ++i)
      if (!columns[i].whole && (widest == nullptr || columns[i].width > widest->width)) widest = &columns[i];
    if (widest == nullptr || widest->width <= kNarrowest) return false;
    --widest->width;
    --all;
  }
  return true;
}

// Those of the columns, from the first, that stand beside each other.
std::vector<Column> beside_each_other(const std::vector<Column>& columns, std::size_t cells) {
  std::vector<Column> chosen = columns;
  if (cells == 0 || columns.size() < 3) return chosen;
  for (std::size_t count = columns.size(); count > 1; --count) {
    chosen.assign(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count));
    if (fit(chosen, count == columns.size(), cells)) break;
  }
  return chosen;
}

// "place: floor 3, room 12; description: black", of the cells from this one on.
std::string rest_of(const std::vector<std::string>& row, const std::vector<std::string>& headings,
                    std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < row.size(); ++i)
    if (!row[i].empty())
      text += (text.empty() ? "" : "; ") + headings[i] + (headings[i].empty() ? "" : ": ") + row[i];
  return text;
}

}  // namespace

void Console::table(std::vector<std::vector<std::string>> rows, const std::vector<std::string_view>& whole) {
  if (rows.empty()) return;
  const std::vector<std::string> headings = rows.front();
  for (auto& row : rows) row.resize(headings.size());
  std::vector<Column> all(headings.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].whole = std::find(whole.begin(), whole.end(), headings[i]) != whole.end();
  for (auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i + 1 < row.size() && !all[i].whole) row[i] = shortened(row[i], kWidest);
      all[i].width = std::max(all[i].width, width(row[i]));
    }
  const std::size_t cells = cells_of_screen();
  const std::vector<Column> columns = beside_each_other(all, cells);
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const auto& row = rows[number];
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool last = i + 1 == columns.size();
      text += last ? row[i] : fitted(row[i], columns[i].width) + std::string(kBetweenColumns, ' ');
    }
    line(text);
    if (number == 0 || columns.size() == row.size()) continue;
    for (const std::string& rest : wrapped(rest_of(row, headings, columns.size()), cells - 4))
      line("    " + rest);
  }
}

bool Console::confirm(std::string_view question) {
  if (yes_) return true;
  if (isatty(STDIN_FILENO) == 0) return false;
  end_progress();
  HeldSignals signals;
  print(stderr, std::string(question) + " [y/N] ");
  const std::string answer = typed_line(STDIN_FILENO, signals).text;
  return answer == "y" || answer == "Y" || answer == "yes";
}

bool Console::can_ask() const {
  return ask_anyway_ || (!yes_ && !json_ && passphrase_fd_ < 0 && isatty(STDIN_FILENO) != 0);
}

std::optional<std::string> Console::ask(std::string_view question) {
  end_progress();
  HeldSignals signals;
  print(stderr, question);
  const auto [answer, ended] = typed_line(STDIN_FILENO, signals);
  if (ended) print(stderr, "\n");
  if (ended && answer.empty()) return std::nullopt;
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = answer.find_first_not_of(kBlanks);
  if (first == answer.npos) return "";
  return answer.substr(first, answer.find_last_not_of(kBlanks) - first + 1);
}

std::string Console::passphrase(std::string_view whose) {
  if (const auto known = passphrases_.find(whose); known != passphrases_.end()) return known->second;
  end_progress();
  std::string answer;
  if (passphrase_fd_ >= 0) {
    answer = read_line(passphrase_fd_);
    if (answer.empty()) answer = last_passphrase_;
    last_passphrase_ = answer;
  } else {
    SilentTerminal terminal;
    if (!terminal.there()) throw no_terminal(base::say("the passphrase"));
    answer = terminal.ask(base::say("passphrase of {}: ", whose));
  }
  return passphrases_[std::string(whose)] = answer;
}

std::string Console::new_passphrase() {
  std::string answer;
  if (passphrase_fd_ >= 0) {
    answer = passphrase(base::say("the new key"));
  } else {
    SilentTerminal terminal;
    if (!terminal.there()) throw no_terminal(base::say("a passphrase"));
    answer = terminal.ask(base::say("new passphrase: "));
    if (answer != terminal.ask(base::say("the same again: ")))
      throw base::Error(base::ErrorKind::usage, base::say("the two passphrases differ"),
                        base::say("Nothing was made. Repeat the command."));
  }
  if (answer.size() < 8)
    throw base::Error(base::ErrorKind::usage, base::say("the passphrase has fewer than 8 characters"),
                      base::say("Nothing was made. Choose a longer one."));
  return answer;
}

void Console::progress(const Step& step) {
  using std::chrono::steady_clock;
  const auto now = steady_clock::now();
  const auto interval = terminal_ && !json_ ? std::chrono::milliseconds(200)
                        : json_             ? std::chrono::milliseconds(1000)
                                            : std::chrono::milliseconds(60'000);
  if (quiet_ || now - last_progress_ < interval) return;
  const bool first = last_progress_ == steady_clock::time_point{};
  last_progress_ = now;
  if (first && (!terminal_ || json_))
    return;  // a run that is over within the interval says nothing in between
  if (json_) {
    print(stdout, base::Json::object({{"event", "progress"},
                                      {"what", step.what},
                                      {"done", std::to_string(step.done)},
                                      {"total", std::to_string(step.total)},
                                      {"trouble", step.trouble}})
                          .canonical() +
                      "\n");
    std::fflush(stdout);
    return;
  }
  const auto amount = [&](double value) {
    return step.bytes ? short_size(value) : fmt::format("{:.0f}", value);
  };
  std::string text = base::say("{}  {} of {}", step.what, amount(static_cast<double>(step.done)),
                               amount(static_cast<double>(step.total)));
  if (step.per_second > 0)
    text += base::say("  {}/s  {} left", amount(step.per_second), duration(step.seconds_left));
  if (!step.trouble.empty()) text += "  " + step.trouble;
  print(stderr, terminal_ ? "\r\x1b[K" + text : text + "\n");
  in_progress_ = terminal_;
}

void Console::end_progress() {
  if (in_progress_) print(stderr, "\r\x1b[K");
  in_progress_ = false;
}

}  // namespace tools
