// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/clock_remarks.h"

#include <algorithm>

namespace custody {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kStep = 2 * kSecond;  // less is a clock being kept right
// Bodies come from strangers: beyond this a monotonic clock is made up, and must not overflow what is
// computed.
constexpr std::int64_t kLongest_ms = std::int64_t{1000} * 366 * 86'400 * 1000;

}  // namespace

bool ClockRemarks::next(const std::string& object, const std::string& boot, std::int64_t monotonic_ms,
                        std::int64_t utc_us) {
  const bool is_first = boot_.empty();
  const bool same_boot = boot == boot_;
  const bool goes_on = !same_boot || monotonic_ms >= monotonic_ms_;
  // Across a boot only a wall clock that went back is known to have been set.
  const auto sane = [](std::int64_t ms) { return std::clamp<std::int64_t>(ms, 0, kLongest_ms); };
  const std::int64_t passed = same_boot ? (sane(monotonic_ms) - sane(monotonic_ms_)) * 1000 : 0;
  const std::int64_t step = utc_us - utc_us_ - passed;
  const auto say = [&](const char* way, std::int64_t by) {
    steps_.push_back(std::string("The wall clock was set ") + way + " by " + std::to_string(by / kSecond) +
                     " seconds before " + object + ".");
  };
  if (!is_first && goes_on && step < -kStep) say("back", -step);
  if (!is_first && goes_on && same_boot && step > kStep) say("forward", step);
  if (!is_first && !same_boot) boots_.push_back(object);
  boot_ = boot;
  monotonic_ms_ = monotonic_ms;
  utc_us_ = utc_us;
  return goes_on;
}

std::vector<std::string> ClockRemarks::sentences() const {
  std::vector<std::string> all = steps_;
  if (boots_.empty()) return all;
  std::string before;
  for (const std::string& object : boots_) before += (before.empty() ? "" : ", ") + object;
  all.push_back("The machine was started anew before " + before + ".");
  return all;
}

}  // namespace custody
