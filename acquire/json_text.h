// SPDX-License-Identifier: Apache-2.0
// How numbers and foreign text stand in the JSON of this room. Any thread.
#pragma once

#include <charconv>
#include <string>

#include "base/bytes.h"
#include "base/json.h"

namespace acquire {

inline base::Json number(std::uint64_t value) {
  return std::to_string(value);
}

// Names and facts come from file systems and devices: what is no clean UTF-8 stands in hexadecimal.
inline base::Json text(const std::string& value) {
  bool clean = base::is_utf8(value);
  for (const char c : value) clean = clean && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  if (clean) return value;
  return base::Json::object({{"hex", base::to_hex(base::as_bytes(value))}});
}

// The other way. base::JsonError where it is something else.
inline std::string text_from(const base::Json& json) {
  if (!json.is_object()) return json.text();
  try {
    return std::string(base::as_text(base::from_hex(json.at("hex").text())));
  } catch (const std::invalid_argument&) {
    throw base::JsonError("no hexadecimal text");
  }
}

inline std::uint64_t number_from(const base::Json& json) {
  const std::string& digits = json.text();
  std::uint64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
    throw base::JsonError("no decimal number");
  return value;
}

}  // namespace acquire
