// SPDX-License-Identifier: Apache-2.0
// Source of the alphabet and the checksum: Bitcoin Core, src/base58.cpp; bitcoin.it "Base58Check encoding".
#include "parse/base58.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/digest.h"

namespace parse {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumBytes = 4;

constexpr std::array<std::int8_t, 256> digit_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr auto kDigitValues = digit_values();

// number = number * 58 + digit, in bytes with the least significant first.
void multiply_and_add(std::vector<std::uint8_t>& number, unsigned digit) {
  unsigned carry = digit;
  for (auto& byte : number) {
    carry += 58u * byte;
    byte = static_cast<std::uint8_t>(carry & 0xffu);
    carry >>= 8;
  }
  if (carry != 0) number.push_back(static_cast<std::uint8_t>(carry));
}

}  // namespace

bool base58_decode(std::string_view text, base::Buffer& bytes) {
  if (text.empty() || text.size() > kLongestBase58) return false;
  std::vector<std::uint8_t> number;
  for (const char c : text) {
    const int digit = kDigitValues[static_cast<unsigned char>(c)];
    if (digit < 0) return false;
    multiply_and_add(number, static_cast<unsigned>(digit));
  }
  // Each leading '1' stands for one zero byte.
  const std::size_t zeros = std::min(text.find_first_not_of('1'), text.size());
  bytes.assign(zeros, std::byte{0});
  for (auto byte = number.rbegin(); byte != number.rend(); ++byte) bytes.push_back(std::byte{*byte});
  return true;
}

bool base58check_decode(std::string_view text, base::Buffer& payload) {
  base::Buffer bytes;
  if (!base58_decode(text, bytes) || bytes.size() <= kChecksumBytes) return false;
  const base::Bytes all(bytes);
  const base::Bytes front = all.first(bytes.size() - kChecksumBytes);
  const base::Digest digest = base::sha256(base::sha256(front).bytes);
  if (!std::equal(all.end() - kChecksumBytes, all.end(), digest.bytes.begin())) return false;
  payload = base::to_buffer(front);
  return true;
}

}  // namespace parse
