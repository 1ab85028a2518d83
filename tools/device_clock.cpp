// SPDX-License-Identifier: Apache-2.0
#include "tools/device_clock.h"

#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/duration.h"

namespace tools {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// The text with its first `pattern.size()` characters taken, where '9' of the pattern stands for a digit.
bool take(std::string_view& text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '9' ? !digit : text[i] != pattern[i]) return false;
  }
  text.remove_prefix(pattern.size());
  return true;
}

// The zone that the station is in, in seconds east of UTC.
std::int64_t zone_of_station(std::int64_t now_utc_us) {
  const std::time_t now = now_utc_us / kSecond;
  std::tm local{};
  return localtime_r(&now, &local) == nullptr ? 0 : local.tm_gmtoff;
}

int two_digits(std::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// What stands behind the time: nothing, "Z" or "+07:00".
std::optional<std::int64_t> zone_in(std::string_view text, std::int64_t otherwise) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty()) return otherwise;
  if (text == "Z" || text == "z" || text == "UTC") return 0;
  const std::string_view whole = text;
  const int sign = text.front() == '-' ? -1 : 1;
  if (text.front() != '+' && text.front() != '-') return {};
  text.remove_prefix(1);
  if (!take(text, "99:99") || !text.empty()) return {};
  const int hours = two_digits(whole.substr(1)), minutes = two_digits(whole.substr(4));
  if (hours > 14 || minutes > 59) return {};
  return sign * (hours * 3600 + minutes * 60);
}

std::string zone_words(std::int64_t zone) {
  const std::int64_t minutes = (zone < 0 ? -zone : zone) / 60;
  return fmt::format("{}{:02}:{:02}", zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

std::optional<ClockReading> read_clock(std::string_view shows, std::int64_t now_utc_us) {
  const std::int64_t here = zone_of_station(now_utc_us);
  std::string_view rest = shows;
  std::string date = base::format_utc(now_utc_us + here * kSecond).substr(0, 10);
  if (take(rest, "9999-99-99")) {
    date = shows.substr(0, 10);
    if (!take(rest, " ") && !take(rest, "T")) return {};
  }
  const std::string_view time = rest;
  if (!take(rest, "99:99")) return {};
  const std::string seconds = take(rest, ":99") ? std::string(time.substr(5, 3)) : ":30";
  const auto zone = zone_in(rest, here);
  const auto shown = base::parse_utc(date + "T" + std::string(time.substr(0, 5)) + seconds + "Z");
  if (!zone || !shown) return {};
  return ClockReading{*shown / kSecond - *zone - now_utc_us / kSecond, zone_words(*zone)};
}

std::string words_of(const ClockReading& reading) {
  const std::int64_t by = reading.offset_s < 0 ? -reading.offset_s : reading.offset_s;
  if (by == 0) return base::say("right, read as {}", reading.zone);
  const base::Said span =
      by < 60 ? base::say("{} s", by) : base::say("{} s ({})", by, custody::said_duration(by * kSecond));
  return reading.offset_s < 0 ? base::say("{} behind, read as {}", span, reading.zone)
                              : base::say("{} ahead, read as {}", span, reading.zone);
}

}  // namespace tools
