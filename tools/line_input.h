// SPDX-License-Identifier: Apache-2.0
// Lines from standard input, without ever waiting longer than was said. On a terminal what is typed is not
// echoed: who draws the screen shows it. One thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <termios.h>

namespace tools {

class LineInput {
 public:
  enum class Terminal { take, leave };  // leave: it echoes as always, and lines come when they are whole
  explicit LineInput(Terminal terminal);
  ~LineInput();
  LineInput(const LineInput&) = delete;

  bool terminal() const { return terminal_; }
  bool ended() const { return ended_; }
  const std::string& typed() const { return typed_; }  // the line that is not ended yet

  // Lines that came within that time; returns early when something came.
  std::vector<std::string> wait(std::chrono::milliseconds time);
  // Gives the terminal back as it was; nothing is read any more.
  void close();

 private:
  void take(char c, std::vector<std::string>& lines);
  bool terminal_, ended_ = false, changed_ = false;
  termios before_{};
  std::string typed_;
};

}  // namespace tools
