// SPDX-License-Identifier: Apache-2.0
#include "acquire/teller.h"

#include "base/time.h"

namespace acquire {

Teller::Teller(const ProgressCallback& callback, Progress::Phase phase, std::uint64_t total,
               std::uint64_t from)
    : callback_(callback), from_(from) {
  progress_.phase = phase;
  progress_.total = total;
  tell(from, 0, When::always);
}

void Teller::enter(Progress::Phase phase) {
  progress_.phase = phase;
  tell(progress_.done, progress_.bad_sectors, When::always);
}

void Teller::tell(std::uint64_t done, std::uint64_t bad_sectors, When when) {
  const auto now = Clock::now();
  if (!callback_ || (when == When::now_and_then && now - told_ < std::chrono::milliseconds(250))) return;
  told_ = now;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  progress_.done = done;
  progress_.bad_sectors = bad_sectors;
  progress_.bytes_per_second = seconds > 0 ? static_cast<double>(done - from_) / seconds : 0;
  const auto left = static_cast<double>(progress_.total - done);
  progress_.seconds_left = progress_.bytes_per_second > 0 ? left / progress_.bytes_per_second : 0;
  callback_(progress_);
}

std::string now_utc() {
  constexpr std::int64_t kSecond = 1'000'000;
  return base::format_utc(base::now_utc_us() / kSecond * kSecond);
}

}  // namespace acquire
