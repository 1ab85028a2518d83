// SPDX-License-Identifier: Apache-2.0
// Lines from standard input, without ever waiting longer than was said. On a terminal what is typed is not
// echoed: who draws the screen shows it. One thread, one at a time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

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
  bool belongs_to_a_key(char c);
  bool terminal_, ended_ = false;
  // Arrows and the like come as ESC [ … (ECMA-48, 5.4): parameters up to a final byte; or as ESC O and one
  // byte.
  enum class Key { none, escape, sequence } key_ = Key::none;
  std::string typed_;
};

}  // namespace tools
