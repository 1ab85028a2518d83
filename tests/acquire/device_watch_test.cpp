// SPDX-License-Identifier: Apache-2.0
// A small /sys/block of our own, as Linux lays it out.
#include "acquire/device_watch.h"

#include <set>

#include "acquire_support.h"

using namespace acquire_test;

namespace {

using Names = std::vector<std::string>;

class FakeBlocks : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "block"); }
  void put(const std::string& name, const std::string& value) {
    fs::create_directories((folder_ / name).parent_path());
    put_file(folder_ / name, base::as_bytes(value + "\n"));
  }
  // As sysfs: the device lies below devices/, /sys/block holds a link to it.
  void attach(const std::string& name, std::uint64_t sectors, unsigned sequence) {
    put("devices/pci0000:00/0000:00:14.0/" + name + "/size", std::to_string(sectors));
    if (sequence > 0) put("devices/pci0000:00/0000:00:14.0/" + name + "/diskseq", std::to_string(sequence));
    if (!fs::is_symlink(folder_ / "block" / name))
      fs::create_directory_symlink("../devices/pci0000:00/0000:00:14.0/" + name, folder_ / "block" / name);
  }
  void detach(const std::string& name) {
    fs::remove(folder_ / "block" / name);
    fs::remove_all(folder_ / "devices/pci0000:00/0000:00:14.0" / name);
  }
  acquire::DeviceWatch watch() {
    return {{folder_ / "block", folder_ / "udev"}, [this](const std::string& path, const fs::path&) {
              return used_.contains(path) ? path + " is in use: mounted at /media/x" : "";
            }};
  }
  static Names names(const std::vector<acquire::AttachedDevice>& devices) {
    Names out;
    for (const auto& device : devices) out.push_back(device.name);
    return out;
  }
  TempFolder folder_;
  std::set<std::string> used_;
};

TEST_F(FakeBlocks, WhatWasThereIsPresentAndDoesNotCome) {
  attach("sda", 1000, 1);
  auto watch = this->watch();
  EXPECT_EQ(names(watch.present()), Names{"sda"});
  EXPECT_EQ(names(watch.look().came), Names{});
  attach("sdb", 31250000, 2);
  const auto change = watch.look();
  ASSERT_EQ(names(change.came), Names{"sdb"});
  EXPECT_EQ(change.came[0].path, "/dev/sdb");
  EXPECT_EQ(change.came[0].bytes, 16000000000u);
  EXPECT_EQ(change.came[0].disk_sequence, 2u);
  EXPECT_EQ(names(watch.look().came), Names{}) << "it came once";
}

TEST_F(FakeBlocks, WhatItIsStandsInSysfs) {
  auto watch = this->watch();
  attach("sdb", 1000, 2);
  put("devices/pci0000:00/0000:00:14.0/sdb/device/vendor", "SanDisk ");
  put("devices/pci0000:00/0000:00:14.0/sdb/device/model", "Cruzer          ");
  const auto change = watch.look();
  ASSERT_EQ(change.came.size(), 1u);
  EXPECT_EQ(change.came[0].model, "SanDisk Cruzer");
}

TEST_F(FakeBlocks, DevicesThatNobodyPluggedInAreIgnored) {
  auto watch = this->watch();
  for (const char* name : {"ram0", "zram0", "dm-0", "md127", "loop1"}) attach(name, 1000, 9);
  attach("loop2", 1000, 10);
  put("devices/pci0000:00/0000:00:14.0/loop2/loop/backing_file", "/tmp/disk.raw");
  attach("nvme0c0n1", 1000, 11);
  put("devices/pci0000:00/0000:00:14.0/nvme0c0n1/hidden", "1");
  attach("sdc", 0, 12);
  const auto change = watch.look();
  ASSERT_EQ(names(change.came), Names{"loop2"});
  EXPECT_EQ(change.came[0].model, "/tmp/disk.raw");
}

TEST_F(FakeBlocks, AMediumThatIsPutInComes) {
  attach("sdc", 0, 4);  // a card reader without a card
  auto watch = this->watch();
  EXPECT_TRUE(watch.present().empty());
  attach("sdc", 1000, 5);
  EXPECT_EQ(names(watch.look().came), Names{"sdc"});
  attach("sdc", 1000, 6);  // another card within the same second
  const auto change = watch.look();
  EXPECT_EQ(names(change.came), Names{"sdc"});
  EXPECT_EQ(names(change.went), Names{"sdc"});
}

TEST_F(FakeBlocks, WhatWasUnpluggedAndPluggedInAgainComesAlsoWithoutSequence) {
  attach("sdb", 1000, 0);
  auto watch = this->watch();
  detach("sdb");
  EXPECT_EQ(names(watch.look().went), Names{"sdb"});
  attach("sdb", 1000, 0);
  EXPECT_EQ(names(watch.look().came), Names{"sdb"});
}

TEST_F(FakeBlocks, WhatIsMountedIsNamedOnceAndComesWhenItIsReleased) {
  attach("sda", 1000, 1);
  used_ = {"/dev/sda", "/dev/sdb"};
  auto watch = this->watch();
  attach("sdb", 1000, 2);
  auto change = watch.look();
  EXPECT_TRUE(change.came.empty());
  ASSERT_EQ(names(change.in_use), Names{"sdb"});
  EXPECT_EQ(change.in_use[0].use, "/dev/sdb is in use: mounted at /media/x");
  EXPECT_TRUE(watch.look().in_use.empty()) << "it is named once";
  used_.clear();
  EXPECT_EQ(names(watch.look().came), Names{"sdb"}) << "and not sda, which was there at the start";
}

}  // namespace
