// SPDX-License-Identifier: Apache-2.0
// A drive is asked over a channel that holds replies, as no test may rely on a drive.
#include "acquire/drive_facts.h"

#include <map>
#include <set>

#include "acquire/command_channel.h"
#include "acquire_support.h"
#include "storage_replies.h"

using namespace acquire_test;
using acquire::AtaCommand;
using acquire::NvmeCommand;
using State = acquire::HiddenArea::State;

namespace {

class RecordedChannel final : public acquire::CommandChannel {
 public:
  explicit RecordedChannel(Language language) : language_(language) {}
  Language language() const override { return language_; }
  Reply send(AtaCommand command) override {
    sent.emplace_back(acquire::name_of(command));
    return answered(ata.find(command), ata.end());
  }
  Reply send(NvmeCommand command) override {
    sent.emplace_back(acquire::name_of(command));
    return answered(nvme.find(command), nvme.end());
  }
  std::map<AtaCommand, Reply> ata;
  std::map<NvmeCommand, Reply> nvme;
  std::vector<std::string> sent;

 private:
  template <typename Iterator>
  static Reply answered(Iterator found, Iterator end) {
    if (found != end) return found->second;
    return {{}, {}, "no answer is recorded", false};
  }
  Language language_;
};

using Reply = acquire::CommandChannel::Reply;
Reply data(base::Buffer bytes) {
  return {std::move(bytes), {}, {}, false};
}
Reply registers(std::uint64_t lba) {
  return {{}, descriptor_sense(lba), {}, false};
}

class AtaDrive : public testing::Test {
 protected:
  AtaDrive() {
    channel_.ata[AtaCommand::identify_device] = data(usual_disk().finished());
    channel_.ata[AtaCommand::read_native_max_address_ext] = registers(3'907'029'167u);
    channel_.ata[AtaCommand::device_configuration_identify] =
        data(AtaWords().number(3, 4, 3'907'029'167u).finished());
    base::Buffer health(512);
    health[2] = std::byte{9};
    health[7] = std::byte{42};
    finish_sum(health);
    channel_.ata[AtaCommand::smart_read_data] = data(health);
  }
  RecordedChannel channel_{acquire::CommandChannel::Language::scsi};
};

TEST_F(AtaDrive, SaysAllOfIt) {
  const auto facts = acquire::ask_drive(channel_);
  EXPECT_TRUE(facts.not_answered.empty());
  EXPECT_EQ(facts.bytes(), std::uint64_t{3'907'029'168} * 512);
  EXPECT_EQ(facts.hidden->hpa.state, State::none);
  EXPECT_EQ(facts.hidden->dco.state, State::none);
  EXPECT_EQ(facts.ata_health->power_on_hours, 42u);
  const auto json = facts.to_json();
  EXPECT_EQ(json.at("speaks").text(), "ata");
  EXPECT_EQ(json.at("ata").at("serial").text(), "SN-0042");
  EXPECT_EQ(json.at("hidden").at("hpa").at("state").text(), "none");
  EXPECT_EQ(json.at("health").at("power_on_hours").text(), "42");
  EXPECT_EQ(json.find("not_answered"), nullptr);
}

TEST_F(AtaDrive, HiddenSectorsAreCounted) {
  channel_.ata[AtaCommand::read_native_max_address_ext] = registers(3'907'029'167u + 2'048);
  channel_.ata[AtaCommand::device_configuration_identify] =
      data(AtaWords().number(3, 4, 3'907'029'167u + 2'048 + 16).finished());
  const auto json = acquire::ask_drive(channel_).to_json();
  EXPECT_EQ(json.at("hidden").at("hpa").at("sectors").text(), "2048");
  EXPECT_EQ(json.at("hidden").at("dco").at("sectors").text(), "16");
}

TEST_F(AtaDrive, WhatIsNotAnsweredIsAFact) {
  channel_.ata[AtaCommand::device_configuration_identify] = {{}, {}, "the drive aborted the command", false};
  channel_.ata[AtaCommand::smart_read_data] = data(base::Buffer(100));
  const auto facts = acquire::ask_drive(channel_);
  ASSERT_EQ(facts.not_answered.size(), 2u);
  EXPECT_EQ(facts.not_answered[0].command, "DEVICE CONFIGURATION IDENTIFY");
  EXPECT_EQ(facts.not_answered[1].why, "the reply has 100 bytes instead of 512");
  EXPECT_EQ(facts.hidden->hpa.state, State::none);
  EXPECT_EQ(facts.hidden->dco, (acquire::HiddenArea{State::unknown, 0, "the drive aborted the command"}));
}

TEST_F(AtaDrive, AfterATimeoutNothingMoreIsSent) {
  channel_.ata[AtaCommand::read_native_max_address_ext] = {{}, {}, "no answer within 5 seconds", true};
  const auto facts = acquire::ask_drive(channel_);
  EXPECT_EQ(channel_.sent, (std::vector<std::string>{"IDENTIFY DEVICE", "READ NATIVE MAX ADDRESS EXT"}));
  EXPECT_EQ(facts.hidden->hpa.state, State::unknown);
  EXPECT_EQ(facts.hidden->dco.state, State::unknown);
  EXPECT_EQ(facts.not_answered.size(), 3u);
}

TEST_F(AtaDrive, FeaturesThatItDoesNotHaveAreNotAskedFor) {
  channel_.ata[AtaCommand::identify_device] = data(usual_disk().set(82, 0).set(83, 0x4400).finished());
  const auto facts = acquire::ask_drive(channel_);
  EXPECT_EQ(channel_.sent, (std::vector<std::string>{"IDENTIFY DEVICE"}));
  EXPECT_EQ(facts.hidden->hpa.state, State::none);
}

TEST_F(AtaDrive, BehindABridgeThatPassesNothingOnAllIsUnknown) {
  channel_.ata.clear();
  const auto facts = acquire::ask_drive(channel_);
  EXPECT_EQ(facts.speaks, acquire::DriveFacts::Language::neither);
  EXPECT_EQ(facts.hidden->hpa.state, State::unknown);
  EXPECT_EQ(facts.hidden->ama.why, "IDENTIFY DEVICE: no answer is recorded");
  EXPECT_EQ(channel_.sent.size(), 1u);
}

TEST(NvmeDrive, SaysAllOfItAndWhatNoNamespaceHolds) {
  RecordedChannel channel(acquire::CommandChannel::Language::nvme);
  base::Buffer controller(4096), space(4096), active(4096);
  controller[4] = std::byte{'S'};
  controller[297] = std::byte{16};  // 4096 bytes in no namespace
  space[1] = std::byte{1};          // 256 blocks
  space[130] = std::byte{9};        // of 512 bytes
  active[0] = std::byte{1};
  channel.nvme[NvmeCommand::identify_controller] = data(controller);
  channel.nvme[NvmeCommand::identify_namespace] = data(space);
  channel.nvme[NvmeCommand::active_namespaces] = data(active);
  const auto facts = acquire::ask_drive(channel);
  EXPECT_EQ(facts.bytes(), 131'072u);
  const auto json = facts.to_json();
  EXPECT_EQ(json.at("speaks").text(), "nvme");
  EXPECT_EQ(json.at("nvme").at("unallocated_bytes").text(), "4096");
  EXPECT_EQ(json.at("active_namespaces").items().size(), 1u);
  ASSERT_EQ(facts.not_answered.size(), 1u);
  EXPECT_EQ(facts.not_answered[0].command, "SMART / Health Information log");
}

// The standards' own list of what reads, written down a second time.
TEST(Commands, OnlyThoseThatReadCanBeSent) {
  using Code = std::pair<unsigned, unsigned>;  // command, feature
  const std::set<Code> reading = {{0xEC, 0x00}, {0xF8, 0x00}, {0x27, 0x00},
                                  {0xB1, 0xC2}, {0x78, 0x00}, {0xB0, 0xD0}};
  std::set<Code> sent;
  for (const AtaCommand command : acquire::kAtaCommands) {
    const auto block = acquire::pass_through(command);
    EXPECT_EQ(block[0], 0x85);
    const unsigned protocol = block[1] >> 1;
    EXPECT_TRUE(protocol == 3 || protocol == 4) << "no data, or PIO data-in";
    if (protocol == 4) EXPECT_EQ(block[2] & 0x08, 0x08) << "from the device";
    EXPECT_EQ(block[3], 0) << "upper byte of the feature";
    sent.insert({block[14], block[4]});
  }
  EXPECT_EQ(sent, reading);
  for (const NvmeCommand command : acquire::kNvmeCommands) {
    const auto code = acquire::code_of(command, 1);
    EXPECT_TRUE(code.opcode == 0x06 || code.opcode == 0x02) << "Identify, Get Log Page";
    EXPECT_EQ(code.opcode & 3, 2) << "bits 1:0 of an opcode: data from the controller to the host";
  }
}

TEST(Commands, SmartCarriesItsKeyAndExtendedOnesTheirBit) {
  const auto smart = acquire::pass_through(AtaCommand::smart_read_data);
  EXPECT_EQ(smart[10], 0x4F);
  EXPECT_EQ(smart[12], 0xC2);
  EXPECT_EQ(smart[6], 1) << "one sector";
  EXPECT_EQ(acquire::pass_through(AtaCommand::read_native_max_address)[1], 3 << 1);
  EXPECT_EQ(acquire::pass_through(AtaCommand::read_native_max_address_ext)[1], 3 << 1 | 1);
}

TEST(Commands, ALoopDeviceSpeaksNeither) {
  const TempFolder folder;
  put_file(folder / "disk", base::Buffer(1u << 20));
  const LoopDevice loop(folder / "disk");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  const auto fd = base::open_for_reading(loop.path());
  const auto channel = acquire::channel_of(fd.get());
  EXPECT_EQ(channel->language(), acquire::CommandChannel::Language::none);
  EXPECT_FALSE(channel->send(AtaCommand::identify_device).trouble.empty());
  EXPECT_FALSE(channel->send(NvmeCommand::identify_controller).trouble.empty());
  EXPECT_EQ(acquire::ask_drive(*channel).to_json().canonical(), R"({"speaks":"neither_ata_nor_nvme"})");
}

}  // namespace
