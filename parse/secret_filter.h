// SPDX-License-Identifier: Apache-2.0
// The filter that every text field of a record passes before it leaves the worker: what opens a wallet is
// taken out of the text, and only its place stays. Forms that carry a checksum, so that nothing else is
// taken:
//   private key           Bitcoin's wallet import format: 51 or 52 characters of base58check
//   extended private key  BIP-32 with the prefixes of SLIP-132: 111 characters of base58check
//   bip39 words           12, 15, 18, 21 or 24 English words, where the build has the list of words
// Keys without a checksum (64 hexadecimal digits) look like any digest and are not taken.
// Pure functions; for use by any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parse {

struct SecretSpan {
  std::string_view kind;
  std::size_t offset, size;     // bytes in the stored text
  std::uint64_t start, length;  // code points in the stored text; bytes where it is not UTF-8
};

// In the order of the text; spans do not overlap.
std::vector<SecretSpan> find_secrets(std::string_view text);
// The text with span i replaced by ⟦sealed:n⟧, n = first_number + i.
std::string seal(std::string_view text, const std::vector<SecretSpan>& spans, std::uint64_t first_number);
// Whether this build knows the English words of BIP-39.
bool knows_bip39_words();

}  // namespace parse
