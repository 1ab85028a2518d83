// SPDX-License-Identifier: Apache-2.0
// Images that others made read the same through us and through libewf.
#include "image/segment_names.h"
#include "image_support.h"

using namespace image_test;

namespace {

void expect_equal_to_libewf(const std::vector<fs::path>& files) {
  const auto reader = image::open_image(files.front());
  EXPECT_EQ(codes_of(reader->facts().damage), std::vector<std::string>{}) << files.front();
  EXPECT_EQ(reader->facts().files.size(), files.size());
  EXPECT_TRUE(read_media(*reader) == read_by_libewf(files)) << files.front();
  const auto verification = image::verify_image(*reader, {});
  EXPECT_EQ(codes_of(verification.damage), std::vector<std::string>{}) << files.front();
  for (const auto& [algorithm, stored] : reader->facts().stored_digests) {
    EXPECT_EQ(verification.digests.at(algorithm), stored) << base::name_of(algorithm);
  }
}

struct Flavour {
  const char* name;
  std::uint8_t format;
};
class LibewfFlavours : public testing::TestWithParam<Flavour> {};

TEST_P(LibewfFlavours, ReadTheSame) {
  const TempFolder folder;
  const auto media = mixed_media(9'001 * 512);
  for (const std::int8_t compression :
       {LIBEWF_COMPRESSION_NONE, LIBEWF_COMPRESSION_FAST, LIBEWF_COMPRESSION_BEST}) {
    for (const std::uint32_t sectors : {64u, 256u}) {
      LibewfImage how{GetParam().format, compression, 1u << 20, sectors, true};
      const std::string stem = "c" + std::to_string(compression + 5) + "s" + std::to_string(sectors);
      ASSERT_TRUE(write_by_libewf(folder / stem, media, how));
      std::vector<fs::path> files;
      for (int i = 1; i < 20; ++i) {
        const fs::path file = folder / (stem + (i < 10 ? ".E0" : ".E") + std::to_string(i));
        if (fs::exists(file)) files.push_back(file);
      }
      ASSERT_GE(files.size(), 1u);
      expect_equal_to_libewf(files);
      EXPECT_TRUE(read_media(*image::open_image(files.front())) == media);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Formats, LibewfFlavours,
    testing::Values(Flavour{"EnCase1", LIBEWF_FORMAT_ENCASE1}, Flavour{"EnCase2", LIBEWF_FORMAT_ENCASE2},
                    Flavour{"EnCase3", LIBEWF_FORMAT_ENCASE3}, Flavour{"EnCase4", LIBEWF_FORMAT_ENCASE4},
                    Flavour{"EnCase5", LIBEWF_FORMAT_ENCASE5}, Flavour{"EnCase6", LIBEWF_FORMAT_ENCASE6},
                    Flavour{"EnCase7", LIBEWF_FORMAT_ENCASE7}, Flavour{"Linen5", LIBEWF_FORMAT_LINEN5},
                    Flavour{"Linen6", LIBEWF_FORMAT_LINEN6}, Flavour{"Linen7", LIBEWF_FORMAT_LINEN7},
                    Flavour{"Ftk", LIBEWF_FORMAT_FTK}),
    [](const auto& flavour) { return flavour.param.name; });

// Every image there; those that other tests of theirs call bogus are no images.
TEST(Corpora, EveryE01ReadsTheSame) {
  SKIP_WITHOUT_SHARED("corpora");
  int images = 0;
  for (const auto& entry : fs::recursive_directory_iterator(support::shared("corpora"))) {
    const fs::path& first = entry.path();
    if (first.extension() != ".E01" || first.stem() == "bogus") continue;
    std::vector<fs::path> files;
    for (unsigned number = 1; number < 100; ++number) {
      const fs::path file =
          first.parent_path() / (first.stem().string() + "." + image::ewf_extension(number));
      if (fs::exists(file)) files.push_back(file);
    }
    expect_equal_to_libewf(files);
    ++images;
  }
  EXPECT_GE(images, 6);
}

TEST(Corpora, OneFileSystemInThreeContainers) {
  SKIP_WITHOUT_SHARED("corpora/log2timeline+dfvfs");
  const fs::path folder = support::shared("corpora/log2timeline+dfvfs/test_data");
  const auto whole = read_media(*image::open_image(folder / "ext2.E01"));
  EXPECT_TRUE(read_media(*image::open_image(folder / "ext2.split.E01")) == whole);
  const auto split = image::open_image(folder / "ext2.splitraw.000");
  EXPECT_EQ(split->facts().format, image::Format::split_raw);
  EXPECT_EQ(split->facts().files, (std::vector<std::string>{"ext2.splitraw.000", "ext2.splitraw.001"}));
  EXPECT_TRUE(read_media(*split) == whole);
}

TEST(Corpora, NoImageAtAllIsRefusedInWords) {
  SKIP_WITHOUT_SHARED("corpora");
  const fs::path corpora = support::shared("corpora");
  for (const auto& entry : fs::recursive_directory_iterator(corpora)) {
    if (entry.path().filename() != "bogus.E01") continue;
    EXPECT_THROW(image::open_image(entry.path()), base::Error);
  }
}

}  // namespace
