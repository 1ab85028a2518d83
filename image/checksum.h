// SPDX-License-Identifier: Apache-2.0
// Adler-32 as E01 uses it (seed 1). Pure; any thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace image {

std::uint32_t adler32(base::Bytes bytes);
bool all_zero(base::Bytes bytes);
bool all_equal(base::Bytes bytes);  // one byte value, whatever it is

}  // namespace image
