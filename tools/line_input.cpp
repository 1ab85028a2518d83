// SPDX-License-Identifier: Apache-2.0
#include "tools/line_input.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <thread>
#include <utility>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace tools {
namespace {

constexpr std::size_t kLongest = 4096;  // of a line; what is longer is no label

// The last character of UTF-8 text, with its continuation bytes.
void remove_last(std::string& text) {
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.back());
    text.pop_back();
    if ((byte & 0xc0U) != 0x80) return;
  }
}

// Kept here and not in the object, so that the way out that runs no destructor (Interrupt, the second Ctrl-C)
// gives the terminal back too.
termios before{};
std::atomic<bool> changed = false;

void give_back() {
  if (changed.exchange(false)) tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

}  // namespace

LineInput::LineInput(Terminal terminal) : terminal_(terminal == Terminal::take && isatty(STDIN_FILENO) != 0) {
  if (!terminal_ || tcgetattr(STDIN_FILENO, &before) != 0) return;
  termios quiet = before;
  // Ctrl-C stops as everywhere; the keys that would leave the terminal without its echo have no meaning here.
  quiet.c_cc[VQUIT] = quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  quiet.c_cc[VMIN] = 1;
  quiet.c_cc[VTIME] = 0;
  std::at_quick_exit(give_back);
  changed = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

LineInput::~LineInput() {
  close();
}

void LineInput::close() {
  give_back();
  ended_ = true;
  typed_.clear();
}

bool LineInput::belongs_to_a_key(char c) {
  constexpr char kEscape = 0x1b;
  const Key before_it = std::exchange(key_, Key::none);
  if (before_it == Key::none || c == kEscape) {
    if (c == kEscape) key_ = Key::escape;
  } else if (before_it == Key::escape) {
    if (c == '[' || c == 'O') key_ = Key::sequence;
  } else {
    if (c >= 0x20 && c < 0x40) key_ = Key::sequence;
    return true;
  }
  return key_ != Key::none;
}

void LineInput::take(char c, std::vector<std::string>& lines) {
  constexpr char kDelete = 0x7f, kBackspace = 0x08, kEraseLine = 0x15, kEndOfFile = 0x04;
  if (terminal_ && belongs_to_a_key(c)) return;
  if (c == '\n' || (terminal_ && c == '\r')) {
    lines.push_back(std::move(typed_));
    typed_.clear();
  } else if (terminal_ && (c == kDelete || c == kBackspace)) {
    remove_last(typed_);
  } else if (terminal_ && c == kEraseLine) {
    typed_.clear();
  } else if (terminal_ && c == kEndOfFile) {
    ended_ = ended_ || typed_.empty();
  } else if (typed_.size() < kLongest && (!terminal_ || static_cast<unsigned char>(c) >= 0x20)) {
    typed_ += c;
  }
}

std::vector<std::string> LineInput::wait(std::chrono::milliseconds time) {
  std::vector<std::string> lines;
  if (ended_) {
    std::this_thread::sleep_for(time);
    return lines;
  }
  pollfd ready{STDIN_FILENO, POLLIN, 0};
  if (poll(&ready, 1, static_cast<int>(time.count())) <= 0) return lines;
  std::array<char, 512> bytes{};
  const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return lines;
  for (ssize_t i = 0; i < count; ++i) take(bytes[static_cast<std::size_t>(i)], lines);
  if (count <= 0) {
    ended_ = true;
    // A last line without its end is a line.
    if (!typed_.empty()) lines.push_back(std::move(typed_));
    typed_.clear();
  }
  return lines;
}

}  // namespace tools
