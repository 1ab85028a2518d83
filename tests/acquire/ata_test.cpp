// SPDX-License-Identifier: Apache-2.0
// Replies of ATA drives, built word by word after ACS-3 and ATA/ATAPI-7.
#include <gtest/gtest.h>

#include "acquire/hidden_areas.h"
#include "storage_replies.h"

using namespace acquire_test;
using State = acquire::HiddenArea::State;

namespace {

TEST(AtaIdentity, TextIsSwappedAndTrimmed) {
  const auto identity = acquire::ata_identity(usual_disk().finished()).value.value();
  EXPECT_EQ(identity.model, "HOLDFAST TEST DISK");
  EXPECT_EQ(identity.serial, "SN-0042");
  EXPECT_EQ(identity.firmware, "FW1.0");
}

TEST(AtaIdentity, CapacityOf48BitsOf28BitsAndExtended) {
  AtaWords words = usual_disk();
  EXPECT_EQ(acquire::ata_identity(words.finished()).value->sectors, 3'907'029'168u);
  words.set(83, 0x4000);  // stated, without LBA48
  EXPECT_EQ(acquire::ata_identity(words.finished()).value->sectors, 268'435'455u);
  words.set(69, 1u << 3).number(230, 4, 5'000'000'000u);
  EXPECT_EQ(acquire::ata_identity(words.finished()).value->sectors, 5'000'000'000u);
  words.number(230, 4, std::uint64_t{1} << 48);
  EXPECT_FALSE(acquire::ata_identity(words.finished()).value) << "more than 48 bits";
}

TEST(AtaIdentity, SectorSizesOf512eAnd4Kn) {
  AtaWords words = usual_disk();
  auto identity = *acquire::ata_identity(words.finished()).value;
  EXPECT_EQ(identity.logical_sector, 512u);
  EXPECT_EQ(identity.physical_sector, 4096u) << "word 106: 2^3 logical sectors in a physical one";
  words.set(106, 0x4000 | 1u << 12).number(117, 2, 2048);
  identity = *acquire::ata_identity(words.finished()).value;
  EXPECT_EQ(identity.logical_sector, 4096u);
  EXPECT_EQ(identity.physical_sector, 4096u);
  words.set(106, 0xFFFF);
  EXPECT_EQ(acquire::ata_identity(words.finished()).value->logical_sector, 512u) << "word 106 does not count";
}

TEST(AtaIdentity, SecurityAndTrim) {
  AtaWords words = usual_disk();
  words.set(128, 0b0111).set(169, 1).set(69, 1u << 14 | 1u << 5).set(217, 1);
  const auto identity = *acquire::ata_identity(words.finished()).value;
  EXPECT_TRUE(identity.security.supported);
  EXPECT_TRUE(identity.security.enabled);
  EXPECT_TRUE(identity.security.locked);
  EXPECT_FALSE(identity.security.frozen);
  EXPECT_TRUE(identity.trim);
  EXPECT_TRUE(identity.trim_reads_same);
  EXPECT_TRUE(identity.trim_reads_zeros);
  EXPECT_EQ(identity.rotating, false);
  words.set(69, 1u << 5);
  EXPECT_FALSE(acquire::ata_identity(words.finished()).value->trim_reads_zeros) << "only with DRAT";
}

TEST(AtaIdentity, AccessibleMaxAddressCountsFromAcs3) {
  AtaWords words = usual_disk();
  words.set(119, 0x4000 | 1u << 8).set(80, 1u << 9);
  EXPECT_FALSE(acquire::ata_identity(words.finished()).value->accessible_max_address);
  words.set(80, 1u << 10);
  EXPECT_TRUE(acquire::ata_identity(words.finished()).value->accessible_max_address);
}

TEST(AtaIdentity, WhatIsDamagedIsNotBelieved) {
  auto reply = usual_disk().finished();
  reply[60] ^= std::byte{1};
  EXPECT_EQ(acquire::ata_identity(reply).why, "the reply's checksum does not hold");
  reply.pop_back();
  EXPECT_EQ(acquire::ata_identity(reply).why, "the reply has 511 bytes instead of 512");
  EXPECT_FALSE(acquire::ata_identity(base::Buffer(512)).value) << "all zeros";
  AtaWords packet = usual_disk();
  packet.set(0, 0x8580);  // an ATAPI drive
  EXPECT_FALSE(acquire::ata_identity(packet.finished()).value);
  for (std::size_t size = 0; size < 512; size += 37) {
    EXPECT_FALSE(acquire::ata_identity(base::Buffer(size, std::byte{0xFF})).value);
  }
}

TEST(AtaHealth, AttributesAsSmartmontoolsReadsThem) {
  base::Buffer reply(512);
  const auto put = [&](std::size_t slot, unsigned number, std::initializer_list<unsigned> raw) {
    const std::size_t at = 2 + slot * 12;
    reply[at] = std::byte(number);
    std::size_t i = at + 5;
    for (const unsigned byte : raw) reply[i++] = std::byte(byte);
  };
  put(0, 5, {7, 0, 9, 9});             // a second counter stands above the lower 16 bits
  put(1, 9, {0x10, 0x27, 0, 0x33});    // 10 000 hours, minutes above
  put(2, 194, {31, 0, 12, 0, 55, 0});  // 31 °C, minimum and maximum above
  put(29, 197, {1, 0, 0, 0, 1, 0});    // the last slot; all 48 bits
  finish_sum(reply);
  const auto health = *acquire::ata_health(reply).value;
  EXPECT_EQ(health.reallocated_sectors, 7u);
  EXPECT_EQ(health.power_on_hours, 10'000u);
  EXPECT_EQ(health.temperature_celsius, 31u);
  EXPECT_EQ(health.pending_sectors, (std::uint64_t{1} << 32) + 1);
  reply[100] ^= std::byte{4};
  EXPECT_FALSE(acquire::ata_health(reply).value);
  EXPECT_FALSE(acquire::ata_health(base::Buffer(512)).value->power_on_hours) << "not stated is absent";
}

TEST(AtaRegisters, FromADescriptorWithAll48Bits) {
  const auto registers = *acquire::ata_registers(descriptor_sense(0x1234'5678'9ABC)).value;
  EXPECT_EQ(registers.lba, 0x1234'5678'9ABCu);
  EXPECT_EQ(*acquire::native_sectors(registers, acquire::AddressBits::lba48).value, 0x1234'5678'9ABDu);
}

TEST(AtaRegisters, Of28BitsTheUpperStandInTheDeviceRegister) {
  acquire::AtaRegisters registers;
  registers.lba = 0xABCDEF;
  registers.device = 0xE3;
  EXPECT_EQ(*acquire::native_sectors(registers, acquire::AddressBits::lba28).value, 0x3AB'CDEFu + 1);
}

TEST(AtaRegisters, FixedFormatIsCutWhereItSaysSo) {
  auto sense = fixed_sense(0x123456);
  EXPECT_EQ(acquire::ata_registers(sense).value->lba, 0x123456u);
  EXPECT_TRUE(
      acquire::native_sectors(*acquire::ata_registers(sense).value, acquire::AddressBits::lba48).value);
  sense[8] |= std::byte{0x20};
  EXPECT_FALSE(
      acquire::native_sectors(*acquire::ata_registers(sense).value, acquire::AddressBits::lba48).value);
  sense[13] = std::byte{0};  // another additional sense code: these are no registers
  EXPECT_FALSE(acquire::ata_registers(sense).value);
}

TEST(AtaRegisters, RefusalAndDamageAreReasons) {
  EXPECT_EQ(acquire::ata_registers(descriptor_sense(5, 0x51, 0x04)).why, "the drive aborted the command");
  EXPECT_EQ(acquire::ata_registers(descriptor_sense(5, 0x70)).why, "the drive states a fault of its own");
  EXPECT_EQ(acquire::ata_registers({}).why, "no registers came back");
  const auto sense = descriptor_sense(77);
  for (std::size_t size = 1; size < sense.size(); ++size) {
    EXPECT_FALSE(acquire::ata_registers(base::Bytes(sense).first(size)).value) << size;
  }
  EXPECT_FALSE(acquire::ata_registers(base::Buffer(64, std::byte{0xFF})).value);
}

class HiddenAreas : public testing::Test {
 protected:
  HiddenAreas() {
    identity_.sectors = 1'000;
    identity_.host_protected_area = identity_.configuration_overlay = true;
  }
  acquire::HiddenAreas found() const { return acquire::hidden_areas(identity_, limits_); }
  acquire::AtaIdentity identity_;
  acquire::AtaLimits limits_{{1'000, {}}, {1'000, {}}, {1'000, {}}};
};

TEST_F(HiddenAreas, NoneWhereAllAgree) {
  EXPECT_EQ(found().hpa, (acquire::HiddenArea{State::none, 0, {}}));
  EXPECT_EQ(found().dco, (acquire::HiddenArea{State::none, 0, {}}));
  EXPECT_EQ(found().ama.state, State::none);
  EXPECT_FALSE(found().ama.why.empty()) << "this drive does not have the feature";
}

TEST_F(HiddenAreas, ProtectedAreaAndOverlayEachWithTheirSectors) {
  limits_.native = {1'200, {}};
  limits_.overlay = {1'500, {}};
  EXPECT_EQ(found().hpa, (acquire::HiddenArea{State::present, 200, {}}));
  EXPECT_EQ(found().dco, (acquire::HiddenArea{State::present, 300, {}}));
}

TEST_F(HiddenAreas, WhatFailsIsUnknownWithItsReason) {
  limits_.native = acquire::Answer<std::uint64_t>::none("aborted");
  limits_.overlay = acquire::Answer<std::uint64_t>::none("frozen");
  EXPECT_EQ(found().hpa, (acquire::HiddenArea{State::unknown, 0, "aborted"}));
  EXPECT_EQ(found().dco, (acquire::HiddenArea{State::unknown, 0, "frozen"}));
  limits_.overlay = {1'500, {}};
  EXPECT_EQ(found().dco.state, State::unknown) << "whose the 500 hidden sectors are is not known";
  EXPECT_NE(found().dco.why.find("500 sectors"), std::string::npos) << found().dco.why;
}

TEST_F(HiddenAreas, AMaximumBelowWhatIsShownIsNotBelieved) {
  limits_.native = {999, {}};
  EXPECT_EQ(found().hpa.state, State::unknown);
}

TEST_F(HiddenAreas, WithoutProtectedAreaTheOverlayIsAgainstWhatIsShown) {
  identity_.host_protected_area = false;
  limits_.native = acquire::Answer<std::uint64_t>::none("not asked");
  limits_.overlay = {1'010, {}};
  EXPECT_EQ(found().hpa.state, State::none);
  EXPECT_EQ(found().dco, (acquire::HiddenArea{State::present, 10, {}}));
}

TEST_F(HiddenAreas, AccessibleMaxAddress) {
  identity_.accessible_max_address = true;
  limits_.accessible = {1'001, {}};
  EXPECT_EQ(found().ama, (acquire::HiddenArea{State::present, 1, {}}));
}

TEST(Overlay, MaximumAddressStandsInWords3To6) {
  AtaWords words;
  words.set(0, 2).number(3, 4, 3'907'029'167u);
  EXPECT_EQ(*acquire::overlay_sectors(words.finished()).value, 3'907'029'168u);
  auto damaged = words.finished();
  damaged[7] ^= std::byte{1};
  EXPECT_FALSE(acquire::overlay_sectors(damaged).value);
  words.number(3, 4, ~std::uint64_t{0});
  EXPECT_FALSE(acquire::overlay_sectors(words.finished()).value) << "more than 48 bits";
}

}  // namespace
