// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace base {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kEarliest = -62'135'596'800 * kSecond;  // 0001-01-01
constexpr std::int64_t kLatest = 253'402'300'800 * kSecond;    // 10000-01-01
constexpr std::int64_t kWebkitToUnixSeconds = 11'644'473'600;  // 1601-01-01 to 1970-01-01

// raw * multiplier microseconds; nothing where that is outside years 1 to 9999.
std::optional<std::int64_t> scaled(std::int64_t raw, std::int64_t multiplier) {
  std::int64_t us = 0;
  if (__builtin_mul_overflow(raw, multiplier, &us) || us < kEarliest || us >= kLatest) return std::nullopt;
  return us;
}

Time stored_utc(std::int64_t raw, std::optional<std::int64_t> us, std::string unit) {
  return {us, std::to_string(raw), std::move(unit), "stored UTC"};
}

std::string format(std::int64_t utc_us, char between) {
  using namespace std::chrono;
  const sys_time<microseconds> instant{microseconds(utc_us)};
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const std::int64_t us = (instant - day).count();
  char out[40];
  const auto part = [us](std::int64_t unit) { return static_cast<int>(us / unit % 60); };
  int length = std::snprintf(out, sizeof out, "%04d-%02u-%02u%c%02d:%02d:%02d", static_cast<int>(date.year()),
                             static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), between,
                             static_cast<int>(us / (3600 * kSecond)), part(60 * kSecond), part(kSecond));
  const auto fraction = static_cast<int>(us % kSecond);
  const std::size_t left = sizeof out - static_cast<std::size_t>(length);
  if (fraction % 1000 != 0) {
    length += std::snprintf(out + length, left, ".%06d", fraction);
  } else if (fraction != 0) {
    length += std::snprintf(out + length, left, ".%03d", fraction / 1000);
  }
  return std::string(out, static_cast<std::size_t>(length)) + 'Z';
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || text[0] == '-')
    return std::nullopt;
  return value;
}

}  // namespace

Time time_from_unix_s(std::int64_t raw) {
  return stored_utc(raw, scaled(raw, kSecond), "unix_s");
}
Time time_from_unix_ms(std::int64_t raw) {
  return stored_utc(raw, scaled(raw, 1000), "unix_ms");
}
Time time_from_unix_us(std::int64_t raw) {
  return stored_utc(raw, scaled(raw, 1), "unix_us");
}

Time time_from_webkit_us(std::int64_t raw) {
  std::int64_t us = 0;
  const bool out = __builtin_sub_overflow(raw, kWebkitToUnixSeconds * kSecond, &us);
  return stored_utc(raw, out ? std::nullopt : scaled(us, 1), "webkit_us");
}

std::string format_utc(std::int64_t utc_us) {
  return format(utc_us, 'T');
}
std::string format_utc_for_people(std::int64_t utc_us) {
  return format(utc_us, ' ');
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const auto y = number(text.substr(0, 4)), mo = number(text.substr(5, 2)), d = number(text.substr(8, 2)),
             h = number(text.substr(11, 2)), mi = number(text.substr(14, 2)), s = number(text.substr(17, 2));
  if (!y || !mo || !d || !h || !mi || !s || *y < 1 || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mo)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  std::string_view fraction = text.substr(19, text.size() - 20);
  std::int64_t us = 0;
  if (!fraction.empty()) {
    const auto value = number(fraction.substr(1));
    if (fraction[0] != '.' || !value || (fraction.size() != 4 && fraction.size() != 7)) return std::nullopt;
    us = fraction.size() == 4 ? *value * 1000 : *value;
  }
  const auto seconds_of_day = *h * 3600 + *mi * 60 + *s;
  return duration_cast<microseconds>(sys_days(date).time_since_epoch()).count() + seconds_of_day * kSecond +
         us;
}

std::int64_t now_utc_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace base
