// SPDX-License-Identifier: Apache-2.0
// Writes DER (ITU-T X.690 §8, §10, §11) from the inside out: each call wraps what is there in one more
// element. Pure functions.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "chain-of-custody/der.h"

namespace custody::der {

// One element: tag, shortest length, the parts one after another.
base::Buffer element(std::uint8_t tag, std::initializer_list<base::Bytes> parts);
base::Buffer element(std::uint8_t tag, std::string_view content);
// The members in ascending order of their encodings (X.690 §11.6).
base::Buffer set_of(std::uint8_t tag, std::vector<base::Buffer> members);
// A positive integer from big-endian bytes: no leading zeros but the one that keeps it positive.
base::Buffer positive_integer(base::Bytes big_endian);
base::Buffer bit_string(base::Bytes content);  // of whole bytes

}  // namespace custody::der
