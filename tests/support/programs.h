// SPDX-License-Identifier: Apache-2.0
// Other programs that tests ask. A test that asks `has_program` for one that is not installed counts as
// skipped when it ends, with the program's name, also where it went on without it and everything else of it
// passed: what was not asked is always said. Used on the thread of the tests.
#pragma once

#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace support {

// What the test at hand looked for and did not find.
inline std::set<std::string>& absent_programs() {
  static std::set<std::string> names;
  return names;
}

inline bool is_there(bool there, const std::string& name) {
  if (!there) absent_programs().insert(name);
  return there;
}

// `also`: folders in which it may lie beside those of PATH, each with a colon before it.
inline bool has_program(const std::string& name, const std::string& also = {}) {
  static std::map<std::string, bool> known;
  const std::string look = "PATH=\"$PATH\"" + also + " command -v " + name + " >/dev/null 2>&1";
  const auto [at, is_new] = known.emplace(look, false);
  if (is_new) at->second = std::system(look.c_str()) == 0;
  return is_there(at->second, name);
}

class SaysWhatWasNotAsked : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { absent_programs().clear(); }
  void OnTestEnd(const testing::TestInfo&) override {
    std::string names;
    for (const std::string& name : absent_programs()) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) GTEST_SKIP() << "not installed, so not asked in this test: " << names;
  }
};
// Once in each test program that includes this.
inline const bool kSaysWhatWasNotAsked = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new SaysWhatWasNotAsked);
  return true;
}();

}  // namespace support
