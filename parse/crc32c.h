// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli), as LevelDB guards its blocks with it.
// A pure function; for use by any thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace parse {

// The checksum of all parts one after another.
std::uint32_t crc32c(std::initializer_list<base::Bytes> parts);

}  // namespace parse
