// SPDX-License-Identifier: Apache-2.0
// Real file systems as destinations: tmpfs, FAT, FUSE. They need root.
#include "acquire/destination.h"

#include <algorithm>

#include "acquire_support.h"

using namespace acquire_test;

namespace {

bool warns(const acquire::DestinationFacts& facts, const std::string& code) {
  return std::ranges::any_of(facts.warnings, [&](const auto& warning) { return warning.code == code; });
}

// Mounted at `place` while it lives; `ok` is false where this system does not let us.
class Mounted {
 public:
  Mounted(const std::string& command, fs::path place) : place_(std::move(place)) {
    fs::create_directory(place_);
    ok = run(command + " " + place_.string()).status == 0;
  }
  ~Mounted() {
    if (ok) run("umount " + place_.string());
  }
  Mounted(const Mounted&) = delete;
  bool ok = false;

 private:
  fs::path place_;
};

TEST(Destination, IsMeasuredAndLeftAsItWas) {
  const TempFolder folder;
  const auto facts = acquire::look_at_destination(folder.path(), 1u << 20);
  EXPECT_FALSE(facts.file_system.empty());
  EXPECT_GT(facts.free_bytes, 0u);
  EXPECT_FALSE(warns(facts, "space"));
  if (facts.free_bytes > 100u << 20) {
    ASSERT_TRUE(facts.bytes_a_second);
    EXPECT_GT(*facts.bytes_a_second, 0u);
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Destination, ThatIsNotThereOrNotAFolderIsRefused) {
  const TempFolder folder;
  EXPECT_THROW(acquire::look_at_destination(folder / "absent", 1), base::Error);
  put_file(folder / "file", {});
  EXPECT_THROW(acquire::look_at_destination(folder / "file", 1), base::Error);
}

TEST(Destination, TooSmallToMeasureAndTooSmallForTheMedia) {
  const TempFolder folder;
  const Mounted small("mount -t tmpfs -o size=2m none", folder / "place");
  if (!small.ok) GTEST_SKIP() << "mounting needs more rights than there are";
  const auto facts = acquire::look_at_destination(folder / "place", 4u << 20);
  EXPECT_EQ(facts.file_system, "tmpfs");
  EXPECT_EQ(facts.free_bytes, 2u << 20);
  EXPECT_FALSE(facts.bytes_a_second);
  EXPECT_TRUE(warns(facts, "space"));
  EXPECT_EQ(facts.to_json().at("free_bytes").text(), "2097152");
}

TEST(Destination, LargestFilesByKind) {
  EXPECT_EQ(acquire::largest_file_on(0x4D44, 4096), 4'294'967'295u) << "FAT";
  EXPECT_EQ(acquire::largest_file_on(0xEF53, 1024), std::uint64_t{1} << 42) << "ext4 with small blocks";
  EXPECT_FALSE(acquire::largest_file_on(0x58465342, 4096)) << "XFS";
}

TEST(Destination, FatHoldsNoFileOf4GiB) {
  const TempFolder folder;
  put_file(folder / "disk", {});
  fs::resize_file(folder / "disk", 100u << 20);
  if (run("mkfs.vfat -F 32 " + (folder / "disk").string()).status != 0)
    GTEST_SKIP() << "mkfs.vfat is not installed";
  const Mounted fat(mount_command(folder / "disk"), folder / "place");
  if (!fat.ok) GTEST_SKIP() << "this system mounts no FAT file system, or only for those with more rights";
  const auto facts = acquire::look_at_destination(folder / "place", std::uint64_t{5} << 30);
  EXPECT_EQ(facts.file_system, "vfat");
  EXPECT_EQ(facts.largest_file, 4'294'967'295u);
  EXPECT_TRUE(warns(facts, "largest_file"));
  EXPECT_TRUE(facts.bytes_a_second);
  EXPECT_TRUE(fs::is_empty(folder / "place")) << "nothing of ours is left";
  EXPECT_FALSE(warns(acquire::look_at_destination(folder / "place", 1u << 20), "largest_file"));
}

TEST(Destination, FuseIsWarnedOf) {
  const TempFolder folder;
  put_file(folder / "disk", {});
  fs::resize_file(folder / "disk", 100u << 20);
  if (run("mkntfs -q -F " + (folder / "disk").string()).status != 0)
    GTEST_SKIP() << "mkntfs is not installed";
  const Mounted ntfs("ntfs-3g " + (folder / "disk").string(), folder / "place");
  if (!ntfs.ok) GTEST_SKIP() << "no file system of FUSE can be mounted here";
  const auto facts = acquire::look_at_destination(folder / "place", 1u << 20);
  EXPECT_TRUE(facts.fuse);
  EXPECT_TRUE(warns(facts, "fuse"));
  EXPECT_TRUE(facts.file_system.starts_with("fuse")) << facts.file_system;
  EXPECT_TRUE(facts.bytes_a_second);
}

// A source whose numbers are those of what was mounted after it was opened.
TEST(Destination, OnTheSourceItselfIsRefused) {
  const TempFolder folder;
  put_file(folder / "disk", base::Buffer(8u << 20));
  if (run("mke2fs -q -F " + (folder / "disk").string()).status != 0)
    GTEST_SKIP() << "mke2fs is not installed";
  const LoopDevice loop(folder / "disk");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  const auto source = acquire::open_source(loop.path());
  EXPECT_NO_THROW(acquire::refuse_destination_on_source(folder.path(), *source));
  const Mounted place("mount -o ro " + loop.path(), folder / "place");
  if (!place.ok) GTEST_SKIP() << "mounting needs more rights than there are";
  try {
    acquire::refuse_destination_on_source(folder / "place", *source);
    ADD_FAILURE() << "an image would have been written onto its source";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::conflict);
    EXPECT_NE(std::string(error.what()).find(loop.path()), std::string::npos) << error.what();
  }
}

}  // namespace
