// SPDX-License-Identifier: Apache-2.0
// The characters that a label may hold, as five by seven dots: for pictures that label printers take. Pure
// functions; any thread.
#pragma once

#include <cstddef>

namespace tools {

inline constexpr std::size_t kGlyphWidth = 5, kGlyphHeight = 7;

// Whether that dot is black; of a character that no label holds none is.
bool is_black(char character, std::size_t x, std::size_t y);

}  // namespace tools
