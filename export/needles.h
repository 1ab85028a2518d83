// SPDX-License-Identifier: Apache-2.0
// Withheld texts, in every form in which they could stand in a file: as they are, escaped for HTML, JSON, CSV
// and paths, in UTF-16, hexadecimal and base64. Used twice: to withhold what repeats a withheld text, and to
// search the finished bundle. Thread rule: build by one thread, then search from several.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exporter {

// Long enough to mean something wherever it stands: four code points, or two of a script that writes a word
// with one or two (U+2E80 and above: Han, Kana, Hangul). Shorter ones are for a person to decide.
bool is_searchable(std::string_view text);

class Needles {
 public:
  using Origin = std::uint32_t;  // what the caller counts its texts by

  // All forms of the text. Of a text over 400 bytes the first 400 stand for it.
  void add(std::string_view text, Origin origin);
  // Only the characters themselves: a record id.
  void add_exact(std::string_view text, Origin origin);
  // A number of a person, as digits: found where a text holds its last eight digits in a row of digits, with
  // or without spaces, dots, hyphens and brackets between them. Ignored below eight digits.
  void add_number(std::string_view digits);

  // The origin of a form that stands in the bytes. Short forms must not touch an ASCII letter or digit.
  std::optional<Origin> find(std::string_view bytes) const;
  // The origins of all forms that stand in the bytes.
  std::set<Origin> find_all(std::string_view bytes) const;
  bool find_number(std::string_view text) const;

  std::size_t size() const { return forms_.size(); }

 private:
  struct Form {
    Origin origin;
    bool bounded_before, bounded_after;
  };
  void add_form(std::string form, Origin origin, bool bounded);
  void add_encoded(std::string_view text, Origin origin);
  // Calls visit(origin) for each form that stands in the bytes, until it returns false.
  template <typename Visit>
  void visit_matches(std::string_view bytes, Visit visit) const;

  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, Form> forms_;
  std::unordered_map<std::uint32_t, std::vector<std::uint16_t>> lengths_by_start_;  // first four bytes
  std::vector<bool> starts_ = std::vector<bool>(1u << 20);
  std::set<std::string, std::less<>> numbers_;
};

}  // namespace exporter
