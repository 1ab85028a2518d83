// SPDX-License-Identifier: Apache-2.0
// How far a device's clock is from ours, by what it shows at this moment. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tools {

struct ClockReading {
  std::int64_t offset_s = 0;  // device minus ours; positive: it is ahead
  std::string zone;           // what the reading was taken to be in: "+07:00"
};

// `shows`: "2026-11-21 14:03:10", with or without seconds (then the middle of the minute is meant) and with
// or without an offset from UTC behind it ("+07:00", "Z"); the time alone where its date is today's. Without
// an offset it is taken to be in this machine's time zone. Nothing where the text is another.
std::optional<ClockReading> read_clock(std::string_view shows, std::int64_t now_utc_us);

// "30 s behind, read as +07:00".
std::string words_of(const ClockReading& reading);

}  // namespace tools
