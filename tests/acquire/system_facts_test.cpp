// SPDX-License-Identifier: Apache-2.0
// A small sysfs of our own, as Linux lays it out.
#include "acquire/device_facts.h"
#include "acquire/port.h"
#include "acquire_support.h"

using namespace acquire_test;

namespace {

class FakeSystem : public testing::Test {
 protected:
  // One attribute below the root, with the line end that the kernel puts.
  void put(const std::string& name, const std::string& value) {
    fs::create_directories((folder_ / name).parent_path());
    put_file(folder_ / name, base::as_bytes(value + "\n"));
  }
  void link(const std::string& name, const std::string& target) {
    fs::create_directories((folder_ / name).parent_path());
    fs::create_directory_symlink(target, folder_ / name);
  }
  acquire::SystemFacts facts(const std::string& name) const {
    return acquire::system_facts(folder_ / name, folder_ / "udev");
  }
  TempFolder folder_;
};

const std::string kUsb = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2";
const std::string kUsbDisk = kUsb + "/1-2:1.0/host6/target6:0:0/6:0:0:1";

TEST_F(FakeSystem, TheBridgeAndTheDriveAreKeptApart) {
  put(kUsb + "/idVendor", "174c");
  put(kUsb + "/idProduct", "55aa");
  put(kUsb + "/product", "Dock");
  put(kUsb + "/serial", "0123456789AB");
  put(kUsb + "/speed", "5000");
  put(kUsb + "/1-2:1.0/bInterfaceNumber", "00");
  link(kUsb + "/1-2:1.0/driver", "../../../../../../bus/usb/drivers/uas");
  link(kUsb + "/driver", "../../../../../bus/usb/drivers/usb");
  put(kUsbDisk + "/model", "Samsung SSD 860 ");
  put(kUsbDisk + "/vendor", "ATA     ");
  put(kUsbDisk + "/rev", "2B6Q");
  put(kUsbDisk + "/wwid", "naa.5002538e40000000");
  put(kUsbDisk + "/vpd_pg80", std::string("\0\x80\0\x08S3Z9NB0K", 12));
  link(kUsbDisk + "/block/sdb/device", "../../../6:0:0:1");
  put(kUsbDisk + "/block/sdb/dev", "8:16");
  put(kUsbDisk + "/block/sdb/size", "1000215216");
  put(kUsbDisk + "/block/sdb/removable", "0");
  put(kUsbDisk + "/block/sdb/queue/rotational", "0");
  put(kUsbDisk + "/block/sdb/queue/zoned", "none");
  put(kUsbDisk + "/block/sdb/diskseq", "17");
  put(kUsbDisk + "/block/sdb/sdb1/partition", "1");
  put(kUsbDisk + "/block/sdb/sdb1/dev", "8:17");
  put("udev/b8:16",
      "S:disk/by-id/x\nE:ID_BUS=ata\nE:ID_SERIAL_SHORT=S3Z9NB0K\nE:ID_SERIAL=long\nE:ID_PATH=pci-1");

  const auto disk = facts(kUsbDisk + "/block/sdb");
  EXPECT_EQ(disk.serial, "S3Z9NB0K");
  EXPECT_EQ(disk.model, "Samsung SSD 860");
  EXPECT_EQ(disk.vendor, "ATA");
  EXPECT_EQ(disk.firmware, "2B6Q");
  EXPECT_EQ(disk.world_wide_id, "naa.5002538e40000000");
  EXPECT_EQ(disk.bus, "usb");
  EXPECT_EQ(disk.rotating, false);
  EXPECT_EQ(disk.disk_sequence, 17u);
  EXPECT_EQ(disk.disk_bytes, 1'000'215'216u * std::uint64_t{512});
  EXPECT_EQ(disk.numbers, (std::vector<std::string>{"8:16", "8:17"}));
  ASSERT_TRUE(disk.usb);
  EXPECT_EQ(disk.usb->serial, "0123456789AB");
  EXPECT_EQ(disk.usb->vendor_id + ":" + disk.usb->product_id, "174c:55aa");
  EXPECT_EQ(disk.usb->megabits_per_second, "5000");
  EXPECT_EQ(disk.usb->driver, "uas");
  EXPECT_EQ(disk.udev, (std::map<std::string, std::string>{
                           {"ID_BUS", "ata"}, {"ID_SERIAL_SHORT", "S3Z9NB0K"}, {"ID_PATH", "pci-1"}}));
  EXPECT_EQ(disk.port, "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0:0:1");
  EXPECT_FALSE(disk.partition);

  const auto partition = facts(kUsbDisk + "/block/sdb/sdb1");
  EXPECT_TRUE(partition.partition);
  EXPECT_EQ(partition.serial, "S3Z9NB0K");
  EXPECT_EQ(partition.numbers, (std::vector<std::string>{"8:17"}));
  EXPECT_EQ(partition.port, disk.port + "/partition 1");

  base::Json json = base::Json::object();
  disk.add_to(json);
  EXPECT_EQ(json.at("usb").at("serial").text(), "0123456789AB");
  EXPECT_EQ(json.at("serial").text(), "S3Z9NB0K");
  EXPECT_EQ(json.at("udev").at("id_path").text(), "pci-1");
}

TEST_F(FakeSystem, ACardHasItsRegister) {
  const std::string disk = "sys/devices/platform/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0";
  put("sys/devices/platform/mmc_host/mmc0/mmc0:aaaa/cid", "1b534d30303030301000000000011200");
  put("sys/devices/platform/mmc_host/mmc0/mmc0:aaaa/name", "00000");
  put("sys/devices/platform/mmc_host/mmc0/mmc0:aaaa/serial", "0x00000001");
  link(disk + "/device", "../../../mmc0:aaaa");
  const auto card = facts(disk);
  EXPECT_EQ(card.card_id, "1b534d30303030301000000000011200");
  EXPECT_EQ(card.serial, "0x00000001");
  EXPECT_EQ(card.model, "00000");
  EXPECT_EQ(card.port, "platform/mmc_host/mmc0");
}

TEST(Port, DoesNotHoldWhatTheKernelCountsUp) {
  const auto port = [](const std::string& path) { return acquire::port_of("/nowhere/devices/" + path); };
  EXPECT_EQ(port("pci0/ata3/host2/target2:0:0/2:0:0:0/block/sda"),
            port("pci0/ata3/host9/target9:0:0/9:0:0:0/block/sdq"));
  EXPECT_NE(port("usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb"),
            port("usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:1/block/sdc"))
      << "two slots of one reader";
  EXPECT_EQ(port("pci0/0000:01:00.0/nvme/nvme0/nvme0n1"), "pci0/0000:01:00.0/n1");
  EXPECT_EQ(port("pci0/0000:01:00.0/nvme/nvme3/nvme3n2"), "pci0/0000:01:00.0/n2");
  EXPECT_EQ(port("virtual/block/loop7"), "virtual/loop7");
  EXPECT_EQ(port("pci0/virtio1/block/vda"), "pci0/virtio1");
}

TEST_F(FakeSystem, WriteCountersOfTheWholeDisk) {
  put("sda/stat", " 513981 54416 23086583 578728 1221935 196960 108336048 567633 0 1 2 162320 3 4 5 6 7");
  put("sda/sda1/partition", "1");
  put("sda/sda1/stat", "0 0 0 0 0 0 0 0 0 0 0");
  const acquire::WriteCounters expected{1'221'935, 108'336'048, 162'320};
  EXPECT_EQ(acquire::write_counters(folder_ / "sda"), expected);
  EXPECT_EQ(acquire::write_counters(folder_ / "sda" / "sda1"), expected);
  put("old/stat", "1 2 3 4 5 6 7 8 9 10 11");  // before discards were counted
  EXPECT_EQ(acquire::write_counters(folder_ / "old"), (acquire::WriteCounters{5, 7, 0}));
  put("odd/stat", "1 2 x");
  EXPECT_FALSE(acquire::write_counters(folder_ / "odd"));
  EXPECT_FALSE(acquire::write_counters(folder_ / "absent"));
}

TEST(ScsiSerial, IsAsLongAsThePageSays) {
  const auto serial = [](std::string page) { return acquire::scsi_serial(base::as_bytes(page)); };
  EXPECT_EQ(serial(std::string("\0\x80\0\x04 A1 trailing", 16)), "A1");
  EXPECT_EQ(serial(std::string("\0\x80\xFF\xFFZZ", 6)), "ZZ") << "a page that says more than it holds";
  EXPECT_FALSE(serial(std::string("\0\x83\0\x02ZZ", 6))) << "another page";
  EXPECT_FALSE(serial(std::string("\0\x80\0", 3)));
}

TEST_F(FakeSystem, AnOpenEncryptedVolumeIsToBeImagedFirst) {
  put("sda/sda2/partition", "2");
  put("sda/sda2/holders/dm-0/dm/name", "evidence");
  put("sda/sda2/holders/dm-0/dm/uuid", "CRYPT-LUKS2-00112233-evidence");
  try {
    acquire::refuse_in_use("/dev/sda", folder_ / "sda");
    ADD_FAILURE() << "a held device was not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::conflict);
    EXPECT_NE(std::string(error.what()).find("open now as /dev/mapper/evidence"), std::string::npos);
    EXPECT_NE(error.advice.find("while it is unlocked"), std::string::npos) << error.advice;
  }
}

TEST_F(FakeSystem, AnotherHolderIsNamed) {
  put("sda/holders/md0/dev", "9:0");
  try {
    acquire::refuse_in_use("/dev/sda", folder_ / "sda");
    ADD_FAILURE() << "a held device was not refused";
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("part of md0"), std::string::npos) << error.what();
  }
}

TEST_F(FakeSystem, TheOpenViewItselfSaysWhatItIs) {
  put("sys/devices/virtual/block/dm-0/dm/name", "evidence");
  put("sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-BITLK-0011");
  const auto view = facts("sys/devices/virtual/block/dm-0");
  ASSERT_TRUE(view.mapping);
  EXPECT_EQ(view.mapping->name, "evidence");
  EXPECT_EQ(view.mapping->uuid, "CRYPT-BITLK-0011");
}

TEST(SourceFacts, ALoopDeviceCountsItsWritesAndSpeaksNeitherLanguage) {
  const TempFolder folder;
  put_file(folder / "disk", media_without_zeros(1u << 20));
  const LoopDevice loop(folder / "disk");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  const auto source = acquire::open_source(loop.path());
  const auto& facts = source->facts();
  ASSERT_TRUE(facts.writes_before);
  EXPECT_EQ(source->write_counters(), facts.writes_before) << "opening wrote nothing";
  EXPECT_EQ(facts.port, "virtual" + (folder / "disk").string()) << "a loop device is plugged into its file";
  const auto json = facts.to_json();
  EXPECT_EQ(json.at("drive").at("speaks").text(), "neither_ata_nor_nvme");
  EXPECT_EQ(json.at("disk_bytes").text(), "1048576");
  EXPECT_EQ(json.find("writes_after"), nullptr);
}

}  // namespace
