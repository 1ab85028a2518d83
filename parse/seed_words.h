// SPDX-License-Identifier: Apache-2.0
// Finds BIP-39 seed phrases in English. The list of words is taken at build time from a package that carries
// it (cmake/seed_words.cmake); a build without it finds none and says so in the segment's header.
// Pure functions; for use by any thread.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace parse {

// 2048, or 0 in a build without the list.
std::size_t seed_word_count();
// Offset and size in bytes of each run of 12, 15, 18, 21 or 24 words whose checksum holds; the longest that
// begins earliest, none overlapping. Words stand in any case, apart by at most kSeedWordGap bytes that are no
// letters.
inline constexpr std::size_t kSeedWordGap = 12;
std::vector<std::pair<std::size_t, std::size_t>> find_seed_phrases(std::string_view text);

}  // namespace parse
