// SPDX-License-Identifier: Apache-2.0
#include "base/words.h"

#include <set>
#include <vector>

#include "base/catalogue.h"

namespace base {
namespace {

// "{}" or "{12}" at the front: its length and the argument that it stands for. Length 0: it is none.
struct Place {
  std::size_t length = 0, argument = 0;
};

Place place_at(std::string_view text, std::size_t& next) {
  constexpr std::size_t kMostDigits = 2;
  if (!text.starts_with('{')) return {};
  const std::size_t end = text.find('}');
  if (end == text.npos || end > 1 + kMostDigits) return {};
  if (end == 1) return {2, next++};
  std::size_t argument = 0;
  for (const char c : text.substr(1, end - 1)) {
    if (c < '0' || c > '9') return {};
    argument = argument * 10 + static_cast<std::size_t>(c - '0');
  }
  return {end + 1, argument};
}

bool is_doubled_brace(std::string_view text) {
  return text.starts_with("{{") || text.starts_with("}}");
}

std::string filled_from(std::string_view pattern, const std::vector<std::string_view>& arguments) {
  std::string out;
  std::size_t next = 0;
  while (!pattern.empty()) {
    std::size_t used = 1;
    if (is_doubled_brace(pattern)) {
      out += pattern.front();
      used = 2;
    } else if (const Place place = place_at(pattern, next);
               place.length > 0 && place.argument < arguments.size()) {
      out += arguments[place.argument];
      used = place.length;
    } else {
      out += pattern.front();
    }
    pattern.remove_prefix(used);
  }
  return out;
}

// The arguments that a pattern uses; nothing where a brace stands alone.
bool places_in(std::string_view pattern, std::multiset<std::size_t>& places) {
  std::size_t next = 0;
  while (!pattern.empty()) {
    std::size_t used = 1;
    if (is_doubled_brace(pattern)) {
      used = 2;
    } else if (const Place place = place_at(pattern, next); place.length > 0) {
      places.insert(place.argument);
      used = place.length;
    } else if (pattern.front() == '{' || pattern.front() == '}') {
      return false;
    }
    pattern.remove_prefix(used);
  }
  return true;
}

std::string_view or_english(std::string_view translation, const char* english) {
  return translation.empty() ? std::string_view(english) : translation;
}

}  // namespace

std::string_view Phrase::here() const {
  return or_english(spoken() == nullptr ? std::string_view() : spoken()->find(english), english);
}

std::string filled(std::string_view pattern, std::initializer_list<std::string_view> arguments) {
  return filled_from(pattern, arguments);
}

bool fits(std::string_view english, std::string_view translation) {
  std::multiset<std::size_t> wanted, used;
  return places_in(english, wanted) && places_in(translation, used) && wanted == used;
}

Said words_detail::say(const char* pattern, std::initializer_list<Said> arguments) {
  std::vector<std::string_view> here, english;
  for (const Said& argument : arguments) {
    here.push_back(argument.here);
    english.push_back(argument.english);
  }
  return {filled_from(Phrase{pattern}.here(), here), filled_from(pattern, english)};
}

Said say_counted(std::uint64_t count, const char* one, const char* many) {
  const char* english = count == 1 ? one : many;
  const std::string number = std::to_string(count) + ' ';
  const auto found = spoken() == nullptr ? std::string_view() : spoken()->find(one, count);
  return {number + std::string(or_english(found, english)), number + english};
}

}  // namespace base
