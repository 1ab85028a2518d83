// SPDX-License-Identifier: Apache-2.0
#include "tools/instants.h"

#include <string>

#include "base/time.h"

namespace tools {

std::optional<std::int64_t> instant_of(std::string_view typed) {
  constexpr std::size_t kDate = 10, kMinute = 16;
  std::string text(typed);
  if (text.size() == kDate) text += "T00:00:00Z";
  if (text.size() == kMinute && text[kDate] == ' ') {
    text[kDate] = 'T';
    text += ":00Z";
  }
  return base::parse_utc(text);
}

}  // namespace tools
