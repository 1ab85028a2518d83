// SPDX-License-Identifier: Apache-2.0
// The way to a drive below the file of its device. Every command that Holdfast can send stands in the two
// lists here; all of them read, and none changes the drive. One thread.
#pragma once

#include <array>
#include <memory>

#include "acquire/ata.h"

namespace acquire {

enum class AtaCommand {
  identify_device,
  read_native_max_address,
  read_native_max_address_ext,
  device_configuration_identify,
  get_native_max_address_ext,
  smart_read_data,
};
constexpr AtaCommand kAtaCommands[] = {AtaCommand::identify_device,
                                       AtaCommand::read_native_max_address,
                                       AtaCommand::read_native_max_address_ext,
                                       AtaCommand::device_configuration_identify,
                                       AtaCommand::get_native_max_address_ext,
                                       AtaCommand::smart_read_data};
std::string_view name_of(AtaCommand command);  // as the standard names it
// Whether the drive answers with 512 bytes; otherwise with its registers.
bool answers_with_data(AtaCommand command);
// The command within SCSI ATA PASS-THROUGH (16), 85h (SAT-3).
std::array<std::uint8_t, 16> pass_through(AtaCommand command);

enum class NvmeCommand { identify_controller, identify_namespace, active_namespaces, health_log };
constexpr NvmeCommand kNvmeCommands[] = {NvmeCommand::identify_controller, NvmeCommand::identify_namespace,
                                         NvmeCommand::active_namespaces, NvmeCommand::health_log};
std::string_view name_of(NvmeCommand command);
// An admin command: the whole of what is sent.
struct NvmeCode {
  std::uint8_t opcode;
  std::uint32_t namespace_number, dword_10, reply_bytes;
};
NvmeCode code_of(NvmeCommand command, std::uint32_t namespace_number);

class CommandChannel {
 public:
  virtual ~CommandChannel() = default;
  enum class Language { none, scsi, nvme };  // ATA travels within SCSI commands
  virtual Language language() const = 0;
  // Either data or, from commands that move none, sense data with the registers. `timed_out`: the drive may
  // be stuck, so nothing more should be sent.
  struct Reply {
    base::Buffer data, sense;
    std::string trouble;  // why there is no reply; else empty
    bool timed_out = false;
  };
  virtual Reply send(AtaCommand command) = 0;
  virtual Reply send(NvmeCommand command) = 0;
};

// By ioctl on the descriptor of a block device, which must outlive the channel; it may be read-only.
std::unique_ptr<CommandChannel> channel_of(int fd);

}  // namespace acquire
