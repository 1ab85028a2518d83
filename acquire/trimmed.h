// SPDX-License-Identifier: Apache-2.0
// Text of fixed width, as drives and sysfs give it. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace acquire {

// Without the blanks, line ends and zero bytes that pad it.
inline std::string trimmed(const std::string& text) {
  constexpr std::string_view kFiller(" \n\t\0", 4);
  const std::size_t first = text.find_first_not_of(kFiller);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kFiller) - first + 1);
}

}  // namespace acquire
