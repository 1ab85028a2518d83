// SPDX-License-Identifier: Apache-2.0
// SG_IO and NVME_IOCTL_ADMIN_CMD.
#include "acquire/command_channel.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

namespace acquire {
namespace {

constexpr unsigned kLimitMilliseconds = 5'000;  // of each command
constexpr unsigned kCheckCondition = 0x02;      // SCSI status
constexpr unsigned kTimeOut = 0x03;             // host status DID_TIME_OUT (linux/scsi_status.h)

std::string words_of(int error_number) {
  return std::generic_category().message(error_number);
}

// SPC-4, sense key: where it stands depends on the format.
unsigned sense_key(base::Bytes sense) {
  if (sense.size() < 3) return 0;
  const bool descriptor = (std::to_integer<unsigned>(sense[0]) & 0x7F) >= 0x72;
  return std::to_integer<unsigned>(sense[descriptor ? 1 : 2]) & 0xF;
}

class IoctlChannel final : public CommandChannel {
 public:
  explicit IoctlChannel(int fd) : fd_(fd) {
    int version = 0;
    const int number = ioctl(fd, NVME_IOCTL_ID);
    if (number > 0) {
      namespace_number_ = static_cast<std::uint32_t>(number);
      language_ = Language::nvme;
    } else if (ioctl(fd, SG_GET_VERSION_NUM, &version) == 0) {
      language_ = Language::scsi;
    }
  }
  Language language() const override { return language_; }
  Reply send(AtaCommand command) override;
  Reply send(NvmeCommand command) override;

 private:
  int fd_;
  Language language_ = Language::none;
  std::uint32_t namespace_number_ = 0;
};

// The registers come back as sense data of a check condition, which is no failure then.
void judge(const sg_io_hdr_t& header, AtaCommand command, CommandChannel::Reply& reply) {
  reply.timed_out = header.host_status == kTimeOut;
  if (reply.timed_out) {
    reply.trouble = "no answer within " + std::to_string(kLimitMilliseconds / 1000) + " seconds";
  } else if (header.host_status != 0) {
    reply.trouble = "the adapter gave up with host status " + std::to_string(header.host_status);
  } else if (header.status == kCheckCondition && sense_key(reply.sense) == 0x05) {
    reply.trouble = "what lies between does not pass ATA commands on (illegal request)";
  } else if (header.status != 0 && (answers_with_data(command) || header.status != kCheckCondition)) {
    const auto registers = ata_registers(reply.sense);
    reply.trouble = registers.why.empty() ? "SCSI status " + std::to_string(header.status) : registers.why;
  }
}

CommandChannel::Reply IoctlChannel::send(AtaCommand command) {
  Reply reply;
  auto block = pass_through(command);
  reply.sense.resize(64);
  if (answers_with_data(command)) reply.data.resize(512);
  sg_io_hdr_t header{};
  header.interface_id = 'S';
  header.dxfer_direction = reply.data.empty() ? SG_DXFER_NONE : SG_DXFER_FROM_DEV;
  header.cmd_len = static_cast<unsigned char>(block.size());
  header.cmdp = block.data();
  header.mx_sb_len = static_cast<unsigned char>(reply.sense.size());
  header.sbp = reinterpret_cast<unsigned char*>(reply.sense.data());
  header.dxfer_len = static_cast<unsigned>(reply.data.size());
  header.dxferp = reply.data.data();
  header.timeout = kLimitMilliseconds;
  if (ioctl(fd_, SG_IO, &header) != 0) {
    reply.trouble = words_of(errno);
    return reply;
  }
  reply.sense.resize(std::min<std::size_t>(header.sb_len_wr, reply.sense.size()));
  judge(header, command, reply);
  const auto missing = static_cast<std::size_t>(std::max(header.resid, 0));
  reply.data.resize(reply.data.size() - std::min(missing, reply.data.size()));
  if (answers_with_data(command)) reply.sense.clear();  // it was no part of the answer
  return reply;
}

CommandChannel::Reply IoctlChannel::send(NvmeCommand command) {
  Reply reply;
  const NvmeCode code = code_of(command, namespace_number_);
  reply.data.resize(code.reply_bytes);
  nvme_passthru_cmd request{};
  request.opcode = code.opcode;
  request.nsid = code.namespace_number;
  request.addr = reinterpret_cast<std::uintptr_t>(reply.data.data());
  request.data_len = code.reply_bytes;
  request.cdw10 = code.dword_10;
  request.timeout_ms = kLimitMilliseconds;
  const int status = ioctl(fd_, NVME_IOCTL_ADMIN_CMD, &request);
  if (status < 0) {
    reply.timed_out = errno == ETIMEDOUT || errno == EINTR;
    reply.trouble = words_of(errno);
  } else if (status > 0) {
    reply.trouble = "NVMe status " + std::to_string(status);
  }
  return reply;
}

}  // namespace

std::unique_ptr<CommandChannel> channel_of(int fd) {
  return std::make_unique<IoctlChannel>(fd);
}

}  // namespace acquire
