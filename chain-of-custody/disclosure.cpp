// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/disclosure.h"

#include "base/digest.h"

namespace custody {
namespace {

constexpr std::size_t kSaltBytes = 16;

std::string fresh_salt() {
  return base::to_base64url(base::random_bytes(kSaltBytes));
}

std::string encode(const base::Json& array) {
  return base::to_base64url(base::as_bytes(array.canonical()));
}

base::Buffer decode(std::string_view text, const char* what) {
  try {
    return base::from_base64url(text);
  } catch (const std::invalid_argument&) {
    throw base::JsonError(std::string(what) + " is not base64url");
  }
}

}  // namespace

std::string hide_element(const base::Json& value) {
  return encode(base::Json::array({fresh_salt(), value}));
}

std::string hide_member(std::string_view name, const base::Json& value) {
  return encode(base::Json::array({fresh_salt(), name, value}));
}

std::string disclosure_digest(std::string_view text) {
  return base::to_base64url(base::sha256(base::as_bytes(text)).bytes);
}

bool is_disclosure_digest(std::string_view digest) {
  try {
    return base::from_base64url(digest).size() == 32;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

Disclosure read_disclosure(std::string_view text) {
  const base::Json json = base::parse_profile(decode(text, "a disclosure"));
  const base::Json::Array& parts = json.items();
  if (parts.size() != 2 && parts.size() != 3)
    throw base::JsonError("a disclosure is neither [salt, value] nor [salt, name, value]");
  Disclosure disclosure;
  disclosure.salt = parts[0].text();
  if (decode(disclosure.salt, "a salt").size() < kSaltBytes)
    throw base::JsonError("a salt has fewer than 128 bits");
  if (parts.size() == 3) disclosure.name = parts[1].text();
  disclosure.value = parts.back();
  return disclosure;
}

}  // namespace custody
