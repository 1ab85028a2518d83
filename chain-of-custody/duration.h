// SPDX-License-Identifier: Apache-2.0
// Lengths of time in words: "2 d 3 h", "4 h 20 min", "12 min", "40 s". Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace custody {

inline std::string duration_in_words(std::int64_t microseconds) {
  const std::int64_t seconds = microseconds > 0 ? microseconds / 1'000'000 : 0;
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  if (minutes > 0) return std::to_string(minutes) + " min";
  return std::to_string(seconds) + " s";
}

}  // namespace custody
