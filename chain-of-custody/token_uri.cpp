// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/token_uri.h"

#include <charconv>
#include <set>

#include "base/error.h"
#include "base/words.h"

namespace custody {
namespace {

constexpr std::string_view kScheme = "pkcs11:";
constexpr auto kAdvice = base::phrase(
    "Nothing was changed. Write it like pkcs11:token=LABEL;object=KEY, and percent-encode other characters.");

[[noreturn]] void refuse(const base::Said& why) {
  throw base::Error(base::ErrorKind::usage, base::say("the token's URI cannot be used: {}", why), kAdvice);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  refuse(base::say("a % is not followed by two hexadecimal digits"));
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) refuse(base::say("a % is not followed by two hexadecimal digits"));
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

unsigned long number(const std::string& text) {
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    refuse(base::say("slot-id is not a number"));
  return value;
}

void set(TokenUri& uri, std::string_view name, std::string value) {
  if (name == "token") {
    uri.token = std::move(value);
  } else if (name == "manufacturer") {
    uri.manufacturer = std::move(value);
  } else if (name == "serial") {
    uri.serial = std::move(value);
  } else if (name == "model") {
    uri.model = std::move(value);
  } else if (name == "slot-id") {
    uri.slot_id = number(value);
  } else if (name == "object") {
    uri.object = std::move(value);
  } else if (name == "id") {
    uri.id = std::move(value);
  } else if (name == "module-path") {
    uri.module_path = std::move(value);
  } else if (name == "type") {
    if (value != "private") refuse(base::say("it does not name a private key (type={})", value));
  } else if (name == "pin-value" || name == "pin-source") {
    refuse(base::say("it carries a PIN, which is asked for and never stored"));
  } else {
    refuse(base::say("\"{}\" is not understood", name));
  }
}

void parse_part(std::string_view text, char separator, TokenUri& uri, std::set<std::string>& seen) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view attribute = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = attribute.find('=');
    if (equals == std::string_view::npos) refuse(base::say("an attribute has no value"));
    const std::string name(attribute.substr(0, equals));
    if (!seen.insert(name).second) refuse(base::say("\"{}\" stands twice in it", name));
    set(uri, name, decoded(attribute.substr(equals + 1)));
  }
}

}  // namespace

TokenUri parse_token_uri(std::string_view text) {
  if (!text.starts_with(kScheme)) refuse(base::say("it does not begin with pkcs11:"));
  text.remove_prefix(kScheme.size());
  const std::size_t query = std::min(text.find('?'), text.size());
  TokenUri uri;
  std::set<std::string> seen;
  parse_part(text.substr(0, query), ';', uri, seen);
  if (query < text.size()) parse_part(text.substr(query + 1), '&', uri, seen);
  return uri;
}

}  // namespace custody
