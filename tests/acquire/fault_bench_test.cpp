// SPDX-License-Identifier: Apache-2.0
// Real block devices with bad sectors: acquisition, rescue, and GNU ddrescue beside them.
#include "acquire/rescue.h"
#include "acquire/rescued_source.h"
#include "faulty_disk.h"
#include "faulty_source.h"

using namespace acquire_test;
using acquire::BlockStatus;
using acquire::RescueMap;
using End = acquire::RescueResult::End;

namespace {

// What a disk with these bad sectors must give: FaultySource knows it.
FaultySource disk_in_memory(std::size_t bytes, std::uint32_t sector, Damage kind, std::mt19937& random) {
  FaultySource disk(media_without_zeros(bytes, static_cast<unsigned>(random())), sector);
  disk.bad = damaged_sectors(kind, bytes / sector, random);
  return disk;
}

void expect_acquired(const FaultyDisk& disk, const FaultySource& truth) {
  const TempFolder folder;
  const auto report = image_file(disk.path(), {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << report.trouble;
  EXPECT_TRUE(report.source.direct_io);
  EXPECT_EQ(report.sector_bytes, truth.sector());
  EXPECT_EQ(report.bad, truth.bad_ranges());
  EXPECT_EQ(image::open_image(folder / "x.E01")->facts().bad, truth.bad_ranges());
  EXPECT_TRUE(read_image(folder / "x.E01") == truth.media_with_zeros()) << "readable sectors are lost";
}

void expect_rescued(const FaultyDisk& disk, const FaultySource& truth) {
  const TempFolder folder;
  const auto source = acquire::open_source(disk.path());
  const auto result = acquire::rescue(*source, folder / "x.dd", folder / "x.map", {}, {}, {});
  EXPECT_EQ(result.end, End::finished) << result.trouble;
  EXPECT_EQ(result.map.bad(truth.sector()), truth.bad_ranges());
  EXPECT_TRUE(base::read_file(folder / "x.dd") == truth.media_with_zeros()) << "readable sectors are lost";
}

void ten_disks(std::size_t bytes, std::uint32_t sector) {
  std::mt19937 random(sector + 1);
  for (int round = 0; round < 10; ++round) {
    const auto truth = disk_in_memory(bytes, sector, kDamages[round % 5], random);
    const FaultyDisk disk(truth.media(), sector, truth.bad);
    SKIP_WITHOUT(disk);
    SCOPED_TRACE("disk " + std::to_string(round));
    expect_acquired(disk, truth);
    expect_rescued(disk, truth);
  }
}

TEST(FaultBench, TenDisksOf512) {
  ten_disks(4u << 20, 512);
}
TEST(FaultBench, TenDisksOf4096) {
  ten_disks(12u << 20, 4096);
}

// What GNU ddrescue says, and ours, of one disk.
class BesideDdrescue : public testing::Test {
 protected:
  BesideDdrescue() : random_(99), truth_(disk_in_memory(4u << 20, 512, Damage::clustered, random_)) {
    truth_.bad.insert({0, 5000, 8191});
    if (support::has_program("ddrescue") && support::has_program("ddrescuelog"))
      disk_.emplace(truth_.media(), 512, truth_.bad);
  }
  std::string said_by_ddrescuelog(const fs::path& map) {
    const auto ran = run("ddrescuelog -b512 -l- " + map.string());
    EXPECT_EQ(ran.status, 0);
    return ran.output;
  }
  std::string bad_list() const {
    std::string list;
    for (const std::uint64_t number : truth_.bad) list += std::to_string(number) + "\n";
    return list;
  }
  void ddrescue(const std::string& options) {
    const auto ran =
        run("ddrescue -q -d " + options + " " + disk_->path() + " " + raw_.string() + " " + map_.string());
    EXPECT_EQ(ran.status, 0) << ran.output;
  }
  acquire::RescueResult rescue(const acquire::RescueOptions& options = {}) {
    const auto source = acquire::open_source(disk_->path());
    return acquire::rescue(*source, raw_, map_, options, {}, {});
  }

  std::mt19937 random_;
  FaultySource truth_;
  std::optional<FaultyDisk> disk_;
  TempFolder folder_;
  fs::path raw_ = folder_ / "x.dd", map_ = folder_ / "x.map";
};

#define NEED_DISK                                          \
  if (!disk_) GTEST_SKIP() << "ddrescue is not installed"; \
  SKIP_WITHOUT(*disk_)

TEST_F(BesideDdrescue, ItsLogToolReadsOurMap) {
  NEED_DISK;
  ASSERT_EQ(rescue().end, End::finished);
  const auto status = run("ddrescuelog -t " + map_.string());
  EXPECT_EQ(status.status, 0) << status.output;
  EXPECT_NE(status.output.find("current status: finished"), std::string::npos) << status.output;
  EXPECT_EQ(said_by_ddrescuelog(map_), bad_list());
  EXPECT_EQ(run("ddrescuelog -D " + map_.string()).status == 0, false) << "bad sectors are left";
}

TEST_F(BesideDdrescue, WeReadTheMapThatItWrote) {
  NEED_DISK;
  ddrescue("");
  const auto bytes = base::read_file(map_);
  const auto map = RescueMap::parse(base::as_text(bytes));
  EXPECT_EQ(map.bad(512), truth_.bad_ranges());
  EXPECT_EQ(map.unfinished(512), truth_.bad_ranges());
  put_file(folder_ / "ours", base::as_bytes(map.text()));
  EXPECT_EQ(run("ddrescuelog -p " + map_.string() + " " + (folder_ / "ours").string()).status, 0)
      << "it says the same of both texts";
}

TEST_F(BesideDdrescue, WeGoOnWhereItStopped) {
  NEED_DISK;
  ddrescue("-n -N");  // neither trimmed nor scraped
  const auto bytes = base::read_file(map_);
  EXPECT_GT(RescueMap::parse(base::as_text(bytes)).bytes(BlockStatus::non_trimmed), 0u);
  EXPECT_EQ(rescue().end, End::finished);
  EXPECT_EQ(said_by_ddrescuelog(map_), bad_list());
  EXPECT_TRUE(base::read_file(raw_) == truth_.media_with_zeros());
}

TEST_F(BesideDdrescue, ItGoesOnWhereWeStopped) {
  NEED_DISK;
  ASSERT_EQ(rescue({.copy_bytes = 64 << 10, .most_ranges = 8}).end, End::too_scattered);
  const auto bytes = base::read_file(map_);
  EXPECT_GT(RescueMap::parse(base::as_text(bytes)).bytes(BlockStatus::non_tried), 0u);
  ddrescue("");
  EXPECT_EQ(said_by_ddrescuelog(map_), bad_list());
  EXPECT_TRUE(base::read_file(raw_) == truth_.media_with_zeros());
}

}  // namespace
