// SPDX-License-Identifier: Apache-2.0
#include "acquire/drive_facts.h"

#include "acquire/command_channel.h"

namespace acquire {
namespace {

class Asker {
 public:
  Asker(CommandChannel& channel, DriveFacts& facts) : channel_(channel), facts_(facts) {}

  void ask_ata();
  void ask_nvme();

 private:
  template <typename Command>
  Answer<base::Buffer> data(Command command);
  template <typename Value, typename Command>
  Answer<Value> ask(Command command, Answer<Value> (*parse)(base::Bytes));
  Answer<std::uint64_t> native(AtaCommand command, AddressBits bits);
  template <typename Value>
  void note(std::string_view command, const Answer<Value>& answer);
  void ask_limits(const AtaIdentity& identity);

  CommandChannel& channel_;
  DriveFacts& facts_;
  bool stuck_ = false;  // a command timed out
};

template <typename Command>
Answer<base::Buffer> Asker::data(Command command) {
  using Data = Answer<base::Buffer>;
  if (stuck_) return Data::none("not asked, because an earlier command timed out");
  auto reply = channel_.send(command);
  stuck_ = reply.timed_out;
  if (!reply.trouble.empty()) return Data::none(reply.trouble);
  return {reply.data.empty() ? std::move(reply.sense) : std::move(reply.data), {}};
}

template <typename Value>
void Asker::note(std::string_view command, const Answer<Value>& answer) {
  if (!answer.value) facts_.not_answered.push_back({std::string(command), answer.why});
}

template <typename Value, typename Command>
Answer<Value> Asker::ask(Command command, Answer<Value> (*parse)(base::Bytes)) {
  const auto reply = data(command);
  auto answer = reply.value ? parse(*reply.value) : Answer<Value>::none(reply.why);
  note(name_of(command), answer);
  return answer;
}

Answer<std::uint64_t> Asker::native(AtaCommand command, AddressBits bits) {
  const auto registers = ask<AtaRegisters>(command, ata_registers);
  if (!registers.value) return Answer<std::uint64_t>::none(registers.why);
  auto sectors = native_sectors(*registers.value, bits);
  note(name_of(command), sectors);
  return sectors;
}

// Only what the drive says that it has is asked for: some bridges and old drives need a reset after a command
// that they do not know.
void Asker::ask_limits(const AtaIdentity& identity) {
  AtaLimits limits;
  if (identity.host_protected_area) {
    limits.native = identity.lba48 ? native(AtaCommand::read_native_max_address_ext, AddressBits::lba48)
                                   : native(AtaCommand::read_native_max_address, AddressBits::lba28);
  }
  if (identity.configuration_overlay)
    limits.overlay = ask<std::uint64_t>(AtaCommand::device_configuration_identify, overlay_sectors);
  if (identity.accessible_max_address)
    limits.accessible = native(AtaCommand::get_native_max_address_ext, AddressBits::lba48);
  facts_.hidden = hidden_areas(identity, limits);
}

void Asker::ask_ata() {
  const auto identity = ask<AtaIdentity>(AtaCommand::identify_device, ata_identity);
  if (!identity.value) {
    const HiddenArea unknown{HiddenArea::State::unknown, 0, "IDENTIFY DEVICE: " + identity.why};
    facts_.hidden = HiddenAreas{unknown, unknown, unknown};
    return;
  }
  facts_.speaks = DriveFacts::Language::ata;
  facts_.ata = identity.value;
  ask_limits(*identity.value);
  if (identity.value->smart)
    facts_.ata_health = ask<AtaHealth>(AtaCommand::smart_read_data, ata_health).value;
}

void Asker::ask_nvme() {
  facts_.speaks = DriveFacts::Language::nvme;
  facts_.nvme = ask<NvmeController>(NvmeCommand::identify_controller, nvme_controller).value;
  facts_.nvme_namespace = ask<NvmeNamespace>(NvmeCommand::identify_namespace, nvme_namespace).value;
  const auto active = ask<std::vector<std::uint32_t>>(NvmeCommand::active_namespaces, nvme_active_namespaces);
  if (active.value) facts_.active_namespaces = *active.value;
  facts_.nvme_health = ask<NvmeHealth>(NvmeCommand::health_log, nvme_health).value;
}

}  // namespace

std::optional<std::uint64_t> DriveFacts::bytes() const {
  if (ata) return ata->bytes();
  if (nvme_namespace) return nvme_namespace->bytes();
  return std::nullopt;
}

DriveFacts ask_drive(CommandChannel& channel) {
  DriveFacts facts;
  Asker asker(channel, facts);
  if (channel.language() == CommandChannel::Language::scsi) asker.ask_ata();
  if (channel.language() == CommandChannel::Language::nvme) asker.ask_nvme();
  return facts;
}

}  // namespace acquire
