// SPDX-License-Identifier: Apache-2.0
// The registers of an ATA drive, as SCSI sense data carries them.
#include "acquire/ata.h"

namespace acquire {
namespace {

using Registers = Answer<AtaRegisters>;

constexpr std::uint8_t kBusy = 0x80, kDeviceFault = 0x20, kError = 0x01;  // bits of the status register
constexpr std::uint8_t kAborted = 0x04;                                   // of the error register

Registers judged(const AtaRegisters& registers) {
  if (registers.status & kBusy) return Registers::none("the drive is busy");
  if (registers.status & kError) {
    return Registers::none(registers.error & kAborted ? "the drive aborted the command"
                                                      : "the drive answered with an error");
  }
  if (registers.status & kDeviceFault) return Registers::none("the drive states a fault of its own");
  return {registers, {}};
}

// SAT-3, ATA Status Return descriptor: after type and length: extend, error, count (2), then the address with
// the bytes of the 28-bit registers and of the extension in turn, device, status.
AtaRegisters from_descriptor(base::Bytes descriptor) {
  base::ByteReader reader(descriptor);
  reader.skip(2);
  AtaRegisters registers;
  const bool extended = (reader.u8() & 1) != 0;
  registers.error = reader.u8();
  reader.skip(2);
  constexpr unsigned kShifts[] = {24, 0, 32, 8, 40, 16};
  for (const unsigned shift : kShifts) {
    const std::uint64_t byte = reader.u8();
    if (shift < 24 || extended) registers.lba |= byte << shift;
  }
  registers.device = reader.u8();
  registers.status = reader.u8();
  return registers;
}

Registers find_descriptor(base::Bytes sense) {
  base::ByteReader reader(sense);
  reader.skip(8);  // head of descriptor format sense data (SPC-4)
  while (reader.left() >= 2) {
    const base::Bytes rest = reader.rest();
    const auto type = std::to_integer<std::uint8_t>(rest[0]);
    const std::size_t bytes = std::to_integer<std::size_t>(rest[1]) + 2;
    if (type == 0x09 && bytes >= 14) return judged(from_descriptor(reader.take(14)));
    reader.skip(bytes);
  }
  return Registers::none("the reply does not hold the drive's registers");
}

// SAT-3, fixed format sense data: error, status, device and count stand in the field INFORMATION, the lower
// address in COMMAND- SPECIFIC INFORMATION, whose first byte tells whether upper bytes were dropped.
Registers from_fixed(base::Bytes sense) {
  base::ByteReader reader(sense);
  reader.skip(3);
  AtaRegisters registers;
  registers.error = reader.u8();
  registers.status = reader.u8();
  registers.device = reader.u8();
  reader.skip(2);  // count, additional length
  registers.lba_is_cut = (reader.u8() & 0x20) != 0;
  for (unsigned shift = 0; shift < 24; shift += 8) registers.lba |= std::uint64_t{reader.u8()} << shift;
  // 00h/1Dh, ATA pass-through information available: otherwise the fields mean something else.
  if (reader.u8() != 0x00 || reader.u8() != 0x1D)
    return Registers::none("the reply does not hold the drive's registers");
  return judged(registers);
}

}  // namespace

Registers ata_registers(base::Bytes sense) {
  if (sense.empty()) return Registers::none("no registers came back");
  try {
    const auto code = std::to_integer<unsigned>(sense[0]) & 0x7F;
    if (code == 0x72) return find_descriptor(sense);
    if (code == 0x70) return from_fixed(sense);
    return Registers::none("the sense data is of no known form");
  } catch (const base::Truncated&) {
    return Registers::none("the sense data is cut");
  }
}

}  // namespace acquire
