// SPDX-License-Identifier: Apache-2.0
// What an ATA drive says of itself: pure parsers of its replies, after ATA/ATAPI-7 and ACS-3 (INCITS 522).
// A reply is 512 bytes of little-endian words; a wrong length or checksum is a reason, never a guess. Any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace acquire {

// A fact that was asked for: its value, or why there is none.
template <typename Value>
struct Answer {
  std::optional<Value> value;
  std::string why;  // empty where there is a value
  static Answer none(std::string why_not) { return {std::nullopt, std::move(why_not)}; }
};

// Word 128 of IDENTIFY DEVICE. A locked drive reads nothing until its password is given.
struct AtaSecurity {
  bool supported = false, enabled = false, locked = false, frozen = false;
};

struct AtaIdentity {
  std::string model, serial, firmware;  // padding removed; foreign text, not always clean
  std::uint64_t sectors = 0;            // that can be addressed now, of logical_sector bytes
  std::uint32_t logical_sector = 512, physical_sector = 512;
  bool lba48 = false;
  AtaSecurity security;
  bool trim = false;              // DATA SET MANAGEMENT with TRIM
  bool trim_reads_same = false;   // DRAT: after TRIM a sector always reads the same
  bool trim_reads_zeros = false;  // RZAT: it reads as zeros
  bool smart = false;             // supported and switched on
  bool host_protected_area = false, configuration_overlay = false,
       accessible_max_address = false;  // supported
  std::optional<bool> rotating;
  std::uint64_t bytes() const { return sectors * logical_sector; }
};

// Reply of IDENTIFY DEVICE (ECh).
Answer<AtaIdentity> ata_identity(base::Bytes reply);

// Reply of DEVICE CONFIGURATION IDENTIFY (B1h, feature C2h): the number of sectors that the drive has when no
// overlay hides any.
Answer<std::uint64_t> overlay_sectors(base::Bytes reply);

// Reply of SMART READ DATA (B0h, feature D0h). The attributes are a convention of vendors: raw values are
// read as smartmontools reads them by default. Absent where the drive does not state them.
struct AtaHealth {
  std::optional<std::uint64_t> power_on_hours, reallocated_sectors, pending_sectors, temperature_celsius;
};
Answer<AtaHealth> ata_health(base::Bytes reply);

// The registers that a drive returns with a command that moves no data.
struct AtaRegisters {
  std::uint8_t status = 0, error = 0, device = 0;
  std::uint64_t lba = 0;    // 48 bits; in 28-bit commands the low 24
  bool lba_is_cut = false;  // the bridge dropped upper bytes that were not zero
};
// From SCSI sense data: the ATA Status Return descriptor (SAT-3), or fixed format as some USB
// bridges return it. A drive that aborted the command is a reason.
Answer<AtaRegisters> ata_registers(base::Bytes sense);

// The number of sectors up to the native maximum address: of READ NATIVE MAX ADDRESS (F8h), and of its EXT
// (27h) and GET NATIVE MAX ADDRESS EXT (78h).
enum class AddressBits { lba28, lba48 };
Answer<std::uint64_t> native_sectors(const AtaRegisters& registers, AddressBits bits);

}  // namespace acquire
