// SPDX-License-Identifier: Apache-2.0
// Numbers with what they count, in sentences: "1 entry", "2 entries". Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace base {

inline std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

}  // namespace base
