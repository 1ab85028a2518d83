// SPDX-License-Identifier: Apache-2.0
// How one input of the fuzzer holds a body and its disclosures: a line each, in clear, the body first.
// "#2" in a text stands for the digest of the third disclosure, as far as it stands before the line at hand
// or the line is the body; else for one that is withheld. Lines are made canonical, and digests of hidden
// members ascend, unless a line begins with '!'.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/json.h"
#include "chain-of-custody/disclosure.h"

namespace fuzz {

struct BodyInput {
  std::string body;
  std::vector<std::string> disclosures;  // base64url texts
};

inline base::Json with_digests(const base::Json& value, const std::vector<std::string>& digests) {
  if (value.is_array()) {
    base::Json array = base::Json::array();
    for (const base::Json& item : value.items()) array.push(with_digests(item, digests));
    return array;
  }
  if (value.is_object()) {
    base::Json object = base::Json::object();
    for (const auto& [name, member] : value.members()) {
      base::Json made = with_digests(member, digests);
      const auto is_text = [](const base::Json& item) { return item.is_text(); };
      if (name == "_sd" && made.is_array() && std::ranges::all_of(made.items(), is_text))
        std::ranges::sort(made.items(), {}, [](const base::Json& item) { return item.text(); });
      object.set(name, std::move(made));
    }
    return object;
  }
  if (!value.is_text() || !value.text().starts_with('#')) return value;
  const std::string& text = value.text();
  std::size_t number = digests.size();
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  const bool known = error == std::errc() && end == text.data() + text.size() && number < digests.size();
  return known ? digests[number] : custody::disclosure_digest(text);
}

inline std::string line_with_digests(std::string_view line, const std::vector<std::string>& digests) {
  if (line.starts_with('!')) return std::string(line.substr(1));
  try {
    return with_digests(base::parse_json(base::as_bytes(line)), digests).canonical();
  } catch (const base::JsonError&) {
    return std::string(line);
  }
}

inline BodyInput body_input_of(std::string_view text) {
  constexpr std::size_t kMostLines = 40;
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kMostLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  BodyInput input;
  std::vector<std::string> digests;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    input.disclosures.push_back(base::to_base64url(base::as_bytes(line_with_digests(lines[i], digests))));
    digests.push_back(custody::disclosure_digest(input.disclosures.back()));
  }
  if (!lines.empty()) input.body = line_with_digests(lines[0], digests);
  return input;
}

}  // namespace fuzz
