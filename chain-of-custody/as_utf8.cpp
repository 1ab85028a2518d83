// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/as_utf8.h"

#include "base/bytes.h"

namespace custody {
namespace {

// Of the sequence that begins here; 0 where none does.
std::size_t sequence_at(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
    if (base::is_utf8(text.substr(0, length))) return length;
  return 0;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    if (length == 0)
      out += '<' + base::to_hex(base::as_bytes(text.substr(0, 1))) + '>';
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace custody
