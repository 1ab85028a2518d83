// SPDX-License-Identifier: Apache-2.0
// The only code of the program that uses a network, called by `ledger timestamp --url` and by nothing else.
#pragma once

#include <string>

#include "base/bytes.h"

namespace tools {

// Sends `body` by HTTP POST and returns the answer's body. The address is http:// or https://; redirects are
// not followed, certificates are checked as the system does, the answer has at most `limit` bytes and must
// come within a minute, with status 200. Throws Error(io) or Error(usage).
base::Buffer http_post(const std::string& address, const std::string& content_type, base::Bytes body,
                       std::size_t limit);

}  // namespace tools
