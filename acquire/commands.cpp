// SPDX-License-Identifier: Apache-2.0
// The commands that can be sent, and no others.
#include "acquire/command_channel.h"

namespace acquire {
namespace {

// ACS-3 and, for what it made obsolete, ATA/ATAPI-7. Some of these codes change the drive with another
// feature: B1h with C0h or C3h, 78h with 01h or 02h, B0h with D2h, D4h or D6h to DAh.
struct AtaCode {
  std::string_view name;
  std::uint8_t command, feature;
  enum class Form { lba28, lba48, data } form;
};

AtaCode code_of(AtaCommand command) {
  using Form = AtaCode::Form;
  switch (command) {
    case AtaCommand::identify_device:
      return {"IDENTIFY DEVICE", 0xEC, 0x00, Form::data};
    case AtaCommand::read_native_max_address:
      return {"READ NATIVE MAX ADDRESS", 0xF8, 0x00, Form::lba28};
    case AtaCommand::read_native_max_address_ext:
      return {"READ NATIVE MAX ADDRESS EXT", 0x27, 0x00, Form::lba48};
    case AtaCommand::device_configuration_identify:
      return {"DEVICE CONFIGURATION IDENTIFY", 0xB1, 0xC2, Form::data};
    case AtaCommand::get_native_max_address_ext:
      return {"GET NATIVE MAX ADDRESS EXT", 0x78, 0x00, Form::lba48};
    case AtaCommand::smart_read_data:
      break;
  }
  return {"SMART READ DATA", 0xB0, 0xD0, Form::data};
}

constexpr std::uint32_t kAllNamespaces = 0xFFFFFFFF;

}  // namespace

std::string_view name_of(AtaCommand command) {
  return code_of(command).name;
}

bool answers_with_data(AtaCommand command) {
  return code_of(command).form == AtaCode::Form::data;
}

std::array<std::uint8_t, 16> pass_through(AtaCommand command) {
  const AtaCode code = code_of(command);
  std::array<std::uint8_t, 16> block{};
  block[0] = 0x85;
  if (code.form == AtaCode::Form::data) {
    block[1] = 4 << 1;  // protocol: PIO data-in
    block[2] = 0x0E;    // from the device, in sectors, as many as the field COUNT says
    block[6] = 1;
  } else {
    block[1] = 3 << 1;  // protocol: no data
    block[2] = 0x20;    // CK_COND: return the registers
    if (code.form == AtaCode::Form::lba48) block[1] |= 1;
  }
  block[4] = code.feature;
  if (command == AtaCommand::smart_read_data) {
    block[10] = 0x4F;  // the key of all SMART commands
    block[12] = 0xC2;
  }
  block[13] = 0x40;  // device register: addresses are logical blocks
  block[14] = code.command;
  return block;
}

std::string_view name_of(NvmeCommand command) {
  switch (command) {
    case NvmeCommand::identify_controller:
      return "Identify Controller";
    case NvmeCommand::identify_namespace:
      return "Identify Namespace";
    case NvmeCommand::active_namespaces:
      return "Active Namespace ID list";
    case NvmeCommand::health_log:
      break;
  }
  return "SMART / Health Information log";
}

// NVM Express Base Specification 2.0: Identify (06h) with the structure in CNS; Get Log Page (02h) with the
// page and, above it, the number of dwords less one.
NvmeCode code_of(NvmeCommand command, std::uint32_t namespace_number) {
  switch (command) {
    case NvmeCommand::identify_controller:
      return {0x06, 0, 0x01, 4096};
    case NvmeCommand::identify_namespace:
      return {0x06, namespace_number, 0x00, 4096};
    case NvmeCommand::active_namespaces:
      return {0x06, 0, 0x02, 4096};
    case NvmeCommand::health_log:
      break;
  }
  return {0x02, kAllNamespaces, (512 / 4 - 1) << 16 | 0x02, 512};
}

}  // namespace acquire
