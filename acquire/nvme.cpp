// SPDX-License-Identifier: Apache-2.0
#include "acquire/nvme.h"

#include <algorithm>
#include <limits>

#include "acquire/trimmed.h"

namespace acquire {
namespace {

constexpr std::size_t kIdentifyBytes = 4096, kHealthBytes = 512;

std::string wrong_size(base::Bytes reply, std::size_t expected) {
  return "the reply has " + std::to_string(reply.size()) + " bytes instead of " + std::to_string(expected);
}

bool is_empty(base::Bytes reply) {
  return std::all_of(reply.begin(), reply.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

base::ByteReader at(base::Bytes reply, std::size_t offset) {
  base::ByteReader reader(reply);
  reader.skip(offset);
  return reader;
}

std::string text_at(base::Bytes reply, std::size_t offset, std::size_t count) {
  return trimmed(std::string(base::as_text(at(reply, offset).take(count))));
}

std::uint64_t wide_number(base::Bytes reply, std::size_t offset) {
  base::ByteReader reader = at(reply, offset);
  const std::uint64_t low = reader.u64le();
  return reader.u64le() == 0 ? low : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

// Base Specification 2.0, Identify Controller Data Structure.
Answer<NvmeController> nvme_controller(base::Bytes reply) {
  using Controller = Answer<NvmeController>;
  if (reply.size() != kIdentifyBytes) return Controller::none(wrong_size(reply, kIdentifyBytes));
  if (is_empty(reply)) return Controller::none("the reply is empty");
  NvmeController controller;
  controller.serial = text_at(reply, 4, 20);
  controller.model = text_at(reply, 24, 40);
  controller.firmware = text_at(reply, 64, 8);
  controller.total_bytes = wide_number(reply, 280);
  controller.unallocated_bytes = wide_number(reply, 296);
  controller.namespaces = at(reply, 516).u32le();
  controller.trim = (at(reply, 520).u16le() & 1u << 2) != 0;
  return {controller, {}};
}

// NVM Command Set Specification 1.0, Identify Namespace Data Structure and LBA Format Data Structure.
Answer<NvmeNamespace> nvme_namespace(base::Bytes reply) {
  using Namespace = Answer<NvmeNamespace>;
  if (reply.size() != kIdentifyBytes) return Namespace::none(wrong_size(reply, kIdentifyBytes));
  NvmeNamespace found;
  found.blocks = at(reply, 0).u64le();
  if (found.blocks == 0) return Namespace::none("the namespace is not active");
  const unsigned formatted = at(reply, 26).u8();
  const unsigned format = (formatted & 0xF) | (formatted >> 5 & 3) << 4;
  base::ByteReader reader = at(reply, 128 + std::size_t{format} * 4);
  found.metadata_bytes = reader.u16le();
  const unsigned exponent = reader.u8();
  if (exponent < 9 || exponent > 31) return Namespace::none("the stated size of a block is not possible");
  found.block_bytes = 1u << exponent;
  if (found.blocks > std::numeric_limits<std::uint64_t>::max() / found.block_bytes)
    return Namespace::none("the stated number of blocks is not possible");
  found.trim_reads_zeros = (at(reply, 33).u8() & 7) == 1;
  return {found, {}};
}

Answer<std::vector<std::uint32_t>> nvme_active_namespaces(base::Bytes reply) {
  using Numbers = Answer<std::vector<std::uint32_t>>;
  if (reply.size() != kIdentifyBytes) return Numbers::none(wrong_size(reply, kIdentifyBytes));
  std::vector<std::uint32_t> numbers;
  for (base::ByteReader reader(reply); reader.left() > 0;) {
    const std::uint32_t number = reader.u32le();
    if (number == 0) break;
    if (!numbers.empty() && number <= numbers.back()) return Numbers::none("the list is not ascending");
    numbers.push_back(number);
  }
  return {numbers, {}};
}

// Base Specification 2.0, SMART / Health Information Log. Temperatures are in kelvin.
Answer<NvmeHealth> nvme_health(base::Bytes reply) {
  if (reply.size() != kHealthBytes) return Answer<NvmeHealth>::none(wrong_size(reply, kHealthBytes));
  NvmeHealth health;
  health.critical_warning = at(reply, 0).u8();
  health.temperature_celsius = at(reply, 1).u16le() - 273;
  health.percentage_used = at(reply, 5).u8();
  health.data_units_written = wide_number(reply, 48);
  health.power_on_hours = wide_number(reply, 128);
  health.media_errors = wide_number(reply, 160);
  return {health, {}};
}

}  // namespace acquire
