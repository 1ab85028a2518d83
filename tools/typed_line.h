// SPDX-License-Identifier: Apache-2.0
// What a person types at a question. Thread rule: one thread asks.
#pragma once

#include <string>

namespace tools {

struct TypedLine {
  std::string text;    // without its end
  bool ended = false;  // the input ended before the line did
};

// Waits for a line. Ctrl-C and SIGTERM throw Error(interrupted), so that the terminal gets its modes back and
// the person is told how things stand.
TypedLine typed_line(int fd);

}  // namespace tools
