// SPDX-License-Identifier: Apache-2.0
// What a person types at a question. Thread rule: one thread asks.
#pragma once

#include <string>

#include <signal.h>

#include "base/file.h"

namespace tools {

// While a question stands: SIGINT and SIGTERM wait to be taken, so that they cannot end the program between
// the question and its answer, with a terminal that does not show what is typed.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  int fd() const { return fd_.get(); }  // readable where one waits
  bool take();

 private:
  sigset_t before_{};
  base::Fd fd_;
};

struct TypedLine {
  std::string text;    // without its end
  bool ended = false;  // the input ended before the line did
};

// Waits for a line. A signal throws Error(interrupted): the terminal gets its modes back, and the person is
// told how things stand.
TypedLine typed_line(int fd, HeldSignals& signals);

}  // namespace tools
