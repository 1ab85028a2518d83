// SPDX-License-Identifier: Apache-2.0
// Tells progress some times a second, with rate and time left. One thread.
#pragma once

#include <chrono>

#include "acquire/acquisition.h"

namespace acquire {

class Teller {
 public:
  // `from`: what was done before, which says nothing about the rate.
  Teller(const ProgressCallback& callback, Progress::Phase phase, std::uint64_t total,
         std::uint64_t from = 0);
  // The same work in another phase, told at once.
  void enter(Progress::Phase phase);
  // `always`: also where something was told a moment ago.
  enum class When { now_and_then, always };
  void tell(std::uint64_t done, std::uint64_t bad_sectors, When when = When::now_and_then);

 private:
  using Clock = std::chrono::steady_clock;
  const ProgressCallback& callback_;
  Progress progress_;
  std::uint64_t from_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point told_ = started_;
};

std::string now_utc();  // "2026-11-21T16:19:24Z"

}  // namespace acquire
