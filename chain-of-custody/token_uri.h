// SPDX-License-Identifier: Apache-2.0
// Names of keys on tokens: RFC 7512, the attributes that find a token and a key on it. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace custody {

struct TokenUri {
  // Of the token (RFC 7512 §2.3), empty where any will do.
  std::string token, manufacturer, serial, model;
  std::optional<unsigned long> slot_id;
  // Of the key: CKA_LABEL and CKA_ID.
  std::optional<std::string> object, id;
  std::string module_path;  // of the query, where it is given
};

// Throws Error(usage), also where the URI carries a PIN (it would be written to a file) or an attribute that
// is not understood (it might name another key).
TokenUri parse_token_uri(std::string_view text);

}  // namespace custody
