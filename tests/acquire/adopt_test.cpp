// SPDX-License-Identifier: Apache-2.0
// Images that others made.
#include "acquire_support.h"

using namespace acquire_test;

namespace {

TEST(Adopt, AnE01OfAnotherProgram) {
  SKIP_WITHOUT_SHARED("corpora/sleuthkit+sleuthkit");
  const auto report =
      acquire::adopt(support::shared("corpora/sleuthkit+sleuthkit/test/data/image.E01"), {}, {});
  EXPECT_TRUE(report.adopted);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_EQ(report.read_back, acquire::ReadBack::equal);
  EXPECT_EQ(report.media_digests.at(base::Algorithm::md5), report.stated_digests.at(base::Algorithm::md5));
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_EQ(report.files[0].sha256.size(), 64u);
  expect_sum(report);
}

TEST(Adopt, SplitRawStatesNothing) {
  SKIP_WITHOUT_SHARED("corpora/log2timeline+dfvfs");
  const auto report =
      acquire::adopt(support::shared("corpora/log2timeline+dfvfs/test_data/ext2.splitraw.000"), {}, {});
  EXPECT_EQ(report.format, acquire::OutputFormat::raw);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete);
  EXPECT_EQ(report.read_back, acquire::ReadBack::nothing_stated);
  EXPECT_EQ(report.files.size(), 2u);
  EXPECT_EQ(report.media_bytes, 4'194'304u);
}

class AdoptOurs : public testing::Test {
 protected:
  AdoptOurs() : media_(media_without_zeros(3'000 * 512)) {}
  void write(const std::map<base::Algorithm, base::Buffer>& stated) {
    image::WriterOptions options;
    options.media_bytes = media_.size();
    const auto writer = image::create_e01({{folder_.path(), {}}}, "x", options);
    writer->write(media_);
    writer->bad({100, 2});
    writer->bad({101, 5});
    writer->finish(stated);
  }
  TempFolder folder_;
  base::Buffer media_;
};

TEST_F(AdoptOurs, BadRangesThatItStatesAreKept) {
  write(digests_of(media_));
  const auto report = acquire::adopt(folder_ / "x.E01", {}, {});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges);
  EXPECT_EQ(report.bad, (std::vector<image::SectorRange>{{100, 6}}));
  EXPECT_EQ(report.bad_bytes, 6u * 512);
  expect_sum(report);
}

TEST_F(AdoptOurs, AnotherDigestThanStatedFails) {
  auto stated = digests_of(media_);
  stated[base::Algorithm::md5][0] ^= std::byte{1};
  write(stated);
  const auto report = acquire::adopt(folder_ / "x.E01", {}, {});
  EXPECT_EQ(report.outcome, acquire::Outcome::failed);
  EXPECT_EQ(report.read_back, acquire::ReadBack::different);
}

TEST_F(AdoptOurs, ADamagedChunkIsABadRange) {
  write(digests_of(media_));
  auto bytes = base::read_file(folder_ / "x.E01");
  bytes[bytes.size() / 2] ^= std::byte{16};
  put_file(folder_ / "x.E01", bytes);
  const auto report = acquire::adopt(folder_ / "x.E01", {}, {});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges);
  EXPECT_EQ(report.bad_bytes, 64u * 512 + 6 * 512);
  EXPECT_EQ(report.damage.size(), 1u);
  EXPECT_TRUE(report.media_digests.empty());
  expect_sum(report);
  const auto json = report.to_json();
  EXPECT_EQ(json.at("damage").items().at(0).at("file").text(), "x.E01");
}

}  // namespace
