// SPDX-License-Identifier: Apache-2.0
// A reader of DER (ITU-T X.690 §8, §10, §11) that refuses everything else: indefinite and padded lengths,
// multi-byte tags, padded integers, odd booleans, unused bits that are set. Signatures come from strangers,
// so no byte of them may have two readings. Pure functions over views; the views must outlive what is read.
#pragma once

#include <stdexcept>
#include <string>

#include "base/bytes.h"

namespace custody::der {

class DerError : public std::runtime_error {
 public:
  explicit DerError(const std::string& what) : std::runtime_error(what) {}
};

inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kObjectIdentifier = 0x06;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
inline constexpr std::uint8_t context(std::uint8_t number) {
  return static_cast<std::uint8_t>(0xa0 | number);
}

struct Element {
  std::uint8_t tag = 0;
  base::Bytes content;
  base::Bytes whole;  // with tag and length
};

// Elements one after another. Every call throws DerError where the bytes are not DER.
class Reader {
 public:
  explicit Reader(base::Bytes bytes) : left_(bytes) {}
  bool at_end() const { return left_.empty(); }
  bool next_is(std::uint8_t tag) const;
  Element next();
  // The next element, which must have this tag; `what` names it in the error.
  Element expect(std::uint8_t tag, const char* what);
  void end(const char* what) const;  // nothing may follow

 private:
  base::Bytes left_;
};

// All of `whole` is exactly one DER element, and so is everything inside its constructed elements.
void check_strict(base::Bytes whole);
// The members of a SET OF stand in ascending order of their encodings, none twice (X.690 §11.6).
void check_set_order(base::Bytes set_content);

}  // namespace custody::der
