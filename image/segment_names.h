// SPDX-License-Identifier: Apache-2.0
// How the files of one image are named and found. Pure functions but for `files_beside`.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace image {

// .E01 … .E99, .EAA … .EZZ, .FAA … .ZZZ: 99 + 22 × 26² names (libyal/libewf, documentation of the EWF
// format).
inline constexpr unsigned kMostEwfSegments = 14971;

// "E01" for 1; REQUIRES 1 <= number <= kMostEwfSegments.
std::string ewf_extension(unsigned number);
// 1 for "E01" or "e01"; nothing for other extensions, mixed case included.
std::optional<unsigned> ewf_number(std::string_view extension);

// The place in a split raw set that an extension names: "000" and "001", "aa", "aaa". Sets start at 000, 001
// or aa; nothing for other extensions.
std::optional<unsigned> raw_number(std::string_view extension);

// Number -> file name, for all files beside `first_file` that share its stem and whose extension `number_of`
// understands and has the same length and case as that of `first_file`. Of files in the further folders, the
// whole path.
using NumberOf = std::optional<unsigned> (*)(std::string_view extension);
std::map<unsigned, std::string> files_beside(const std::filesystem::path& first_file, NumberOf number_of,
                                             const std::vector<std::filesystem::path>& further);

// The extension without its dot.
std::string extension_of(const std::filesystem::path& path);

}  // namespace image
