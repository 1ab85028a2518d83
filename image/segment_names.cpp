// SPDX-License-Identifier: Apache-2.0
#include "image/segment_names.h"

#include <algorithm>
#include <cassert>

#include "base/error.h"
#include "base/words.h"

namespace image {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
unsigned letter(char c) {
  return static_cast<unsigned>(c - 'A');
}

// Upper case where all letters are of one case.
std::optional<std::string> upper_of_one_case(std::string_view text) {
  const bool any_upper = std::any_of(text.begin(), text.end(), is_upper);
  const bool any_lower = std::any_of(text.begin(), text.end(), is_lower);
  if (any_upper == any_lower) return std::nullopt;
  std::string upper(text);
  for (char& c : upper) c = is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

bool same_shape(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::any_of(a.begin(), a.end(), is_lower) == std::any_of(b.begin(), b.end(), is_lower);
}

}  // namespace

std::string ewf_extension(unsigned number) {
  assert(number >= 1 && number <= kMostEwfSegments);
  if (number < 100) {
    return {'E', static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
  }
  const unsigned rest = number - 100;
  return {static_cast<char>('E' + rest / 676), static_cast<char>('A' + rest / 26 % 26),
          static_cast<char>('A' + rest % 26)};
}

std::optional<unsigned> ewf_number(std::string_view extension) {
  const auto upper = upper_of_one_case(extension);
  if (!upper || upper->size() != 3 || (*upper)[0] < 'E' || !is_upper((*upper)[0])) return std::nullopt;
  const char second = (*upper)[1], third = (*upper)[2];
  if ((*upper)[0] == 'E' && is_digit(second) && is_digit(third)) {
    const auto number = static_cast<unsigned>((second - '0') * 10 + third - '0');
    return number == 0 ? std::nullopt : std::optional(number);
  }
  if (!is_upper(second) || !is_upper(third)) return std::nullopt;
  return 100 + (letter((*upper)[0]) - letter('E')) * 676 + letter(second) * 26 + letter(third);
}

std::optional<unsigned> raw_number(std::string_view extension) {
  if (extension.size() < 2 || extension.size() > 6) return std::nullopt;
  unsigned number = 0;
  if (std::all_of(extension.begin(), extension.end(), is_digit)) {
    for (const char c : extension) number = number * 10 + static_cast<unsigned>(c - '0');
    return extension.size() < 3 ? std::nullopt : std::optional(number);
  }
  // Letters only as split(1) makes them: two or three lower-case ones.
  if (extension.size() > 3 || !std::all_of(extension.begin(), extension.end(), is_lower)) return std::nullopt;
  for (const char c : extension) number = number * 26 + static_cast<unsigned>(c - 'a');
  return number;
}

std::string extension_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension.empty() ? extension : extension.substr(1);
}

std::map<unsigned, std::string> files_beside(const std::filesystem::path& first_file, NumberOf number_of,
                                             const std::vector<std::filesystem::path>& further) {
  std::map<unsigned, std::string> found;
  const std::string extension = extension_of(first_file);
  const auto look_in = [&](const std::filesystem::path& folder, bool whole_path) {
    std::error_code trouble;
    for (std::filesystem::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
         entry.increment(trouble)) {
      const std::filesystem::path name = entry->path().filename();
      const std::string other = extension_of(name);
      if (name.stem() != first_file.stem() || !same_shape(extension, other)) continue;
      const auto number = number_of(other);
      if (number) found.try_emplace(*number, whole_path ? std::filesystem::absolute(entry->path()) : name);
    }
    if (trouble) {
      throw base::io_error(base::say("cannot list the folder {}", folder.string()), trouble.value(),
                           base::say("Nothing was changed. Check who may read the folder."));
    }
  };
  look_in(first_file.has_parent_path() ? first_file.parent_path() : ".", false);
  for (const auto& folder : further) look_in(folder, true);
  return found;
}

}  // namespace image
