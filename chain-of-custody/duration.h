// SPDX-License-Identifier: Apache-2.0
// Lengths of time in words: "2 d 3 h", "4 h 20 min", "12 min", "40 s". Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/words.h"

namespace custody {

inline base::Said said_duration(std::int64_t microseconds) {
  const std::int64_t seconds = microseconds > 0 ? microseconds / 1'000'000 : 0;
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return base::say("{} d {} h", days, hours % 24);
  if (hours > 0) return base::say("{} h {} min", hours, minutes % 60);
  if (minutes > 0) return base::say("{} min", minutes);
  return base::say("{} s", seconds);
}

// In English, for what is kept, printed or found.
inline std::string duration_in_words(std::int64_t microseconds) {
  return said_duration(microseconds).english;
}

}  // namespace custody
