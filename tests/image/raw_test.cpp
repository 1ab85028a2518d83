// SPDX-License-Identifier: Apache-2.0
#include "image_support.h"

using namespace image_test;

namespace {

std::vector<std::string> write_raw(const fs::path& folder, base::Bytes media,
                                   std::optional<std::uint64_t> segment) {
  image::WriterOptions options;
  options.media_bytes = media.size();
  options.segment_bytes = segment;
  const auto writer = image::create_raw({{folder, {}}}, "x", options);
  writer->write(media);
  return names_of(writer->finish({}));
}

TEST(Raw, OneFileHoldsTheBytesAsTheyAre) {
  for (const std::size_t bytes : {0u, 1u, 511u, 1000u, 3'000'001u}) {
    const TempFolder folder;
    const auto media = mixed_media(bytes);
    EXPECT_EQ(write_raw(folder.path(), media, std::nullopt), std::vector<std::string>{"x.dd"});
    EXPECT_TRUE(file_bytes(folder / "x.dd") == media);
    const auto reader = image::open_image(folder / "x.dd");
    EXPECT_EQ(reader->facts().format, image::Format::raw);
    EXPECT_TRUE(read_media(*reader) == media);
    EXPECT_EQ(image::verify_image(*reader, {}).digests, digests_of(media));
  }
}

TEST(Raw, SegmentsJoin) {
  const TempFolder folder;
  const auto media = mixed_media(3'500'000);
  EXPECT_EQ(write_raw(folder.path(), media, 1'000'000),
            (std::vector<std::string>{"x.001", "x.002", "x.003", "x.004"}));
  const auto reader = image::open_image(folder / "x.001");
  EXPECT_EQ(reader->facts().format, image::Format::split_raw);
  EXPECT_TRUE(read_media(*reader) == media);
  EXPECT_EQ(image::verify_image(*reader, {}).digests, digests_of(media));
}

TEST(Raw, AThousandSegmentsKeepOneWidth) {
  const TempFolder folder;
  const auto media = mixed_media(1'050 * 64);
  const auto names = write_raw(folder.path(), media, 64);
  EXPECT_EQ(names.front(), "x.0001");
  EXPECT_EQ(names.back(), "x.1050");
  EXPECT_TRUE(read_media(*image::open_image(folder / "x.0001")) == media);
}

TEST(Raw, AMissingSegmentIsNoZeros) {
  const TempFolder folder;
  const auto media = mixed_media(3'500'000);
  write_raw(folder.path(), media, 1'000'000);
  fs::remove(folder / "x.002");
  const auto reader = image::open_image(folder / "x.001");
  EXPECT_EQ(codes_of(reader->facts().damage), std::vector<std::string>{"segment_missing"});
  EXPECT_EQ(reader->size(), media.size());
  base::Buffer part(100);
  EXPECT_THROW(reader->read_at(999'950, part), base::ReadError);
  EXPECT_EQ(reader->read_at(2'000'000, part), 100u);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), media.begin() + 2'000'000));
  const auto verification = image::verify_image(*reader, {});
  EXPECT_TRUE(verification.digests.empty());
  EXPECT_EQ(verification.unreadable_bytes, 1'000'000u);
}

TEST(Raw, AFileThatShrankThrows) {
  const TempFolder folder;
  write_raw(folder.path(), mixed_media(200'000), std::nullopt);
  const auto reader = image::open_image(folder / "x.dd");
  fs::resize_file(folder / "x.dd", 100'000);
  base::Buffer part(1000);
  EXPECT_THROW(reader->read_at(150'000, part), base::ReadError);
  const auto verification = image::verify_image(*reader, {});
  EXPECT_TRUE(verification.digests.empty());
  EXPECT_GE(verification.unreadable_bytes, 100'000u);
}

TEST(Raw, StopsWhenAsked) {
  const TempFolder folder;
  write_raw(folder.path(), mixed_media(30'000'000), std::nullopt);
  const auto reader = image::open_image(folder / "x.dd");
  std::uint64_t seen = 0;
  image::VerifyOptions options;
  options.progress = [&seen](std::uint64_t done) { seen = done; };
  options.stop = [&seen] { return seen > 5'000'000; };
  const auto verification = image::verify_image(*reader, options);
  EXPECT_TRUE(verification.interrupted);
  EXPECT_TRUE(verification.digests.empty());
  EXPECT_LT(seen, 10'000'000u);
}

TEST(Raw, AFullVolumeIsToldInWords) {
  const TempFolder folder;
  if (run("mount -t tmpfs -o size=1m none " + folder.path().string()).status != 0) {
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  }
  const auto media = mixed_media(8u << 20);
  for (const bool e01 : {false, true}) {
    image::WriterOptions options;
    options.media_bytes = media.size();
    const std::string stem = e01 ? "e" : "r";
    try {
      const auto writer = e01 ? image::create_e01({{folder.path(), {}}}, stem, options)
                              : image::create_raw({{folder.path(), {}}}, stem, options);
      writer->write(media);
      writer->finish(digests_of(media));
      ADD_FAILURE() << "a volume of 1 MiB took an image of 8 MiB";
    } catch (const base::Error& error) {
      EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos) << error.what();
    }
    fs::remove(folder / (stem + (e01 ? ".E01" : ".dd")));
  }
  run("umount " + folder.path().string());
}

}  // namespace
