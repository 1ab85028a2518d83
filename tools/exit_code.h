// SPDX-License-Identifier: Apache-2.0
// What a script may rely on. 0 means: done, nothing wrong, and nothing missing but what a schedule names.
#pragma once

namespace tools {

enum ExitCode : int {
  kDone = 0,
  kDamaged = 1,   // verification says DAMAGED
  kUsage = 2,     // asked for wrongly
  kLookAtIt = 3,  // done, with something named that a person must look at: bad ranges, anomalies, NOT PROVEN
  kFailed = 4,
  kInterrupted = 130,
};

}  // namespace tools
