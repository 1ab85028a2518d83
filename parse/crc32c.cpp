// SPDX-License-Identifier: Apache-2.0
// Source: RFC 3720 §12.1 and appendix B.4 (polynomial 0x1EDC6F41, reflected, inverted at both ends).
#include "parse/crc32c.h"

#include <array>

namespace parse {
namespace {

constexpr std::array<std::uint32_t, 256> remainders() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder & 1u) != 0 ? remainder >> 1 ^ 0x82f63b78u : remainder >> 1;
    table[byte] = remainder;
  }
  return table;
}
constexpr auto kRemainders = remainders();

}  // namespace

std::uint32_t crc32c(std::initializer_list<base::Bytes> parts) {
  std::uint32_t remainder = 0xffffffffu;
  for (const base::Bytes part : parts)
    for (const std::byte byte : part)
      remainder = remainder >> 8 ^ kRemainders[(remainder ^ std::to_integer<std::uint32_t>(byte)) & 0xffu];
  return ~remainder;
}

}  // namespace parse
