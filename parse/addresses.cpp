// SPDX-License-Identifier: Apache-2.0
// Sources: version bytes of Bitcoin main net in Bitcoin Core src/kernel/chainparams.cpp (0x00, 0x05, hrp
// "bc"); witness programs and their checksums in BIP-141, BIP-173 and BIP-350; Ethereum's mixed case in
// EIP-55; the byte 0x41 in developers.tron.network, "Account address format".
#include "parse/addresses.h"

#include <algorithm>
#include <array>
#include <optional>

#include "parse/base58.h"
#include "parse/keccak.h"

namespace parse {
namespace {

struct Kind {
  std::string_view chain, form, checksum;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c);
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// ---- Base58check: one version byte and a hash of 20 bytes.

constexpr std::size_t kShortestBase58 = 26;
constexpr std::size_t kLongestAddress58 = 35;

std::optional<Kind> base58_kind(std::string_view token) {
  if (token.size() < kShortestBase58 || token.size() > kLongestAddress58) return std::nullopt;
  base::Buffer payload;
  if (!base58check_decode(token, payload) || payload.size() != 21) return std::nullopt;
  switch (std::to_integer<unsigned>(payload.front())) {
    case 0x00:
      return Kind{"bitcoin", "p2pkh", "valid"};
    case 0x05:
      return Kind{"bitcoin", "p2sh", "valid"};
    case 0x41:
      return Kind{"tron", "base58", "valid"};
    default:
      return std::nullopt;
  }
}

// ---- Bech32 (witness version 0) and bech32m (1 to 16), human-readable part "bc".

constexpr std::string_view kBech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kShortestBech32 = 14;  // "bc1", version, 2 bytes in 4 characters, checksum of 6
constexpr std::size_t kLongestBech32 = 90;
constexpr std::uint32_t kBech32 = 1;
constexpr std::uint32_t kBech32m = 0x2bc830a3;
constexpr std::size_t kBech32Checksum = 6;

std::uint32_t bech32_step(std::uint32_t remainder, std::uint32_t value) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                    0x2a1462b3};
  const std::uint32_t top = remainder >> 25;
  remainder = (remainder & 0x1ffffffu) << 5 ^ value;
  for (std::size_t i = 0; i < kGenerator.size(); ++i)
    if ((top >> i & 1u) != 0) remainder ^= kGenerator[i];
  return remainder;
}

std::uint32_t bech32_remainder_of_prefix() {
  std::uint32_t remainder = 1;
  for (const char c : {'b', 'c'}) remainder = bech32_step(remainder, static_cast<std::uint32_t>(c) >> 5);
  remainder = bech32_step(remainder, 0);
  for (const char c : {'b', 'c'}) remainder = bech32_step(remainder, static_cast<std::uint32_t>(c) & 31u);
  return remainder;
}

// Bytes in the program of `characters` 5-bit values; nothing where the padding is longer than 4 bits or not
// zero.
std::optional<std::size_t> program_bytes(const std::vector<std::uint32_t>& values) {
  const std::size_t bits = values.size() * 5;
  const std::size_t padding = bits % 8;
  if (padding > 4) return std::nullopt;
  if (padding > 0 && (values.back() & ((1u << padding) - 1)) != 0) return std::nullopt;
  return bits / 8;
}

std::optional<Kind> witness_kind(std::uint32_t version, std::size_t program, std::uint32_t remainder) {
  if (version == 0) {
    if (remainder != kBech32 || (program != 20 && program != 32)) return std::nullopt;
    return Kind{"bitcoin", "segwit", "valid"};
  }
  if (version > 16 || remainder != kBech32m || program < 2 || program > 40) return std::nullopt;
  return Kind{"bitcoin", version == 1 && program == 32 ? "taproot" : "segwit", "valid"};
}

std::optional<Kind> bech32_kind(std::string_view token) {
  if (token.size() < kShortestBech32 || token.size() > kLongestBech32) return std::nullopt;
  if (std::any_of(token.begin(), token.end(), is_lower) && std::any_of(token.begin(), token.end(), is_upper))
    return std::nullopt;
  std::uint32_t remainder = bech32_remainder_of_prefix();
  std::vector<std::uint32_t> values;
  for (const char c : token.substr(3)) {
    const std::size_t value = kBech32Alphabet.find(to_lower(c));
    if (value == std::string_view::npos) return std::nullopt;
    values.push_back(static_cast<std::uint32_t>(value));
    remainder = bech32_step(remainder, values.back());
  }
  const std::uint32_t version = values.front();
  values.resize(values.size() - kBech32Checksum);
  values.erase(values.begin());
  const auto program = program_bytes(values);
  return program ? witness_kind(version, *program, remainder) : std::nullopt;
}

// ---- Ethereum: "0x" and 40 hexadecimal digits; mixed case is a checksum (EIP-55).

constexpr std::size_t kHexDigits = 40;

bool is_hex(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

// A letter is upper case where the nibble at its place in the digest of the lower-case text is 8 or more.
bool case_matches_digest(std::string_view digits) {
  std::string lower(digits);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  const auto digest = keccak256(base::as_bytes(lower));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (is_digit(digits[i])) continue;
    const auto byte = std::to_integer<unsigned>(digest[i / 2]);
    const unsigned nibble = i % 2 == 0 ? byte >> 4 : byte & 15u;
    if (is_upper(digits[i]) != (nibble >= 8)) return false;
  }
  return true;
}

std::optional<Kind> ethereum_kind(std::string_view token) {
  if (token.size() != 2 + kHexDigits) return std::nullopt;
  const std::string_view digits = token.substr(2);
  if (!std::all_of(digits.begin(), digits.end(), is_hex)) return std::nullopt;
  const bool mixed = std::any_of(digits.begin(), digits.end(), is_lower) &&
                     std::any_of(digits.begin(), digits.end(), is_upper);
  if (!mixed) return Kind{"ethereum", "hex", "none"};
  return case_matches_digest(digits) ? std::optional(Kind{"ethereum", "hex", "valid"}) : std::nullopt;
}

std::optional<Kind> kind_of(std::string_view token) {
  if (token.starts_with("0x")) return ethereum_kind(token);
  if (token.starts_with("bc1") || token.starts_with("BC1")) return bech32_kind(token);
  if (token.starts_with('1') || token.starts_with('3') || token.starts_with('T')) return base58_kind(token);
  return std::nullopt;
}

std::uint64_t code_points(std::string_view utf8) {
  return static_cast<std::uint64_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

}  // namespace

std::vector<AddressMatch> find_addresses(std::string_view utf8) {
  std::vector<AddressMatch> matches;
  std::uint64_t position = 0;
  while (!utf8.empty()) {
    const auto token_end = std::find_if_not(utf8.begin(), utf8.end(), is_alphanumeric);
    const std::string_view token = utf8.substr(0, static_cast<std::size_t>(token_end - utf8.begin()));
    if (const auto kind = kind_of(token))
      matches.push_back({std::string(kind->chain), std::string(kind->form), std::string(kind->checksum),
                         std::string(token), position, token.size()});
    position += token.size();
    utf8.remove_prefix(token.size());
    const auto gap_end = std::find_if(utf8.begin(), utf8.end(), is_alphanumeric);
    const std::string_view gap = utf8.substr(0, static_cast<std::size_t>(gap_end - utf8.begin()));
    position += code_points(gap);
    utf8.remove_prefix(gap.size());
  }
  return matches;
}

}  // namespace parse
