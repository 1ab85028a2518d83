// SPDX-License-Identifier: Apache-2.0
#include "image/three_digests.h"

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace {

using base::Algorithm;
using image::LengthOrder;
using image::ThreeDigests;
using Digests = std::map<Algorithm, base::Buffer>;

base::Buffer random_buffer(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  base::Buffer out(count);
  for (auto& byte : out) byte = static_cast<std::byte>(generator() & 0xff);
  return out;
}

Digests by_openssl(base::Bytes bytes) {
  Digests digests;
  for (const auto algorithm : {Algorithm::md5, Algorithm::sha1, Algorithm::sha256}) {
    base::Hasher hasher(algorithm);
    hasher.update(bytes);
    digests[algorithm] = hasher.finish();
  }
  return digests;
}

void flip_a_bit_late(image::ThreeStates& states, const std::byte* blocks, std::size_t count) {
  image::processor_kernel()(states, blocks, count);
  if (count >= 16) states.sha1[3] ^= 1;
}

// Each test runs with the kernel of this processor and without one.
class ThreeDigestsTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && image::processor_kernel() == nullptr) {
      GTEST_SKIP() << "this processor has no SHA extensions: no kernel";
    }
  }
  ThreeDigests make() const { return ThreeDigests(GetParam() ? image::processor_kernel() : nullptr); }
  Digests at_once(base::Bytes bytes) const {
    auto digests = make();
    digests.update(bytes);
    return digests.finish();
  }
};
INSTANTIATE_TEST_SUITE_P(Ways, ThreeDigestsTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Kernel" : "OpenSsl"; });

void expect_hex(const Digests& digests, std::string_view md5, std::string_view sha1,
                std::string_view sha256) {
  ASSERT_EQ(digests.size(), 3u);
  EXPECT_EQ(base::to_hex(digests.at(Algorithm::md5)), md5);
  EXPECT_EQ(base::to_hex(digests.at(Algorithm::sha1)), sha1);
  EXPECT_EQ(base::to_hex(digests.at(Algorithm::sha256)), sha256);
}

// RFC 1321 A.5; the examples that NIST publishes with FIPS 180-4.
TEST_P(ThreeDigestsTest, GivesThePublishedDigests) {
  expect_hex(at_once({}), "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect_hex(at_once(base::as_bytes("abc")), "900150983cd24fb0d6963f7d28e17f72",
             "a9993e364706816aba3e25717850c26c9cd0d89d",
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect_hex(at_once(base::as_bytes(std::string(1000000, 'a'))), "7707d6ae4e027c70eea2a935c2296f21",
             "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_P(ThreeDigestsTest, AgreesWithOpenSslOnEveryShortLength) {
  const auto bytes = random_buffer(300, 1);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const auto part = base::Bytes(bytes).first(length);
    ASSERT_EQ(at_once(part), by_openssl(part)) << length << " bytes";
  }
}

TEST_P(ThreeDigestsTest, DoesNotDependOnHowTheStreamIsCut) {
  const auto bytes = random_buffer(200, 2);
  const auto expected = by_openssl(bytes);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      auto digests = make();
      digests.update(base::Bytes(bytes).first(first));
      digests.update(base::Bytes(bytes).subspan(first, second - first));
      digests.update(base::Bytes(bytes).subspan(second));
      ASSERT_EQ(digests.finish(), expected) << "cut at " << first << " and " << second;
    }
  }
}

TEST_P(ThreeDigestsTest, AgreesWithOpenSslOnLongInputsAtAnyAddress) {
  const auto bytes = random_buffer(3000017, 3);
  for (std::size_t shift = 0; shift < 17; ++shift) {
    const auto part = base::Bytes(bytes).subspan(shift);
    ASSERT_EQ(at_once(part), by_openssl(part)) << "from byte " << shift;
  }
}

TEST_P(ThreeDigestsTest, ThePrefixIsToldAndTheStreamGoesOn) {
  const auto bytes = random_buffer(1000, 4);
  auto digests = make();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    ASSERT_EQ(digests.prefix_sha256(), by_openssl(base::Bytes(bytes).first(length)).at(Algorithm::sha256))
        << length << " bytes";
    digests.update(base::Bytes(bytes).subspan(length, 1));
  }
  EXPECT_EQ(digests.finish(), by_openssl(bytes));
}

TEST_P(ThreeDigestsTest, StartsAnewAfterTheEnd) {
  auto digests = make();
  digests.update(base::as_bytes("one medium"));
  digests.finish();
  digests.update(base::as_bytes("another"));
  EXPECT_EQ(digests.finish(), by_openssl(base::as_bytes("another")));
}

// Lengths beyond 2^32 bits and 2^32 bytes, in the order each algorithm asks for.
TEST(LastBlocks, HoldTheWholeLengthInBits) {
  const std::uint64_t bytes = 0x0123456789abcdc0 + 3;  // 3 more than whole blocks; times 8: 091a2b3c4d5e6e18
  const auto abc = base::as_bytes("abc");
  const std::string begun = "61626380" + std::string(2 * 52, '0');
  EXPECT_EQ(base::to_hex(image::last_blocks(abc, bytes, LengthOrder::most_first)),
            begun + "091a2b3c4d5e6e18");
  EXPECT_EQ(base::to_hex(image::last_blocks(abc, bytes, LengthOrder::least_first)),
            begun + "186e5e4d3c2b1a09");
}

TEST(LastBlocks, AreTwoWhereTheLengthDoesNotFitIntoOne) {
  const base::Buffer tail(56);
  EXPECT_EQ(image::last_blocks(base::Bytes(tail).first(55), 55, LengthOrder::most_first).size(), 64u);
  EXPECT_EQ(image::last_blocks(tail, 56, LengthOrder::most_first).size(), 128u);
}

TEST_P(ThreeDigestsTest, CountsBeyondFourGibibytes) {
  const char* all = std::getenv("HOLDFAST_ALL_TESTS");
  if (all == nullptr || std::string_view(all) != "1") GTEST_SKIP() << "takes long: HOLDFAST_ALL_TESTS=1";
  if (!GetParam()) GTEST_SKIP() << "without a kernel OpenSSL counts";
  const auto block = random_buffer(1 << 20, 5);
  auto ours = make();
  ThreeDigests theirs(nullptr);
  for (int mebibyte = 0; mebibyte < 4198; ++mebibyte) {  // 4.1 GiB
    ours.update(block);
    theirs.update(block);
  }
  EXPECT_EQ(ours.finish(), theirs.finish());
}

TEST(TrustedKernel, IsTheOneOfThisProcessor) {
  EXPECT_EQ(image::trusted_kernel(), image::processor_kernel());
}

TEST(TrustedKernel, OneThatErrsIsNotTrusted) {
  if (image::processor_kernel() == nullptr) GTEST_SKIP() << "this processor has no SHA extensions: no kernel";
  EXPECT_TRUE(image::agrees_with_openssl(image::processor_kernel()));
  EXPECT_FALSE(image::agrees_with_openssl(flip_a_bit_late));
}

}  // namespace
