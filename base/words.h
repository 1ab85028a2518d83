// SPDX-License-Identifier: Apache-2.0
// What the program says to a person: written in English in the sources, said in the person's language where a
// catalogue has it. Signed and stored text, and what machines read, is never said by this: it stays English.
// The language is chosen once, before there is a second thread (base/catalogue.h); after that, any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace base {

// A text in both: as the person reads it, and in English for what is kept. Text that is data (a name, a path)
// is the same in both. Where one string is wanted it is the one for the person.
struct Said {
  Said() = default;
  Said(std::string both) : here(std::move(both)), english(here) {}
  Said(std::string_view both) : Said(std::string(both)) {}
  Said(const char* both) : Said(std::string(both)) {}
  Said(std::string for_the_person, std::string in_english)
      : here(std::move(for_the_person)), english(std::move(in_english)) {}

  operator const std::string&() const { return here; }
  operator std::string_view() const { return here; }
  bool empty() const { return here.empty(); }

  std::string here, english;
};

inline Said operator+(const Said& left, const Said& right) {
  return {left.here + right.here, left.english + right.english};
}
inline std::string& operator+=(std::string& text, const Said& more) {
  return text += more.here;
}

// A text that is a constant, looked up where it is used: `constexpr auto kAdvice = base::phrase("…");`
struct Phrase {
  const char* english = "";

  operator Said() const { return {std::string(here()), english}; }
  operator std::string() const { return std::string(here()); }
  operator std::string_view() const { return here(); }
  std::string_view here() const;  // lives as long as the program
};
constexpr Phrase phrase(const char* english) {
  return {english};
}

// The English of a message with its places, checked when it is compiled: "{}" stands for the next argument,
// "{{" and "}}" for braces. A translation may name them ("{1} … {0}"), and must use the same ones.
template <std::size_t Arguments>
struct Pattern {
  consteval Pattern(const char* pattern) : text(pattern) {
    std::size_t places = 0;
    for (const char* at = pattern; *at != '\0'; ++at) {
      if (*at != '{' && *at != '}') continue;
      if (at[0] == '{' && at[1] == '}')
        ++places;
      else if (at[0] != at[1])
        throw "a brace that is neither {} nor doubled";
      ++at;
    }
    if (places != Arguments) throw "as many {} as arguments";
  }
  const char* text;
};

namespace words_detail {

inline Said said(const Said& text) {
  return text;
}
inline Said said(const Phrase& text) {
  return text;
}
inline Said said(std::string_view text) {
  return text;
}
inline Said said(const std::string& text) {
  return text;
}
inline Said said(const char* text) {
  return text;
}
template <std::integral Number>
requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Said said(Number number) {
  return std::to_string(number);
}

Said say(const char* pattern, std::initializer_list<Said> arguments);

}  // namespace words_detail

// "{} exists already" with its arguments: texts, whole numbers, or what was said. What needs another form (a
// rate, a width) is formatted before.
template <typename... Arguments>
Said say(Pattern<sizeof...(Arguments)> pattern, const Arguments&... arguments) {
  return words_detail::say(pattern.text, {words_detail::said(arguments)...});
}

// A number with what it counts: say_counted(n, "entry", "entries").
Said say_counted(std::uint64_t count, const char* one, const char* many);

// Puts the arguments into a pattern's places; a place that has no argument stays as it is written.
std::string filled(std::string_view pattern, std::initializer_list<std::string_view> arguments);
// Whether a translation uses just the places of its English, so that nothing gets lost and nothing is made
// up.
bool fits(std::string_view english, std::string_view translation);

}  // namespace base
