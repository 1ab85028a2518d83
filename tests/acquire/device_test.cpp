// SPDX-License-Identifier: Apache-2.0
// Real block devices: loop devices, some with sectors that cannot be read. They need root.
#include "acquire_support.h"

using namespace acquire_test;

#define NEED(loop) \
  if ((loop).path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)"

namespace {

TEST(Device, IsImagedWholeAndSetReadOnly) {
  const TempFolder folder;
  const auto media = media_without_zeros(9'001 * 512);
  put_file(folder / "disk", media);
  const LoopDevice loop(folder / "disk");
  NEED(loop);
  const auto report = image_file(loop.path(), {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
  EXPECT_TRUE(report.source.block_device);
  EXPECT_TRUE(report.source.read_only_set);
  EXPECT_TRUE(report.source.direct_io);
  EXPECT_EQ(report.source.bytes, media.size());
  EXPECT_EQ(report.source.logical_sector, 512u);
}

TEST(Device, SectorsOf4096Bytes) {
  const TempFolder folder;
  const auto media = media_without_zeros(1'001 * 4096);
  put_file(folder / "disk", media);
  const LoopDevice loop(folder / "disk", "-b 4096");
  NEED(loop);
  const auto report = image_file(loop.path(), {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_EQ(report.source.logical_sector, 4096u);
  EXPECT_EQ(image::open_image(folder / "x.E01")->facts().sector_bytes, 4096u);
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
}

// The kernel answers EIO for what a loop device's file no longer holds, so a cut file is a disk whose end
// cannot be read, exact to the sector.
TEST(Device, BadSectorsAreLostAndNoOthers) {
  const TempFolder folder;
  const auto media = media_without_zeros(6'000 * 512);
  for (const std::uint64_t good : {5'999u, 5'001u, 4'096u}) {
    put_file(folder / "disk", media);
    const LoopDevice loop(folder / "disk");
    NEED(loop);
    fs::resize_file(folder / "disk", good * 512);
    const TempFolder out;
    const auto report = image_file(loop.path(), {.folder = out.path(), .stem = "x"});
    EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << report.trouble;
    EXPECT_EQ(report.read_back, acquire::ReadBack::equal);
    EXPECT_EQ(report.bad, (std::vector<image::SectorRange>{{good, 6'000 - good}}));
    EXPECT_EQ(report.bad_bytes, (6'000 - good) * 512);
    expect_sum(report);
    auto expected = media;
    std::fill(expected.begin() + static_cast<std::ptrdiff_t>(good * 512), expected.end(), std::byte{0});
    EXPECT_TRUE(read_image(out / "x.E01") == expected);
    EXPECT_EQ(image::open_image(out / "x.E01")->facts().bad, report.bad) << "error2 says the same";
    EXPECT_EQ(report.media_digests, digests_of(expected));
  }
}

TEST(Device, TheKindOfPartitionTableIsKnown) {
  const TempFolder folder;
  put_file(folder / "disk", base::Buffer(8u << 20));
  if (run("echo 'label: gpt' | sfdisk -q " + (folder / "disk").string()).status != 0) {
    GTEST_SKIP() << "sfdisk is not installed";
  }
  EXPECT_EQ(acquire::open_source(folder / "disk")->facts().partition_table, "gpt");
}

TEST(Device, AMountedDeviceIsRefused) {
  const TempFolder folder;
  put_file(folder / "disk", base::Buffer(8u << 20));
  fs::create_directory(folder / "place");
  if (run("mke2fs -q -F " + (folder / "disk").string()).status != 0)
    GTEST_SKIP() << "mke2fs is not installed";
  const LoopDevice loop(folder / "disk");
  NEED(loop);
  if (run("mount -o ro,noload " + loop.path() + " " + (folder / "place").string()).status != 0 &&
      run("mount -o ro " + loop.path() + " " + (folder / "place").string()).status != 0) {
    GTEST_SKIP() << "mounting needs more rights than there are";
  }
  try {
    acquire::open_source(loop.path());
    ADD_FAILURE() << "a mounted device was opened";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::conflict);
    EXPECT_NE(std::string(error.what()).find((folder / "place").string()), std::string::npos) << error.what();
  }
  run("umount " + (folder / "place").string());
  EXPECT_NO_THROW(acquire::open_source(loop.path()));
}

}  // namespace
