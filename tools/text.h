// SPDX-License-Identifier: Apache-2.0
// Text laid out for a terminal: how many cells it takes, and how it is made to fit. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tools {

// Length of a well-formed UTF-8 sequence at the front, 0 where there is none.
std::size_t sequence(std::string_view text);
char32_t code_point(std::string_view sequence_bytes);

// Cells that a terminal gives to the text: two for East Asian scripts and emoji, none for the marks on
// letters that Thai, Lao, Khmer and Burmese have.
std::size_t width(std::string_view text);

// At most `cells` wide: the middle gives way, because paths differ at their ends.
std::string shortened(std::string_view text, std::size_t cells);
// At most `cells` wide: the end gives way.
std::string beginning(std::string_view text, std::size_t cells);
// Exactly `cells` wide, with blanks behind or before.
std::string fitted(std::string_view text, std::size_t cells);
std::string fitted_right(std::string_view text, std::size_t cells);
// Lines of whole words, each at most `cells` wide; a word that is longer is shortened. Scripts that put no
// blanks between words are broken between them all the same.
std::vector<std::string> wrapped(std::string_view text, std::size_t cells);

// The same lines, broken at blanks so that each takes at most so many cells. What a line goes on with stands
// below its second column, where it has one, else a little further in. No word is cut: it may be a path or a
// digest.
std::string broken(std::string_view text, std::size_t cells);

std::string short_size(double bytes);  // "40.0 MiB"

}  // namespace tools
