// SPDX-License-Identifier: Apache-2.0
// How numbers and foreign text stand in the JSON of this room. Any thread.
#pragma once

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

}  // namespace acquire
