// SPDX-License-Identifier: Apache-2.0
// What an NVMe controller says of itself: pure parsers of its replies, after the NVM Express Base and NVM
// Command Set Specifications. Little-endian throughout. Any thread.
#pragma once

#include <vector>

#include "acquire/ata.h"

namespace acquire {

// Counters of 128 bits are read to 64: what is larger stands as the largest number.
struct NvmeController {
  std::string model, serial, firmware;
  std::uint64_t total_bytes = 0, unallocated_bytes = 0;  // TNVMCAP, UNVMCAP; 0 where not reported
  std::uint32_t namespaces = 0;                          // NN: the largest number that a namespace can have
  bool trim = false;                                     // DATASET MANAGEMENT
};
// Reply of Identify (06h) with CNS 01h: 4096 bytes.
Answer<NvmeController> nvme_controller(base::Bytes reply);

struct NvmeNamespace {
  std::uint64_t blocks = 0;  // NSZE
  std::uint32_t block_bytes = 0;
  std::uint16_t metadata_bytes = 0;
  bool trim_reads_zeros = false;
  std::uint64_t bytes() const { return blocks * block_bytes; }
};
// Reply of Identify with CNS 00h: 4096 bytes.
Answer<NvmeNamespace> nvme_namespace(base::Bytes reply);

// Reply of Identify with CNS 02h: the numbers of the active namespaces, ascending.
Answer<std::vector<std::uint32_t>> nvme_active_namespaces(base::Bytes reply);

struct NvmeHealth {
  std::uint8_t critical_warning = 0, percentage_used = 0;
  std::int32_t temperature_celsius = 0;
  std::uint64_t data_units_written = 0;  // of 512 000 bytes
  std::uint64_t power_on_hours = 0, media_errors = 0;
};
// Reply of Get Log Page (02h), page 02h: 512 bytes.
Answer<NvmeHealth> nvme_health(base::Bytes reply);

}  // namespace acquire
