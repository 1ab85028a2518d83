// SPDX-License-Identifier: Apache-2.0
// What the state of a source asks of who acquires it: about the device, never about a person. Any thread.
#pragma once

#include <string>
#include <vector>

namespace acquire {

struct SourceFacts;

struct Advice {
  std::string code;   // for programs: stays the same
  std::string words;  // one sentence for people
};
std::vector<Advice> advice_on(const SourceFacts& facts);

}  // namespace acquire
