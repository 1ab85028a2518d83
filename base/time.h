// SPDX-License-Identifier: Apache-2.0
// Times as evidence holds them: the instant, the raw value, its unit and what is known of its zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// A time read from evidence. `utc_us` is absent where the raw value cannot be placed (out of range, zone
// unknown).
struct Time {
  std::optional<std::int64_t> utc_us;  // microseconds since 1970-01-01T00:00:00Z
  std::string raw;                     // as stored, in decimal or as text
  std::string unit;                    // unix_s, unix_ms, unix_us, webkit_us, filetime, text
  std::string basis;                   // "stored UTC", "local, zone unknown"
  bool operator==(const Time&) const = default;
};

Time time_from_unix_s(std::int64_t raw);
Time time_from_unix_ms(std::int64_t raw);
Time time_from_unix_us(std::int64_t raw);
Time time_from_webkit_us(std::int64_t raw);  // microseconds since 1601-01-01T00:00:00Z

// "2026-11-21T16:19:24Z", with 3 or 6 digits of a fraction where there is one. Years 1 to 9999.
std::string format_utc(std::int64_t utc_us);
// The same with a space instead of the T, for people: "2026-11-21 16:19:24Z".
std::string format_utc_for_people(std::int64_t utc_us);
// The reverse of format_utc; nothing where the text is another.
std::optional<std::int64_t> parse_utc(std::string_view text);

std::int64_t now_utc_us();

}  // namespace base
