// SPDX-License-Identifier: Apache-2.0
// Real data and test vectors that lie beside the checkout; tests that need them skip where they are absent.
#pragma once

#include <filesystem>

#define SKIP_WITHOUT_SHARED(relative)                      \
  if (!std::filesystem::exists(support::shared(relative))) \
  GTEST_SKIP() << "needs " << support::shared(relative) << ", which is not there"

namespace support {

inline std::filesystem::path shared(const std::filesystem::path& relative) {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / ".." / "shared" / relative;
}

}  // namespace support
