// SPDX-License-Identifier: Apache-2.0
// Disclosures of RFC 9901 (SD-JWT §4.2): a value stands in the body as a salted digest, and beside it as a
// base64url text that may be given or withheld. Stricter than the RFC: salts of at least 128 bits, canonical
// JSON of our profile inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace custody {

inline constexpr std::string_view kDigestAlgorithm = "sha-256";

// Texts of new disclosures, with fresh salts.
std::string hide_element(const base::Json& value);
std::string hide_member(std::string_view name, const base::Json& value);

// base64url of SHA-256 over the text: 43 characters.
std::string disclosure_digest(std::string_view text);
bool is_disclosure_digest(std::string_view digest);

struct Disclosure {
  std::string salt;
  std::optional<std::string> name;  // of an object's member; nothing for an array's element
  base::Json value;
};
Disclosure read_disclosure(std::string_view text);  // throws JsonError

}  // namespace custody
