// SPDX-License-Identifier: Apache-2.0
// Keccak-256 as Ethereum uses it (the padding of the Keccak submission, not that of SHA-3).
// A pure function; for use by any thread.
#pragma once

#include <array>

#include "base/bytes.h"

namespace parse {

std::array<std::byte, 32> keccak256(base::Bytes message);

}  // namespace parse
