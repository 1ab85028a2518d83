// SPDX-License-Identifier: Apache-2.0
#include "parse/id_set.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/digest.h"

namespace parse {
namespace {

std::string id_of(int number) {
  const auto digest = base::sha256(base::as_bytes(std::to_string(number)));
  return base::to_base32(base::Bytes(digest.bytes).first(16));
}

TEST(IdSet, HoldsEachOnceThroughItsGrowth) {
  IdSet set;
  constexpr int kMany = 20'000;
  for (int i = 0; i < kMany; ++i) EXPECT_TRUE(set.insert(id_of(i)));
  for (int i = 0; i < kMany; ++i) EXPECT_FALSE(set.insert(id_of(i)));
  EXPECT_FALSE(set.contains(id_of(kMany)));
  EXPECT_EQ(set.size(), static_cast<std::size_t>(kMany));
}

TEST(IdSet, SeesEveryBit) {
  for (std::size_t bit = 0; bit < 128; ++bit) {
    base::Buffer bytes(16);
    IdSet set;
    EXPECT_TRUE(set.insert(base::to_base32(bytes)));
    bytes[bit / 8] = static_cast<std::byte>(0x80u >> bit % 8);
    if (bit == 127) continue;  // the id of all zero bits is kept as this one
    EXPECT_TRUE(set.insert(base::to_base32(bytes))) << bit;
  }
}

}  // namespace
}  // namespace parse
