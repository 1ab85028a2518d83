// SPDX-License-Identifier: Apache-2.0
#include "tools/line_input.h"

#include <array>
#include <cerrno>
#include <thread>

#include <poll.h>
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

}  // namespace

LineInput::LineInput(Terminal terminal) : terminal_(terminal == Terminal::take && isatty(STDIN_FILENO) != 0) {
  if (!terminal_ || tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios quiet = before_;
  // Signals stay: Ctrl-C stops as everywhere.
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  quiet.c_cc[VMIN] = 1;
  quiet.c_cc[VTIME] = 0;
  changed_ = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

LineInput::~LineInput() {
  close();
}

void LineInput::close() {
  if (changed_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  changed_ = false;
  ended_ = true;
  typed_.clear();
}

void LineInput::take(char c, std::vector<std::string>& lines) {
  constexpr char kDelete = 0x7f, kBackspace = 0x08, kEraseLine = 0x15, kEndOfFile = 0x04;
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
