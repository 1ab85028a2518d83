// SPDX-License-Identifier: Apache-2.0
// Text of evidence, code point by code point, whatever its bytes. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace exporter {

struct CodePoint {
  char32_t value;
  std::size_t bytes;  // that it takes
  bool valid;         // false: one byte that is not UTF-8; `value` is that byte
};
// REQUIRES: text is not empty.
CodePoint first_code_point(std::string_view text);

std::size_t count_code_points(std::string_view text);

// True for what would act on a reader's screen instead of standing on it: control characters other than tab
// and line feed, bidirectional controls (Unicode UAX #9), separators, the byte order mark, soft hyphens,
// tags. Joiners are not in it: Indic scripts and emoji need them.
bool is_invisible_control(char32_t value);
// How such a character is shown: "U+202E"; a byte that is no UTF-8: "0xFF".
std::string visible_name(const CodePoint& point);

// The text with every invisible control and every invalid byte written out in brackets, for plain files.
std::string visible_text(std::string_view text);

}  // namespace exporter
