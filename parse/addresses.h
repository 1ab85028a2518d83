// SPDX-License-Identifier: Apache-2.0
// Finds addresses of Bitcoin, Ethereum and TRON in text, and verifies the checksum of each: a token whose
// checksum is wrong is no address. Pure functions; for use by any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parse {

struct AddressMatch {
  std::string chain;     // "bitcoin", "ethereum", "tron"
  std::string form;      // "p2pkh", "p2sh", "segwit", "taproot", "hex", "base58"
  std::string checksum;  // "valid"; "none" where the form carries none (an Ethereum address in one case)
  std::string address;   // as written
  std::uint64_t start;   // code points before it, from 0
  std::uint64_t length;  // code points
};

// All addresses, in the order of the text. An address is a whole run of ASCII letters and digits: it does not
// match inside a longer one, and letters of other scripts may stand directly beside it, as they do where a
// language puts no spaces. Time is linear in the text. In bytes that are not UTF-8, each byte that is no
// continuation counts as one code point.
std::vector<AddressMatch> find_addresses(std::string_view utf8);

}  // namespace parse
