// SPDX-License-Identifier: Apache-2.0
#include "acquire/ata.h"

#include <array>
#include <numeric>

#include "acquire/trimmed.h"

namespace acquire {
namespace {

constexpr std::size_t kReplyBytes = 512;
using Words = std::array<std::uint16_t, 256>;

std::optional<Words> words_of(base::Bytes reply) {
  if (reply.size() != kReplyBytes) return std::nullopt;
  Words words{};
  base::ByteReader reader(reply);
  for (auto& word : words) word = reader.u16le();
  return words;
}

std::string wrong_size(base::Bytes reply) {
  return "the reply has " + std::to_string(reply.size()) + " bytes instead of 512";
}

unsigned sum_of(base::Bytes reply) {
  return std::accumulate(reply.begin(), reply.end(), 0u,
                         [](unsigned sum, std::byte byte) { return sum + std::to_integer<unsigned>(byte); }) &
         0xFF;
}

bool bit(std::uint16_t word, unsigned number) {
  return (word >> number & 1) != 0;
}

// Words 83, 84, 87, 106, 119 and 120 count only with bit 14 set and bit 15 clear (ACS-3, IDENTIFY DEVICE).
bool is_stated(std::uint16_t word) {
  return (word & 0xC000) == 0x4000;
}

// Text in words: the first character is in the upper byte (ACS-3, conventions).
std::string text_at(const Words& words, std::size_t first, std::size_t count) {
  std::string text;
  for (std::size_t i = first; i < first + count; ++i) {
    text += static_cast<char>(words[i] >> 8);
    text += static_cast<char>(words[i] & 0xFF);
  }
  return trimmed(text);
}

std::uint64_t number_at(const Words& words, std::size_t first, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = count; i-- > 0;) number = number << 16 | words[first + i];
  return number;
}

std::uint64_t sectors_of(const Words& words, bool lba48) {
  if (bit(words[69], 3)) return number_at(words, 230, 4);  // extended number of user addressable sectors
  return lba48 ? number_at(words, 100, 4) : number_at(words, 60, 2);
}

void read_sector_sizes(const Words& words, AtaIdentity& identity) {
  const std::uint16_t sizes = words[106];
  if (!is_stated(sizes)) return;
  if (bit(sizes, 12)) {
    const std::uint64_t in_words = number_at(words, 117, 2);
    if (in_words >= 256 && in_words <= 32768)
      identity.logical_sector = static_cast<std::uint32_t>(in_words * 2);
  }
  identity.physical_sector = identity.logical_sector;
  if (bit(sizes, 13)) identity.physical_sector <<= sizes & 0xF;
}

void read_features(const Words& words, AtaIdentity& identity) {
  const bool word_83_counts = is_stated(words[83]);
  identity.lba48 = word_83_counts && bit(words[83], 10);
  identity.configuration_overlay = word_83_counts && bit(words[83], 11);
  identity.host_protected_area = bit(words[82], 10);
  // ACS-3 brought it; before, the bit was reserved.
  identity.accessible_max_address = bit(words[80], 10) && is_stated(words[119]) && bit(words[119], 8);
  identity.smart = bit(words[82], 0) && bit(words[85], 0);
  identity.trim = bit(words[169], 0);
  identity.trim_reads_same = bit(words[69], 14);
  identity.trim_reads_zeros = identity.trim_reads_same && bit(words[69], 5);
  identity.security = {bit(words[128], 0), bit(words[128], 1), bit(words[128], 2), bit(words[128], 3)};
  if (words[217] == 1) identity.rotating = false;                              // nominal media rotation rate
  if (words[217] >= 0x0401 && words[217] <= 0xFFFE) identity.rotating = true;  // in turns a minute
}

}  // namespace

Answer<AtaIdentity> ata_identity(base::Bytes reply) {
  const auto words = words_of(reply);
  if (!words) return Answer<AtaIdentity>::none(wrong_size(reply));
  // Word 255: where its low byte is A5h, all 512 bytes add up to 0 (ACS-3, integrity word).
  if (((*words)[255] & 0xFF) == 0xA5 && sum_of(reply) != 0)
    return Answer<AtaIdentity>::none("the reply's checksum does not hold");
  if (bit((*words)[0], 15)) return Answer<AtaIdentity>::none("it is no ATA disk");  // ATAPI and others
  AtaIdentity identity;
  identity.serial = text_at(*words, 10, 10);
  identity.firmware = text_at(*words, 23, 4);
  identity.model = text_at(*words, 27, 20);
  read_features(*words, identity);
  read_sector_sizes(*words, identity);
  identity.sectors = sectors_of(*words, identity.lba48);
  if (identity.sectors >> 48 != 0)
    return Answer<AtaIdentity>::none("the stated number of sectors has more than 48 bits");
  if (identity.sectors == 0 && identity.model.empty()) return Answer<AtaIdentity>::none("the reply is empty");
  return {identity, {}};
}

Answer<std::uint64_t> overlay_sectors(base::Bytes reply) {
  using Sectors = Answer<std::uint64_t>;
  const auto words = words_of(reply);
  if (!words) return Sectors::none(wrong_size(reply));
  // Words 3-6: maximum address; word 255 as in IDENTIFY DEVICE (ATA/ATAPI-7).
  if (((*words)[255] & 0xFF) != 0xA5 || sum_of(reply) != 0)
    return Sectors::none("the reply's checksum does not hold");
  const std::uint64_t maximum = number_at(*words, 3, 4);
  if (maximum >> 48 != 0) return Sectors::none("the stated maximum address has more than 48 bits");
  return {maximum + 1, {}};
}

Answer<AtaHealth> ata_health(base::Bytes reply) {
  if (reply.size() != kReplyBytes) return Answer<AtaHealth>::none(wrong_size(reply));
  if (sum_of(reply) != 0) return Answer<AtaHealth>::none("the reply's checksum does not hold");
  // After two bytes of revision: 30 attributes of 12 bytes: number, two of flags, value, worst, six raw, one
  // reserved (SFF-8035i; smartmontools: atacmds.h, and atacmds.cpp for the width of each raw value).
  base::ByteReader reader(reply);
  reader.skip(2);
  AtaHealth health;
  for (int i = 0; i < 30; ++i) {
    const std::uint8_t attribute = reader.u8();
    reader.skip(4);
    const std::uint32_t low = reader.u32le();
    const std::uint64_t raw = low | std::uint64_t{reader.u16le()} << 32;
    reader.skip(1);
    if (attribute == 5) health.reallocated_sectors = raw & 0xFFFF;
    if (attribute == 9) health.power_on_hours = raw & 0xFFFFFF;
    if (attribute == 194) health.temperature_celsius = raw & 0xFF;
    if (attribute == 197) health.pending_sectors = raw;
  }
  return {health, {}};
}

Answer<std::uint64_t> native_sectors(const AtaRegisters& registers, AddressBits bits) {
  if (registers.lba_is_cut)
    return Answer<std::uint64_t>::none("the bridge returns only a part of the address");
  if (bits == AddressBits::lba48) return {registers.lba + 1, {}};
  const std::uint64_t upper = registers.device & 0xF;  // bits 27:24 stand in the device register
  return {(upper << 24 | (registers.lba & 0xFFFFFF)) + 1, {}};
}

}  // namespace acquire
