// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

namespace {

using base::Algorithm;

// FIPS 180-4 examples and RFC 1321 A.5, for "abc".
TEST(Hasher, GivesThePublishedDigestsOfAbc) {
  const std::pair<Algorithm, std::string> expected[] = {
      {Algorithm::md5, "900150983cd24fb0d6963f7d28e17f72"},
      {Algorithm::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {Algorithm::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
  for (const auto& [algorithm, hex] : expected) {
    base::Hasher hasher(algorithm);
    hasher.update(base::as_bytes("abc"));
    EXPECT_EQ(base::to_hex(hasher.finish()), hex);
  }
}

TEST(Hasher, PeekingTellsTheDigestSoFarAndDisturbsNothing) {
  for (const auto algorithm : {Algorithm::md5, Algorithm::sha1, Algorithm::sha256, Algorithm::sha512}) {
    base::Hasher peeked(algorithm), head(algorithm), whole(algorithm);
    peeked.update(base::as_bytes("what was read "));
    head.update(base::as_bytes("what was read "));
    EXPECT_EQ(peeked.peek(), head.finish());
    peeked.update(base::as_bytes("before the power failed"));
    whole.update(base::as_bytes("what was read before the power failed"));
    const auto expected = whole.finish();
    EXPECT_EQ(peeked.peek(), expected);
    EXPECT_EQ(peeked.finish(), expected);
  }
}

}  // namespace
