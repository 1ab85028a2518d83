// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/der_write.h"

#include <algorithm>

namespace custody::der {
namespace {

void append_length(base::Buffer& out, std::size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<std::byte>(length));
    return;
  }
  int count = 1;
  while (count < 8 && (length >> (8 * count)) != 0) ++count;
  out.push_back(static_cast<std::byte>(0x80 | count));
  for (int i = count - 1; i >= 0; --i) out.push_back(static_cast<std::byte>(length >> (8 * i) & 0xff));
}

}  // namespace

base::Buffer element(std::uint8_t tag, std::initializer_list<base::Bytes> parts) {
  std::size_t length = 0;
  for (const base::Bytes part : parts) length += part.size();
  base::Buffer out{std::byte{tag}};
  append_length(out, length);
  for (const base::Bytes part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

base::Buffer element(std::uint8_t tag, std::string_view content) {
  return element(tag, {base::as_bytes(content)});
}

base::Buffer set_of(std::uint8_t tag, std::vector<base::Buffer> members) {
  std::ranges::sort(members);
  base::Buffer content;
  for (const base::Buffer& member : members) content.insert(content.end(), member.begin(), member.end());
  return element(tag, {content});
}

base::Buffer positive_integer(base::Bytes big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == std::byte{0}) big_endian = big_endian.subspan(1);
  const bool high = big_endian.empty() || (big_endian[0] & std::byte{0x80}) != std::byte{0};
  const base::Buffer zero(high ? 1 : 0);
  return element(kInteger, {zero, big_endian});
}

base::Buffer bit_string(base::Bytes content) {
  const base::Buffer no_unused_bits(1);
  return element(kBitString, {no_unused_bits, content});
}

}  // namespace custody::der
