// SPDX-License-Identifier: Apache-2.0
// Damage is found, named and located; what is not there never reads as zeros.
#include "image_support.h"

using namespace image_test;

namespace {

base::Buffer flipped(base::Buffer bytes, std::size_t bit) {
  bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
  return bytes;
}

std::uint64_t find_text(const base::Buffer& bytes, const std::string& text, std::size_t from = 0) {
  return base::as_text(bytes).find(std::string_view(text.c_str(), text.size() + 1), from);
}

TEST(E01Damage, EveryBitFlipIsFoundOrHarmless) {
  const TempFolder folder, copy;
  const auto media = mixed_media(300 * 512);
  write_e01(folder.path(), "x", media);
  const auto original = file_bytes(folder / "x.E01");
  const auto digests = digests_of(media);
  std::mt19937 random(7);
  int found = 0, harmless = 0;
  for (int i = 0; i < 600; ++i) {
    // Half of them anywhere, half where the structures are: before the chunks and after them.
    const std::size_t bits = original.size() * 8;
    std::size_t bit = random() % bits;
    if (i % 2 == 1) bit = i % 4 == 1 ? random() % (2'500 * 8) : bits - 1 - random() % (2'500 * 8);
    put_file(copy / "x.E01", flipped(original, bit));
    std::vector<image::Damage> damage;
    Readable readable;
    std::map<base::Algorithm, base::Buffer> computed;
    try {
      const auto reader = image::open_image(copy / "x.E01");
      readable = compare(*reader, media);
      const auto verification = image::verify_image(*reader, {});
      damage = verification.damage;
      computed = verification.digests;
      for (const auto& [algorithm, stored] : reader->facts().stored_digests) {
        EXPECT_EQ(stored, digests.at(algorithm)) << "bit " << bit;
      }
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::format) << "bit " << bit;
      ++found;
      continue;
    }
    EXPECT_EQ(readable.wrong, 0u) << "bit " << bit << " changed what is read";
    if (damage.empty()) {
      EXPECT_EQ(readable.lost, 0u) << "bit " << bit;
      EXPECT_EQ(computed, digests) << "bit " << bit;
      ++harmless;
    } else {
      EXPECT_FALSE(damage.front().file.empty());
      EXPECT_LE(readable.lost, 64u * 512)
          << "bit " << bit << ": one flip costs one chunk at most; " << damage.front().code;
      ++found;
    }
  }
  RecordProperty("found", found);
  RecordProperty("harmless", harmless);
  EXPECT_GE(found, 590) << harmless << " flips made no difference";
}

TEST(E01Damage, AFlipInAChunkIsNamedWithItsPlaceInFileAndMedia) {
  const TempFolder folder;
  const auto media = mixed_media(1'000 * 512);
  write_e01(folder.path(), "x", media);
  auto bytes = file_bytes(folder / "x.E01");
  // Media bytes 0 to 40 000 are random, so chunk 0 is stored as it is, right behind its section's descriptor.
  const std::uint64_t chunk = find_text(bytes, "sectors") + 76;
  ASSERT_TRUE(
      std::equal(media.begin(), media.begin() + 1000, bytes.begin() + static_cast<std::ptrdiff_t>(chunk)));
  put_file(folder / "x.E01", flipped(bytes, (chunk + 5) * 8));
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_TRUE(reader->facts().damage.empty());
  const auto verification = image::verify_image(*reader, {});
  EXPECT_EQ(verification.damage,
            (std::vector<image::Damage>{{"chunk_checksum", "x.E01", chunk, 0, 64 * 512}}));
  EXPECT_EQ(verification.unreadable_bytes, 64u * 512);
  EXPECT_TRUE(verification.digests.empty());
  base::Buffer one(1);
  EXPECT_THROW(reader->read_at(3, one), base::ReadError);
  EXPECT_EQ(reader->read_at(64 * 512, one), 1u);
}

TEST(E01Damage, TheMirrorServesWhereTheTableIsBroken) {
  const TempFolder folder;
  const auto media = mixed_media(1'000 * 512);
  write_e01(folder.path(), "x", media);
  const auto original = file_bytes(folder / "x.E01");
  const std::uint64_t table = find_text(original, "table");
  const std::uint64_t mirror = find_text(original, "table2");
  const struct {
    const char* code;
    std::uint64_t place;
  } cases[] = {{"table_checksum", table + 76 + 24 + 2},
               {"table", table + 76 + 1},
               {"section_descriptor", table + 18},
               {"table2_checksum", mirror + 76 + 24 + 2},
               {"table2", mirror + 76 + 1},
               {"section_descriptor", mirror + 18}};
  for (const auto& [code, place] : cases) {
    put_file(folder / "x.E01", flipped(original, place * 8));
    const auto reader = image::open_image(folder / "x.E01");
    EXPECT_TRUE(read_media(*reader) == media) << code;
    const auto verification = image::verify_image(*reader, {});
    EXPECT_EQ(codes_of(verification.damage), std::vector<std::string>{code});
    EXPECT_EQ(verification.digests, digests_of(media)) << code;
  }
}

TEST(E01Damage, ATruncatedImageReadsTrueOrThrows) {
  const TempFolder folder;
  const auto media = mixed_media(2'000 * 512);
  write_e01(folder.path(), "x", media);
  const auto original = file_bytes(folder / "x.E01");
  std::mt19937 random(5);
  for (int i = 0; i < 60; ++i) {
    const std::size_t cut =
        i < 20 ? original.size() - 1 - static_cast<std::size_t>(i) * 40 : random() % original.size();
    put_file(folder / "x.E01", base::Bytes(original).first(cut));
    std::unique_ptr<image::ImageReader> reader;
    try {
      reader = image::open_image(folder / "x.E01");
    } catch (const base::Error&) {
      continue;  // cut before the section that states the size, or an empty file
    }
    if (reader->facts().format == image::Format::raw) {
      EXPECT_LT(cut, 8u) << "only a file without a whole signature may be taken for raw";
      continue;
    }
    EXPECT_TRUE(has_code(reader->facts().damage, "unfinished")) << "cut at " << cut;
    EXPECT_EQ(compare(*reader, media).wrong, 0u) << "cut at " << cut;
    EXPECT_FALSE(image::verify_image(*reader, {}).damage.empty());
  }
}

TEST(E01Damage, AnUnfinishedImageNeverReadsAsZeros) {
  const TempFolder folder;
  // Zeros are what libewf delivers for the chunks of an unfinished image, so the media is anything but.
  const base::Buffer media(6u << 20, std::byte{0xA5});
  ASSERT_TRUE(write_by_libewf(folder / "x", base::Bytes(media).first(3u << 20),
                              {.finish = false, .promised_bytes = media.size()}));
  try {
    const auto reader = image::open_image(folder / "x.E01");
    EXPECT_TRUE(has_code(reader->facts().damage, "unfinished"));
    EXPECT_EQ(compare(*reader, media).wrong, 0u);
    EXPECT_GT(compare(*reader, media).lost, 0u);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::format);
  }
}

TEST(E01Damage, AnImageThatWasKilledIsUnfinished) {
  const TempFolder folder;
  const auto media = mixed_media(8u << 20);
  image::WriterOptions options;
  options.media_bytes = media.size();
  options.segment_bytes = 1u << 20;
  {
    const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
    writer->write(base::Bytes(media).first(6u << 20));
  }
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_TRUE(has_code(reader->facts().damage, "unfinished")) << reader->facts().files.size();
  const auto readable = compare(*reader, media);
  EXPECT_EQ(readable.wrong, 0u);
  EXPECT_GE(readable.lost, 2u << 20);
  const auto verification = image::verify_image(*reader, {});
  EXPECT_TRUE(verification.digests.empty());
  EXPECT_GE(verification.unreadable_bytes, 2u << 20);
}

class MissingSegment : public testing::TestWithParam<int> {};

TEST_P(MissingSegment, IsNamedAndTheRestReadsTrue) {
  const TempFolder folder;
  const auto media = mixed_media(20'000 * 512);
  image::WriterOptions options;
  options.segment_bytes = 1u << 20;
  const auto names = write_e01(folder.path(), "x", media, options);
  ASSERT_GE(names.size(), 4u);
  const std::size_t gone = GetParam() < 0 ? names.size() - 1 : static_cast<std::size_t>(GetParam());
  fs::remove(folder / names[gone]);
  const auto reader = image::open_image(folder / names[gone == 0 ? 1 : 0]);
  bool named = false;
  for (const auto& damage : reader->facts().damage) {
    named = named || (damage.code == "segment_missing" && damage.file == names[gone]);
  }
  EXPECT_TRUE(named);
  const auto readable = compare(*reader, media);
  EXPECT_EQ(readable.wrong, 0u);
  EXPECT_GT(readable.lost, 0u);
  EXPECT_LT(readable.lost, media.size() / 2);
  EXPECT_TRUE(image::verify_image(*reader, {}).digests.empty());
}
INSTANTIATE_TEST_SUITE_P(FirstMiddleLast, MissingSegment, testing::Values(0, 1, -1));

TEST(E01Damage, ASegmentOfAnotherImageIsForeign) {
  const TempFolder folder;
  const auto media = mixed_media(20'000 * 512, 1), other = mixed_media(20'000 * 512, 2);
  image::WriterOptions options;
  options.segment_bytes = 1u << 20;
  const auto names = write_e01(folder.path(), "x", media, options);
  write_e01(folder.path(), "y", other, options);
  fs::copy_file(folder / "y.E02", folder / "x.E02", fs::copy_options::overwrite_existing);
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_EQ(codes_of(reader->facts().damage).front(), "segment_foreign");
  EXPECT_EQ(reader->facts().damage.front().file, "x.E02");
  const auto readable = compare(*reader, media);
  EXPECT_EQ(readable.wrong, 0u);
  EXPECT_GT(readable.lost, 0u);
}

TEST(E01Damage, ExchangedSegmentsAreNoticed) {
  const TempFolder folder;
  const auto media = mixed_media(20'000 * 512);
  image::WriterOptions options;
  options.segment_bytes = 1u << 20;
  write_e01(folder.path(), "x", media, options);
  fs::rename(folder / "x.E02", folder / "z");
  fs::rename(folder / "x.E03", folder / "x.E02");
  fs::rename(folder / "z", folder / "x.E03");
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_TRUE(has_code(reader->facts().damage, "segment_exchanged"));
  EXPECT_EQ(compare(*reader, media).wrong, 0u)
      << "a segment under another number must not be read in its place";
}

TEST(E01Damage, ProgramsBesideAnImageAreNoSegments) {
  const TempFolder folder;
  const auto media = mixed_media(100 * 512);
  write_e01(folder.path(), "x", media);
  for (const char* name : {"x.EXE", "x.LOG", "x.TXT", "x.ZIP"})
    put_file(folder / name, base::as_bytes("not a segment"));
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_TRUE(reader->facts().damage.empty());
  EXPECT_EQ(reader->facts().files, std::vector<std::string>{"x.E01"});
}

TEST(E01Damage, RandomFilesBehindAGoodBeginningDoNoHarm) {
  const TempFolder folder;
  const auto media = mixed_media(400 * 512);
  write_e01(folder.path(), "x", media);
  const auto original = file_bytes(folder / "x.E01");
  std::mt19937 random(11);
  for (int i = 0; i < 100; ++i) {
    auto bytes = original;
    const std::size_t start = random() % bytes.size();
    const std::size_t length = std::min<std::size_t>(random() % 400 + 1, bytes.size() - start);
    for (std::size_t j = start; j < start + length; ++j) bytes[j] = static_cast<std::byte>(random());
    put_file(folder / "x.E01", bytes);
    try {
      const auto reader = image::open_image(folder / "x.E01");
      if (reader->facts().format != image::Format::e01) continue;
      EXPECT_EQ(compare(*reader, media).wrong, 0u) << start << "+" << length;
      image::verify_image(*reader, {});
    } catch (const base::Error&) {
      SUCCEED();
    }
  }
}

}  // namespace
