// SPDX-License-Identifier: Apache-2.0
// No byte of a signature has two readings: what DER leaves one form for has that form.
#include "chain-of-custody/der.h"

#include <gtest/gtest.h>

namespace custody::test {
namespace {

bool is_strict(const std::vector<unsigned char>& bytes) {
  try {
    der::check_strict(std::as_bytes(std::span(bytes)));
    return true;
  } catch (const der::DerError&) {
    return false;
  }
}

// X.690 §8.6.2, §11.2.1.
TEST(Der, BitStrings) {
  EXPECT_TRUE(is_strict({0x03, 0x01, 0x00}));
  EXPECT_TRUE(is_strict({0x03, 0x02, 0x06, 0xc0}));
  EXPECT_TRUE(is_strict({0x03, 0x02, 0x00, 0xff}));
  EXPECT_FALSE(is_strict({0x03, 0x00})) << "without the number of unused bits";
  EXPECT_FALSE(is_strict({0x03, 0x01, 0x05})) << "unused bits of no byte";
  EXPECT_FALSE(is_strict({0x03, 0x02, 0x06, 0xc1})) << "an unused bit is set";
  EXPECT_FALSE(is_strict({0x03, 0x02, 0x08, 0x00})) << "more unused bits than a byte has";
  EXPECT_FALSE(is_strict({0x30, 0x04, 0x03, 0x02, 0x01, 0x01})) << "inside a sequence";
}

}  // namespace
}  // namespace custody::test
