// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/der.h"

#include <algorithm>

namespace custody::der {
namespace {

constexpr int kMaximalDepth = 24;
constexpr std::uint8_t kConstructed = 0x20;

[[noreturn]] void beyond_the_end() {
  throw DerError("an element reaches beyond the end of its bytes");
}

struct Length {
  std::size_t of_content, of_itself;
};

// The length that begins at the second byte. REQUIRES: there is one.
Length read_length(base::Bytes element) {
  const auto first = std::to_integer<std::uint8_t>(element[1]);
  if (first < 0x80) return {first, 1};
  const std::size_t count = first & 0x7f;
  if (count == 0) throw DerError("a length is indefinite: BER, not DER");
  if (count > 4) throw DerError("a length has more than four bytes");
  if (element.size() < 2 + count) beyond_the_end();
  std::size_t length = 0;
  for (const std::byte byte : element.subspan(2, count))
    length = length << 8 | std::to_integer<std::size_t>(byte);
  const bool shortest = length >= 0x80 && (length >> (8 * (count - 1))) != 0;
  if (!shortest) throw DerError("a length is padded");
  return {length, 1 + count};
}

void check_integer(base::Bytes content) {
  if (content.empty()) throw DerError("an integer is empty");
  if (content.size() == 1) return;
  const auto first = std::to_integer<unsigned>(content[0]);
  const bool high = (std::to_integer<unsigned>(content[1]) & 0x80) != 0;
  if ((first == 0x00 && !high) || (first == 0xff && high)) throw DerError("an integer is padded");
}

// X.690 §8.6.2, §11.2.1: the first byte says how many bits of the last are not used, and they are zero.
void check_bit_string(base::Bytes content) {
  if (content.empty()) throw DerError("a bit string is empty");
  const auto unused = std::to_integer<unsigned>(content[0]);
  if (unused > 7 || (content.size() == 1 && unused != 0))
    throw DerError("a bit string has more unused bits than bits");
  if ((std::to_integer<unsigned>(content.back()) & ((1u << unused) - 1)) != 0)
    throw DerError("unused bits of a bit string are set");
}

void check_primitive(const Element& element) {
  if (element.tag == kInteger) check_integer(element.content);
  if (element.tag == kBitString) check_bit_string(element.content);
  if (element.tag == kBoolean && (element.content.size() != 1 || (element.content[0] != std::byte{0} &&
                                                                  element.content[0] != std::byte{0xff})))
    throw DerError("a boolean is neither 00 nor ff");
  if (element.tag == kNull && !element.content.empty()) throw DerError("a null has content");
}

void check_elements(base::Bytes bytes, int depth) {
  if (depth > kMaximalDepth) throw DerError("elements are nested too deep");
  Reader reader(bytes);
  while (!reader.at_end()) {
    const Element element = reader.next();
    if (element.tag & kConstructed)
      check_elements(element.content, depth + 1);
    else
      check_primitive(element);
  }
}

}  // namespace

bool Reader::next_is(std::uint8_t tag) const {
  return !left_.empty() && std::to_integer<std::uint8_t>(left_[0]) == tag;
}

Element Reader::next() {
  if (left_.empty()) beyond_the_end();
  const auto tag = std::to_integer<std::uint8_t>(left_[0]);
  if ((tag & 0x1f) == 0x1f) throw DerError("a tag has several bytes");
  // SEQUENCE and SET are constructed; the other universal types of DER are primitive (X.690 §10.2).
  const std::uint8_t universal = tag & 0x1f;
  if ((tag & 0xc0) == 0 && ((tag & kConstructed) != 0) != (universal == 0x10 || universal == 0x11))
    throw DerError("a string is constructed, or a sequence is not");
  if (left_.size() < 2) beyond_the_end();
  const Length length = read_length(left_);
  const std::size_t header = 1 + length.of_itself;
  if (length.of_content > left_.size() - header) beyond_the_end();
  const base::Bytes whole = left_.first(header + length.of_content);
  left_ = left_.subspan(whole.size());
  return {tag, whole.subspan(header), whole};
}

Element Reader::expect(std::uint8_t tag, const char* what) {
  if (!next_is(tag)) throw DerError(std::string(what) + " is missing or of another type");
  return next();
}

void Reader::end(const char* what) const {
  if (!left_.empty()) throw DerError(std::string("there are bytes after ") + what);
}

void check_strict(base::Bytes whole) {
  Reader reader(whole);
  reader.next();
  reader.end("the outermost element");
  check_elements(whole, 0);
}

void check_set_order(base::Bytes set_content) {
  Reader reader(set_content);
  base::Bytes before;
  while (!reader.at_end()) {
    const base::Bytes now = reader.next().whole;
    const bool ascending =
        before.empty() || std::lexicographical_compare(before.begin(), before.end(), now.begin(), now.end());
    if (!ascending) throw DerError("the members of a set are not in order");
    before = now;
  }
}

}  // namespace custody::der
