// SPDX-License-Identifier: Apache-2.0
// What stands at the start of disks and partitions: signatures put where the formats say, and real volumes
// where the tools are there.
#include "acquire/content.h"

#include <algorithm>

#include "acquire_support.h"

using namespace acquire_test;
using acquire::Container;

namespace {

class Volume {
 public:
  explicit Volume(std::size_t bytes = 1u << 20) : bytes_(bytes) {}
  Volume& text(std::size_t offset, std::string_view value) {
    std::ranges::copy(base::as_bytes(value), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return *this;
  }
  Volume& number(std::size_t offset, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i, value >>= 8) bytes_[offset + i] = std::byte(value & 0xFF);
    return *this;
  }
  Volume& cut(std::size_t bytes) {
    bytes_.resize(bytes);
    return *this;
  }
  std::optional<Container> found() const {
    const TempFolder folder;
    put_file(folder / "disk", bytes_);
    return acquire::open_source(folder / "disk")->facts().container;
  }
  std::string kind() const {
    const auto container = found();
    return container ? std::string(acquire::name_of(container->kind)) + container->version : "nothing";
  }
  const base::Buffer& bytes() const { return bytes_; }

 private:
  base::Buffer bytes_;
};

TEST(Content, BitLockerIsKnownInAllItsForms) {
  EXPECT_EQ(Volume().text(3, "-FVE-FS-").kind(), "bitlocker");
  Volume to_go;
  to_go.text(3, "MSWIN4.1");
  EXPECT_EQ(to_go.kind(), "nothing") << "a FAT volume";
  to_go.text(424, std::string_view("\x3B\xD6\x67\x49\x29\x2E\xD8\x4A\x83\x99\xF6\xA3\x39\xE3\xD0\x01", 16));
  EXPECT_EQ(to_go.kind(), "bitlocker_to_go");
  EXPECT_EQ(to_go.found()->encrypted, true);
}

TEST(Content, LuksByEitherOfItsHeaders) {
  EXPECT_EQ(Volume().text(0, std::string_view("LUKS\xBA\xBE\0\x01", 8)).kind(), "luks1");
  EXPECT_EQ(Volume().text(0, std::string_view("LUKS\xBA\xBE\0\x02", 8)).kind(), "luks2");
  EXPECT_EQ(Volume().text(0x4000, std::string_view("SKUL\xBA\xBE\0\x02", 8)).kind(), "luks2");
}

TEST(Content, AnApfsContainerTellsWhetherItHoldsKeys) {
  Volume container;
  container.text(32, "NXSB");
  EXPECT_EQ(container.found()->encrypted, false);
  container.number(1264, 8, 4).number(1296, 8, 77).number(1304, 8, 1);
  EXPECT_EQ(container.found()->encrypted, true);
  container.number(1264, 8, 0);
  EXPECT_FALSE(container.found()->encrypted.has_value()) << "keys without the flag say nothing";
  container.cut(1300);
  EXPECT_EQ(container.kind(), "nothing") << "a container cut within its superblock";
}

TEST(Content, CoreStorageIsEncryptedWhereItHasAKey) {
  Volume volume;
  volume.text(88, "CS").number(8, 2, 1).number(10, 2, 0x10);
  EXPECT_EQ(volume.found()->encrypted, false) << "a Fusion Drive is Core Storage too";
  volume.number(168, 4, 16).number(172, 4, 2);
  EXPECT_EQ(volume.found()->encrypted, true);
  volume.number(10, 2, 0x11);
  EXPECT_EQ(volume.kind(), "nothing") << "two letters alone are no signature";
}

TEST(Content, LvmSaysInWhichSectorItsLabelIs) {
  Volume volume;
  volume.text(512, "LABELONE").number(520, 8, 1).text(536, "LVM2 001");
  EXPECT_EQ(volume.kind(), "lvm22");
  volume.number(520, 8, 2);
  EXPECT_EQ(volume.kind(), "nothing");
}

TEST(Content, RaidAtEachOfItsPlaces) {
  const auto superblock = [](std::size_t size, std::size_t offset) {
    Volume volume(size);
    volume.number(offset, 4, 0xA92B4EFC).number(offset + 4, 4, 1).number(offset + 144, 8, offset / 512);
    return volume;
  };
  const std::size_t size = (1u << 20) + 5 * 512;
  EXPECT_EQ(superblock(size, 0).kind(), "md_raid1.1");
  EXPECT_EQ(superblock(size, 4096).kind(), "md_raid1.2");
  EXPECT_EQ(superblock(size, (1u << 20) - 8192).kind(), "md_raid1.0");
  EXPECT_EQ(superblock(size, 8192).kind(), "nothing");
  EXPECT_EQ(superblock(size, 4096).number(4096 + 144, 8, 0).kind(), "nothing") << "it belongs elsewhere";
  EXPECT_EQ(Volume(size).number((1u << 20) - 65536, 4, 0xA92B4EFC).kind(), "md_raid0.90");
  EXPECT_EQ(Volume(size).number((1u << 20) - 65536, 4, 0xFC4E2BA9).kind(), "md_raid0.90") << "big-endian";
}

TEST(Content, NoiseAndLittleIsNothing) {
  for (const std::size_t size : {0u, 1u, 11u, 512u, 4096u, 65536u, 1u << 20}) {
    Volume noise(size);
    const auto media = media_without_zeros(size);
    noise.text(0, base::as_text(media));
    EXPECT_EQ(noise.kind(), "nothing") << size;
  }
}

TEST(Content, EachPartitionIsLookedAt) {
  const TempFolder folder;
  const fs::path disk = folder / "disk";
  put_file(disk, base::Buffer(16u << 20));
  const std::string script =
      "printf 'label: gpt\\nstart=2048,size=8192,name=Windows\\nstart=10240,size=8192\\n' | sfdisk -q ";
  if (run(script + disk.string()).status != 0) GTEST_SKIP() << "sfdisk is not installed";
  auto media = base::read_file(disk);
  std::ranges::copy(base::as_bytes("-FVE-FS-"), media.begin() + 2048 * 512 + 3);
  put_file(disk, media);
  const auto source = acquire::open_source(disk);
  const auto& facts = source->facts();
  ASSERT_EQ(facts.partitions.size(), 2u);
  EXPECT_EQ(facts.partitions[0].name, "Windows");
  EXPECT_EQ(facts.partitions[0].offset, 1'048'576u);
  EXPECT_EQ(facts.partitions[0].bytes, 4'194'304u);
  EXPECT_EQ(facts.partitions[0].container->kind, Container::Kind::bitlocker);
  EXPECT_FALSE(facts.partitions[1].container);
  const auto json = facts.to_json();
  EXPECT_EQ(json.at("partitions").items().at(0).at("container").at("encrypted").boolean(), true);
  EXPECT_EQ(json.at("advice").items().at(0).at("code").text(), "encrypted");
  EXPECT_NE(json.at("advice").items().at(0).at("words").text().find("Partition 1 (bitlocker)"),
            std::string::npos);
}

TEST(Content, APartitionBeyondTheEndIsTroubleOfItsOwn) {
  const TempFolder folder;
  const fs::path disk = folder / "disk";
  put_file(disk, base::Buffer(16u << 20));
  if (run("printf 'label: dos\\nstart=2048,size=2048\\nstart=20480,size=2048\\n' | sfdisk -q " +
          disk.string())
          .status != 0)
    GTEST_SKIP() << "sfdisk is not installed";
  const auto table =
      base::as_bytes(std::string_view("\0\0\0\x01", 4));  // the second starts at sector 16 777 216
  auto media = base::read_file(disk);
  std::ranges::copy(table, media.begin() + 446 + 16 + 8);
  put_file(disk, media);
  const auto source = acquire::open_source(disk);
  const auto& partitions = source->facts().partitions;
  const auto second = std::ranges::find(partitions, 2u, &acquire::Partition::number);
  if (second == partitions.end()) GTEST_SKIP() << "this libblkid does not list what lies beyond the end";
  EXPECT_EQ(second->trouble, "it lies beyond the end of the disk");
}

// A disk whose start cannot be read is still opened: that is what rescue is for.
TEST(Content, AnUnreadableStartIsNoReasonToRefuse) {
  const TempFolder folder;
  put_file(folder / "disk", media_without_zeros(1u << 20));
  const LoopDevice loop(folder / "disk");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  fs::resize_file(folder / "disk", 0);  // the kernel answers EIO for what is no longer there
  const auto source = acquire::open_source(loop.path());
  EXPECT_EQ(source->facts().bytes, 1u << 20);
  EXPECT_FALSE(source->facts().container);
}

TEST(Content, VolumesThatCryptsetupMade) {
  const TempFolder folder;
  for (const std::string type : {"luks1", "luks2"}) {
    const fs::path volume = folder / type;
    put_file(volume, {});
    fs::resize_file(volume, 32u << 20);
    const auto made = run("echo -n pass | cryptsetup luksFormat -q --type " + type +
                          " --pbkdf pbkdf2 --pbkdf-force-iterations 1000 " + volume.string() + " -");
    if (made.status != 0) GTEST_SKIP() << "cryptsetup is not installed or cannot work here: " << made.output;
    const auto container = acquire::open_source(volume)->facts().container;
    ASSERT_TRUE(container) << type;
    EXPECT_EQ(std::string(acquire::name_of(container->kind)) + container->version, type);
  }
}

TEST(Content, FileSystemsThatMkfsMadeAreNoContainers) {
  const TempFolder folder;
  for (const std::string command : {"mkfs.vfat", "mke2fs -q -F", "mkntfs -q -F"}) {
    if (!support::has_program(command.substr(0, command.find(' ')))) continue;
    put_file(folder / "disk", base::Buffer(16u << 20));
    const auto made = run(command + " " + (folder / "disk").string());
    ASSERT_EQ(made.status, 0) << command << made.output;
    EXPECT_FALSE(acquire::open_source(folder / "disk")->facts().container) << command;
  }
}

std::vector<std::string> codes(const acquire::SourceFacts& facts) {
  std::vector<std::string> found;
  for (const auto& advice : acquire::advice_on(facts)) found.push_back(advice.code);
  return found;
}

TEST(Advice, FollowsFromTheState) {
  acquire::SourceFacts facts;
  facts.bytes = 512'000;
  EXPECT_TRUE(codes(facts).empty());
  facts.mapping = acquire::Mapping{"x", "CRYPT-LUKS2-1-x"};
  EXPECT_EQ(codes(facts), (std::vector<std::string>{"open_volume"}));
  facts.mapping.reset();
  facts.container = Container{Container::Kind::lvm2, "2", std::nullopt};
  EXPECT_EQ(codes(facts), (std::vector<std::string>{"part_of_a_set"}));
  facts.container = Container{Container::Kind::apfs, {}, false};
  EXPECT_TRUE(codes(facts).empty());
}

TEST(Advice, OnADriveThatHidesIsLockedAndStatesAnotherSize) {
  acquire::SourceFacts facts;
  facts.bytes = 512'000;
  facts.drive.emplace();
  facts.drive->ata.emplace();
  facts.drive->ata->sectors = 2'000;
  facts.drive->ata->security.locked = true;
  facts.drive->ata->trim = true;
  facts.drive->hidden.emplace();
  facts.drive->hidden->hpa = {acquire::HiddenArea::State::present, 24, {}};
  facts.drive->hidden->ama = {acquire::HiddenArea::State::none, 0, {}};
  EXPECT_EQ(codes(facts), (std::vector<std::string>{"ata_locked", "trim", "hidden_area",
                                                    "hidden_area_unknown", "size_differs"}));
  facts.drive->hidden = acquire::HiddenAreas{};
  EXPECT_EQ(codes(facts),
            (std::vector<std::string>{"ata_locked", "trim", "hidden_area_unknown", "size_differs"}))
      << "all unknown is one thing to do";
  facts.partition = true;
  facts.disk_bytes = 1'024'000;
  EXPECT_EQ(codes(facts).back(), "hidden_area_unknown") << "a partition is smaller than its disk";
}

TEST(Advice, OnAnNvmeDriveWithSpaceInNoNamespace) {
  acquire::SourceFacts facts;
  facts.drive.emplace();
  facts.drive->nvme.emplace();
  facts.drive->nvme->unallocated_bytes = 4096;
  facts.drive->active_namespaces = {1, 2};
  EXPECT_EQ(codes(facts), (std::vector<std::string>{"unallocated", "other_namespaces"}));
}

}  // namespace
