// SPDX-License-Identifier: Apache-2.0
// Names of segments, and the packing of single chunks.
#include "image/deflate.h"
#include "image/inflate.h"
#include "image/segment_names.h"
#include "image_support.h"

using namespace image_test;

namespace {

TEST(SegmentNames, FollowTheOrderOfTheFormat) {
  EXPECT_EQ(image::ewf_extension(1), "E01");
  EXPECT_EQ(image::ewf_extension(99), "E99");
  EXPECT_EQ(image::ewf_extension(100), "EAA");
  EXPECT_EQ(image::ewf_extension(775), "EZZ");
  EXPECT_EQ(image::ewf_extension(776), "FAA");
  EXPECT_EQ(image::ewf_extension(image::kMostEwfSegments), "ZZZ");
  for (unsigned number = 1; number <= image::kMostEwfSegments; ++number) {
    ASSERT_EQ(image::ewf_number(image::ewf_extension(number)), number);
  }
  EXPECT_EQ(image::ewf_number("e02"), 2u);
  for (const char* other : {"E00", "e0A", "DAA", "E1", "E001", "dd", "", "Eaa"}) {
    EXPECT_EQ(image::ewf_number(other), std::nullopt) << other;
  }
}

base::Buffer chunk_of(const std::string& kind) {
  base::Buffer chunk(32'768);
  std::mt19937 random(9);
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    if (kind == "random") chunk[i] = static_cast<std::byte>(random());
    if (kind == "counting") chunk[i] = static_cast<std::byte>(i);
    if (kind == "text") chunk[i] = static_cast<std::byte>("scam compound "[i % 14]);
  }
  return chunk;
}

TEST(ChunkPacker, EveryKindComesBackAsItWas) {
  image::ChunkPacker packer(32'768);
  for (const std::string kind : {"zeros", "random", "counting", "text"}) {
    for (const std::size_t size : {32'768u, 32'767u, 512u}) {
      base::Buffer chunk = chunk_of(kind);
      chunk.resize(size);
      base::Buffer room(32'768);
      const auto packed = packer.pack(chunk, room);
      EXPECT_LE(packed.bytes.size(), size);
      if (packed.stored) {
        EXPECT_TRUE(std::equal(packed.bytes.begin(), packed.bytes.end(), chunk.begin(), chunk.end()));
        continue;
      }
      base::Buffer back(size);
      EXPECT_EQ(image::inflate_zlib(packed.bytes, back), size) << kind;
      EXPECT_TRUE(back == chunk) << kind;
    }
  }
}

TEST(ChunkPacker, KnowsWhatCannotBeCompressed) {
  EXPECT_TRUE(image::looks_incompressible(chunk_of("random")));
  EXPECT_FALSE(image::looks_incompressible(chunk_of("counting"))) << "even frequencies, but it repeats";
  EXPECT_FALSE(image::looks_incompressible(chunk_of("text")));
  EXPECT_FALSE(image::looks_incompressible(chunk_of("zeros")));
  int random_kept = 0;
  std::mt19937 random(4);
  for (int i = 0; i < 500; ++i) {
    base::Buffer chunk(32'768);
    for (auto& byte : chunk) byte = static_cast<std::byte>(random() >> 11);
    random_kept += image::looks_incompressible(chunk);
  }
  EXPECT_GE(random_kept, 495);
}

TEST(Inflate, RefusesWhatIsNotWhole) {
  image::ChunkPacker packer(32'768);
  const auto chunk = chunk_of("text");
  base::Buffer room(32'768), back(32'768);
  const auto packed = packer.pack(chunk, room);
  const base::Buffer stream = base::to_buffer(packed.bytes);
  ASSERT_EQ(image::inflate_zlib(stream, back), chunk.size());
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_EQ(image::inflate_zlib(base::Bytes(stream).first(size), back), std::nullopt) << size;
  }
  EXPECT_EQ(image::inflate_zlib(stream, std::span(back).first(32'767)), std::nullopt) << "too little room";
  auto wrong_sum = stream;
  wrong_sum.back() ^= std::byte{1};
  EXPECT_EQ(image::inflate_zlib(wrong_sum, back), std::nullopt);
}

// Streams of one byte repeated are remembered: what is remembered must not stand in for another.
TEST(Inflate, EqualChunksAreGivenAgainAndNoOtherIs) {
  image::ChunkPacker packer(32'768);
  base::Buffer room(32'768);
  const auto packed = [&](std::byte value, std::size_t size) {
    return base::to_buffer(packer.pack(base::Buffer(size, value), room).bytes);
  };
  const base::Buffer zeros = packed(std::byte{0}, 32'768), ones = packed(std::byte{0xff}, 32'768);
  auto damaged = zeros;
  damaged.back() ^= std::byte{1};
  for (int turn = 0; turn < 3; ++turn) {
    base::Buffer back(32'768, std::byte{7});
    ASSERT_EQ(image::inflate_zlib(zeros, back), 32'768u);
    EXPECT_TRUE(back == base::Buffer(32'768));
    EXPECT_EQ(image::inflate_zlib(damaged, back), std::nullopt);
    EXPECT_EQ(image::inflate_zlib(base::Bytes(zeros).first(zeros.size() - 1), back), std::nullopt);
    EXPECT_EQ(image::inflate_zlib(zeros, std::span(back).first(32'767)), std::nullopt) << "too little room";
    base::Buffer again(32'770, std::byte{7});
    ASSERT_EQ(image::inflate_zlib(zeros, again), 32'768u);
    EXPECT_EQ(again[32'767], std::byte{0});
    EXPECT_EQ(again[32'768], std::byte{7}) << "no byte beyond the stream is written";
    ASSERT_EQ(image::inflate_zlib(ones, back), 32'768u);
    EXPECT_TRUE(back == base::Buffer(32'768, std::byte{0xff}));
  }
}

TEST(Inflate, TextsOfAnyLengthUpToTheLimit) {
  for (const std::size_t size : {1u, 4'095u, 4'096u, 4'097u, 20'000u, 32'768u}) {
    image::ChunkPacker packer(32'768);
    base::Buffer room(32'768);
    const base::Buffer text(size, std::byte{'a'});
    const auto packed = packer.pack(text, room);
    if (packed.stored) continue;  // a single letter is no shorter as a stream
    EXPECT_TRUE(image::inflate_text(packed.bytes, 32'768) == text) << size;
    EXPECT_EQ(image::inflate_text(packed.bytes, size - 1), std::nullopt) << size;
  }
}

}  // namespace
