// SPDX-License-Identifier: Apache-2.0
#include "image/digest_threads.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace {

using base::Algorithm;
using Marks = std::vector<std::pair<std::uint64_t, base::Buffer>>;

base::Buffer pattern(std::size_t count) {
  base::Buffer out(count);
  std::uint32_t state = 1;
  for (auto& byte : out) byte = static_cast<std::byte>((state = state * 1664525u + 1013904223u) >> 24);
  return out;
}

base::Buffer digest(Algorithm algorithm, base::Bytes bytes) {
  base::Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

// Gives the bytes in pieces of 1000, with a mark after each: its label is the number of bytes so far.
void feed(image::DigestThreads& digests, const base::Buffer& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t count = std::min<std::size_t>(1000, bytes.size() - at);
    const auto owner =
        std::make_shared<base::Buffer>(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                       bytes.begin() + static_cast<std::ptrdiff_t>(at + count));
    digests.update(owner, *owner);
    digests.mark(at += count);
  }
}

void expect_marks(const Marks& marks, const base::Buffer& bytes) {
  ASSERT_EQ(marks.size(), (bytes.size() + 999) / 1000);
  std::size_t expected = 0;
  for (const auto& [label, sha256] : marks) {
    expected = std::min(expected + 1000, bytes.size());
    EXPECT_EQ(label, expected);
    EXPECT_EQ(sha256, digest(Algorithm::sha256, base::Bytes(bytes).first(expected)));
  }
}

// All three at once, and a set that is not exactly the three: both ways of computing.
const std::vector<std::vector<Algorithm>> kSets{
    {Algorithm::md5, Algorithm::sha1, Algorithm::sha256},
    {Algorithm::sha256, Algorithm::md5, Algorithm::sha1},
    {Algorithm::md5, Algorithm::sha256},
    {Algorithm::sha256},
    {Algorithm::md5, Algorithm::sha1, Algorithm::sha256, Algorithm::sha512}};

TEST(DigestThreads, GivesEachDigestThatWasAskedFor) {
  const auto bytes = pattern(123457);
  for (const auto& algorithms : kSets) {
    image::DigestThreads digests(algorithms);
    feed(digests, bytes);
    const auto finished = digests.finish();
    ASSERT_EQ(finished.size(), algorithms.size());
    for (const auto algorithm : algorithms) EXPECT_EQ(finished.at(algorithm), digest(algorithm, bytes));
  }
}

TEST(DigestThreads, MarksCarryTheSha256OfWhatCameBeforeThem) {
  const auto bytes = pattern(54321);
  for (const auto& algorithms : kSets) {
    image::DigestThreads digests(algorithms);
    feed(digests, bytes);
    const auto finished = digests.finish();
    EXPECT_EQ(finished.at(Algorithm::sha256), digest(Algorithm::sha256, bytes));
    expect_marks(digests.take_marks(), bytes);
    EXPECT_TRUE(digests.take_marks().empty());
  }
}

TEST(DigestThreads, MarksComeWithoutWaitingForTheEnd) {
  const auto bytes = pattern(5000);
  for (const auto& algorithms : kSets) {
    image::DigestThreads digests(algorithms);
    feed(digests, bytes);
    Marks marks;
    for (int tries = 0; tries < 10000 && marks.size() < 5; ++tries) {
      for (auto& mark : digests.take_marks()) marks.push_back(std::move(mark));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    expect_marks(marks, bytes);
  }
}

TEST(DigestThreads, LetsGoOfWhatWasGivenWhenNobodyFinishes) {
  const auto owner = std::make_shared<base::Buffer>(pattern(1 << 20));
  { image::DigestThreads({Algorithm::md5, Algorithm::sha1, Algorithm::sha256}).update(owner, *owner); }
  EXPECT_EQ(owner.use_count(), 1);
}

}  // namespace
