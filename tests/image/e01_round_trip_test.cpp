// SPDX-License-Identifier: Apache-2.0
// What we write is read back by us, by libewf, by ewfverify and ewfinfo, and by The Sleuth Kit.
#include "image_support.h"

using namespace image_test;

namespace {

struct Shape {
  const char* name;
  std::size_t bytes;
  std::uint32_t sector;
  std::uint64_t segment;
};

class E01RoundTrip : public testing::TestWithParam<Shape> {};

TEST_P(E01RoundTrip, GivesTheSameMediaToUsAndToLibewf) {
  const TempFolder folder;
  const auto media = mixed_media(GetParam().bytes);
  image::WriterOptions options;
  options.sector_bytes = GetParam().sector;
  options.segment_bytes = GetParam().segment;
  const auto names = write_e01(folder.path(), "x", media, options);

  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_EQ(reader->facts().format, image::Format::e01);
  EXPECT_EQ(reader->facts().media_bytes, media.size());
  EXPECT_EQ(reader->facts().sector_bytes, GetParam().sector);
  EXPECT_EQ(reader->facts().files, names);
  EXPECT_EQ(codes_of(reader->facts().damage), std::vector<std::string>{});
  EXPECT_TRUE(read_media(*reader) == media);

  const auto digests = digests_of(media);
  EXPECT_EQ(reader->facts().stored_digests.at(base::Algorithm::md5), digests.at(base::Algorithm::md5));
  EXPECT_EQ(reader->facts().stored_digests.at(base::Algorithm::sha1), digests.at(base::Algorithm::sha1));
  const auto verification = image::verify_image(*reader, {});
  EXPECT_EQ(codes_of(verification.damage), std::vector<std::string>{});
  EXPECT_EQ(verification.digests, digests);

  std::vector<fs::path> files;
  for (const auto& name : names) files.push_back(folder / name);
  EXPECT_TRUE(read_by_libewf(files) == media);
}

INSTANTIATE_TEST_SUITE_P(Sizes, E01RoundTrip,
                         testing::Values(Shape{"OneSector", 512, 512, 400u << 20},
                                         Shape{"ChunkLessOne", 63 * 512, 512, 400u << 20},
                                         Shape{"Chunk", 64 * 512, 512, 400u << 20},
                                         Shape{"ChunkAndOne", 65 * 512, 512, 400u << 20},
                                         Shape{"OddSectors", 4'567 * 512, 512, 400u << 20},
                                         Shape{"ManySegments", 20'000 * 512, 512, 1u << 20},
                                         Shape{"Sectors4096", 777 * 4096, 4096, 400u << 20},
                                         Shape{"Sectors4096Segments", 2'000 * 4096, 4096, 1u << 20}),
                         [](const auto& shape) { return shape.param.name; });

TEST(E01, ManySegmentsAreMany) {
  const TempFolder folder;
  image::WriterOptions options;
  options.segment_bytes = 1u << 20;
  const auto names = write_e01(folder.path(), "x", mixed_media(20'000 * 512), options);
  ASSERT_GE(names.size(), 3u);
  for (const auto& name : names) EXPECT_LE(fs::file_size(folder / name), 1u << 20) << name;
}

TEST(E01, RefusesWhatIsNoWholeNumberOfSectors) {
  const TempFolder folder;
  image::WriterOptions options;
  for (const std::uint64_t bytes : {0u, 1000u}) {
    options.media_bytes = bytes;
    EXPECT_THROW(image::create_e01({{folder.path(), {}}}, "x", options), base::Error) << bytes;
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(E01, NeverOverwrites) {
  const TempFolder folder;
  const auto media = mixed_media(512);
  for (const char* name : {"x.E01", "x.E02", "x.dd", "x.001"}) {
    const base::Buffer old = base::to_buffer(base::as_bytes("old evidence"));
    put_file(folder / name, old);
    image::WriterOptions options;
    options.media_bytes = media.size();
    EXPECT_THROW(image::create_e01({{folder.path(), {}}}, "x", options), base::Error) << name;
    EXPECT_THROW(image::create_raw({{folder.path(), {}}}, "x", options), base::Error) << name;
    EXPECT_EQ(file_bytes(folder / name), old);
    fs::remove(folder / name);
  }
  write_e01(folder.path(), "x", media);
  write_e01(folder.path(), "xy", media);
  EXPECT_THROW(write_e01(folder.path(), "x", media), base::Error);
}

TEST(E01, AShortSourceIsNoImage) {
  const TempFolder folder;
  image::WriterOptions options;
  options.media_bytes = 1u << 20;
  const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
  writer->write(mixed_media(512 * 100));
  EXPECT_THROW(writer->finish({}), base::Error);
}

TEST(E01, WritesOfAnySizeGiveTheSameImage) {
  const TempFolder folder;
  const auto media = mixed_media(3'000 * 512);
  image::WriterOptions options;
  options.media_bytes = media.size();
  const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
  std::size_t step = 1;
  for (std::size_t at = 0; at < media.size(); at += step, step = step * 3 % 100'003) {
    writer->write(base::Bytes(media).subspan(at, std::min(step, media.size() - at)));
    if (at + step >= media.size()) break;
  }
  writer->finish(digests_of(media));
  EXPECT_TRUE(read_media(*image::open_image(folder / "x.E01")) == media);
}

TEST(E01, KeepsHeaderValuesAndBadRanges) {
  const TempFolder folder;
  const auto media = mixed_media(2'000 * 512);
  image::WriterOptions options;
  options.media_bytes = media.size();
  options.header = {{"case_number", "KK-2026"},
                    {"evidence_number", "KK-A-0001"},
                    {"examiner_name", "Đặng Thị Ví Dụ"},
                    {"notes", "园区 2 号楼 \xF0\x9F\x93\xB1"},
                    {"model", "Model 7"},
                    {"serial_number", "S-1"}};
  const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
  writer->write(media);
  writer->bad({17, 3});
  writer->bad({1'999, 1});
  writer->finish(digests_of(media));
  const auto facts = image::open_image(folder / "x.E01")->facts();
  for (const auto& [name, value] : options.header) EXPECT_EQ(facts.header.at(name), value) << name;
  EXPECT_EQ(facts.bad, (std::vector<image::SectorRange>{{17, 3}, {1'999, 1}}));
  EXPECT_TRUE(facts.header.contains("acquiry_date"));
}

TEST(E01, PartsOfChunksReadTheSame) {
  const TempFolder folder;
  const auto media = mixed_media(5'000 * 512);
  write_e01(folder.path(), "x", media);
  const auto reader = image::open_image(folder / "x.E01");
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    const std::size_t offset = random() % (media.size() + 1000);
    base::Buffer part(random() % 100'000);
    const std::size_t expected = offset >= media.size() ? 0 : std::min(part.size(), media.size() - offset);
    ASSERT_EQ(reader->read_at(offset, part), expected);
    part.resize(expected);
    ASSERT_TRUE(std::equal(part.begin(), part.end(),
                           media.begin() + static_cast<std::ptrdiff_t>(std::min(offset, media.size()))));
  }
}

TEST(E01, EwfverifyAndEwfinfoAgree) {
  if (!has_tool("ewfverify") || !has_tool("ewfinfo")) GTEST_SKIP() << "ewf-tools are not installed";
  const TempFolder folder;
  const auto media = mixed_media(9'000 * 512);
  image::WriterOptions options;
  options.segment_bytes = 1u << 20;
  options.header = {{"case_number", "KK-2026"}, {"evidence_number", "KK-A-0001"}};
  write_e01(folder.path(), "x", media, options);
  const auto verified = run("ewfverify -q -d sha1 " + (folder / "x.E01").string());
  EXPECT_EQ(verified.status, 0) << verified.output;
  const auto digests = digests_of(media);
  EXPECT_NE(verified.output.find(base::to_hex(digests.at(base::Algorithm::sha1))), std::string::npos);
  EXPECT_NE(verified.output.find("SUCCESS"), std::string::npos) << verified.output;
  const auto info = run("TZ=UTC ewfinfo " + (folder / "x.E01").string());
  EXPECT_NE(info.output.find("KK-A-0001"), std::string::npos) << info.output;
  EXPECT_NE(info.output.find("EnCase 6"), std::string::npos) << info.output;
  EXPECT_NE(info.output.find("Acquisition date"), std::string::npos) << info.output;
  EXPECT_NE(info.output.find(base::to_hex(digests.at(base::Algorithm::md5))), std::string::npos);
}

TEST(E01, SleuthKitReadsIt) {
  if (!has_tool("img_stat") || !has_tool("img_cat")) GTEST_SKIP() << "sleuthkit is not installed";
  const TempFolder folder;
  const auto media = mixed_media(5'000 * 512);
  write_e01(folder.path(), "x", media);
  const auto stat = run("img_stat " + (folder / "x.E01").string());
  EXPECT_NE(stat.output.find(std::to_string(media.size())), std::string::npos) << stat.output;
  const auto copied = run("img_cat " + (folder / "x.E01").string() + " > " + (folder / "copy").string());
  EXPECT_EQ(copied.status, 0) << copied.output;
  EXPECT_TRUE(file_bytes(folder / "copy") == media);
}

TEST(E01, ChunkSizesStayWithinWhatOthersRead) {
  // Seen through the image: at 2 TiB a chunk has 128 sectors. Only the first bytes are written.
  const TempFolder folder;
  image::WriterOptions options;
  options.media_bytes = 2ull << 40;
  {
    const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
    writer->write(mixed_media(1u << 20));
  }
  const auto reader = image::open_image(folder / "x.E01");
  EXPECT_EQ(reader->facts().chunk_bytes, 128u * 512);
  EXPECT_EQ(reader->facts().media_bytes, 2ull << 40);
}

}  // namespace
