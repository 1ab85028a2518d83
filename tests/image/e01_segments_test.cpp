// SPDX-License-Identifier: Apache-2.0
// Segments that lie under wrong names, are lost, copied, foreign or one too many: each is named, and what is
// read is true or is not read at all.
#include "image_support.h"

using namespace image_test;

namespace {

// An image of several segments of 1 MiB, in a folder of its own.
class E01Segments : public testing::Test {
 protected:
  E01Segments() : media_(mixed_media(20'000 * 512)) {
    options_.segment_bytes = 1u << 20;
    names_ = write_e01(folder_.path(), "x", media_, options_);
  }
  void expect_only_true_bytes(image::ImageReader& reader) {
    EXPECT_EQ(compare(reader, media_).wrong, 0u) << "bytes were read in the wrong place";
  }
  // The codes that name a file.
  std::vector<std::string> said_of(image::ImageReader& reader, const std::string& file) {
    std::vector<std::string> codes;
    for (const auto& damage : reader.facts().damage) {
      if (damage.file == file && damage.code.starts_with("segment")) codes.push_back(damage.code);
    }
    return codes;
  }

  using Codes = std::vector<std::string>;
  TempFolder folder_;
  base::Buffer media_;
  image::WriterOptions options_;
  std::vector<std::string> names_;
};

TEST_F(E01Segments, RenamedToCloseAGapTheyAreNotReadInTheWrongPlace) {
  ASSERT_GE(names_.size(), 4u);
  fs::remove(folder_ / "x.E02");
  for (std::size_t i = 2; i < names_.size(); ++i) fs::rename(folder_ / names_[i], folder_ / names_[i - 1]);
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, "x.E02"), Codes{"segment_exchanged"});
  expect_only_true_bytes(*reader);
  const auto verification = image::verify_image(*reader, {});
  EXPECT_GT(verification.unreadable_bytes, 0u);
  EXPECT_TRUE(verification.digests.empty());
}

TEST_F(E01Segments, TheLastOneInTheMiddleOfALossIsNotReadInTheWrongPlace) {
  for (std::size_t i = 1; i + 1 < names_.size(); ++i) fs::remove(folder_ / names_[i]);
  fs::rename(folder_ / names_.back(), folder_ / "x.E02");
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, "x.E02"), Codes{"segment_exchanged"});
  expect_only_true_bytes(*reader);
}

TEST_F(E01Segments, AFlippedBitInANumberLosesNothing) {
  for (const unsigned bit : {0u, 1u, 7u}) {
    auto bytes = file_bytes(folder_ / "x.E02");
    const auto original = bytes;
    bytes[9] ^= static_cast<std::byte>(1u << bit);
    put_file(folder_ / "x.E02", bytes);
    const auto reader = image::open_image(folder_ / "x.E01");
    EXPECT_EQ(reader->facts().damage, (std::vector<image::Damage>{{"segment_number", "x.E02", 9, 0, 0}}))
        << bit;
    EXPECT_EQ(image::verify_image(*reader, {}).digests, digests_of(media_)) << bit;
    put_file(folder_ / "x.E02", original);
  }
}

TEST_F(E01Segments, ACopyUnderAnotherNameIsKnownAsOne) {
  fs::copy_file(folder_ / "x.E02", folder_ / "x.E03", fs::copy_options::overwrite_existing);
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, "x.E03"), Codes{"segment_copy"});
  expect_only_true_bytes(*reader);
  EXPECT_GT(image::verify_image(*reader, {}).unreadable_bytes, 0u);
}

TEST_F(E01Segments, OneTooManyIsNamedAndCostsNothing) {
  const std::string extra = "x.E0" + std::to_string(names_.size() + 1);
  fs::copy_file(folder_ / "x.E02", folder_ / extra);
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, extra), (Codes{"segment_copy", "segment_after_done"}));
  const auto verification = image::verify_image(*reader, {});
  EXPECT_EQ(verification.unreadable_bytes, 0u);
  EXPECT_EQ(verification.digests, digests_of(media_));
}

TEST_F(E01Segments, AForeignFirstSegmentIsOutvoted) {
  write_e01(folder_.path(), "y", mixed_media(30'000 * 512, 2), options_);
  fs::copy_file(folder_ / "y.E01", folder_ / "x.E01", fs::copy_options::overwrite_existing);
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, "x.E01"), Codes{"segment_foreign"});
  EXPECT_EQ(said_of(*reader, "x.E02"), Codes{});
  EXPECT_EQ(reader->facts().media_bytes, media_.size());
  expect_only_true_bytes(*reader);
  EXPECT_LT(image::verify_image(*reader, {}).unreadable_bytes, media_.size());
}

TEST_F(E01Segments, AMissingOneIsNamedWithTheSectorsThatItHeld) {
  fs::remove(folder_ / "x.E02");
  const auto reader = image::open_image(folder_ / "x.E01");
  EXPECT_EQ(said_of(*reader, "x.E02"), Codes{"segment_missing"});
  const auto verification = image::verify_image(*reader, {});
  ASSERT_EQ(codes_of(verification.damage), (Codes{"chunks_missing", "segment_missing"}));
  const image::Damage& lost = verification.damage[0];
  EXPECT_EQ(lost.file, "x.E01") << "the gap follows what x.E01 holds";
  EXPECT_EQ(lost.media_size, verification.unreadable_bytes);
  base::Buffer one(1);
  EXPECT_EQ(reader->read_at(lost.media_offset - 1, one), 1u);
  EXPECT_THROW(reader->read_at(lost.media_offset, one), base::ReadError);
  EXPECT_THROW(reader->read_at(lost.media_offset + lost.media_size - 1, one), base::ReadError);
  EXPECT_EQ(reader->read_at(lost.media_offset + lost.media_size, one), 1u);
}

TEST_F(E01Segments, AShortLastSegmentSaysWhereItEnds) {
  const std::string last = names_.back();
  const std::uint64_t size = fs::file_size(folder_ / last) - 100;
  fs::resize_file(folder_ / last, size);
  const auto reader = image::open_image(folder_ / "x.E01");
  const auto& damage = reader->facts().damage;
  EXPECT_NE(std::find(damage.begin(), damage.end(), image::Damage{"unfinished", last, size, 0, 0}),
            damage.end());
  EXPECT_EQ(image::verify_image(*reader, {}).digests, digests_of(media_)) << "only the end mark is cut off";
}

}  // namespace
