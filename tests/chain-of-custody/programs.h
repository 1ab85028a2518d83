// SPDX-License-Identifier: Apache-2.0
// Other programs as second voices: run by the shell, their answer and what they say.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/programs.h"

namespace custody::test {

using support::has_program;

struct Answer {
  int code = -1;
  std::string said;  // both streams
};
inline Answer ask(const std::string& command) {
  Answer answer;
  FILE* pipe = popen(("{ " + command + " ; } 2>&1").c_str(), "r");
  if (pipe == nullptr) return answer;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) answer.said += buffer;
  answer.code = pclose(pipe);
  return answer;
}

}  // namespace custody::test

#define SKIP_WITHOUT_PROGRAM(name) \
  if (!custody::test::has_program(name)) GTEST_SKIP() << "the program " name " is not installed"
