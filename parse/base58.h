// SPDX-License-Identifier: Apache-2.0
// Base58 and base58check, as Bitcoin and TRON write addresses and keys.
// Pure functions; for use by any thread.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace parse {

// The longest text that is tried: decoding takes time in the square of the length. Extended keys have 111
// characters.
inline constexpr std::size_t kLongestBase58 = 128;

// False where a character is not of the alphabet, or the text is empty or longer than kLongestBase58.
bool base58_decode(std::string_view text, base::Buffer& bytes);

// As base58_decode, and checks that the last four bytes are the first four of the double SHA-256 of those
// before. `payload` gets the bytes without them, with the version byte at its front.
bool base58check_decode(std::string_view text, base::Buffer& payload);

}  // namespace parse
