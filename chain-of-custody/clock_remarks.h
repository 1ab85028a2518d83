// SPDX-License-Identifier: Apache-2.0
// What the clocks of a ledger's entries tell of the machine: within one boot the monotonic clock goes on
// whatever is done to the wall clock, so a step of the wall clock shows; a new boot is said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace custody {

class ClockRemarks {
 public:
  // The next entry's clocks. False where the monotonic clock went back within one boot: such an entry was
  // moved, or its dates were made up.
  bool next(const std::string& object, const std::string& boot, std::int64_t monotonic_ms,
            std::int64_t utc_us);
  std::vector<std::string> sentences() const;
  const std::vector<std::string>& steps() const { return steps_; }  // of the wall clock alone

 private:
  std::string boot_;
  std::int64_t monotonic_ms_ = 0, utc_us_ = 0;
  std::vector<std::string> steps_, boots_;
};

}  // namespace custody
