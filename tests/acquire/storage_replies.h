// SPDX-License-Identifier: Apache-2.0
// Replies of drives, built after the specifications.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace acquire_test {

// Makes all bytes add up to 0, by the last.
inline void finish_sum(base::Buffer& reply) {
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < reply.size(); ++i) sum += std::to_integer<unsigned>(reply[i]);
  reply.back() = std::byte(-sum & 0xFF);
}

class AtaWords {
 public:
  AtaWords& set(std::size_t word, unsigned value) {
    words_[word] = static_cast<std::uint16_t>(value);
    return *this;
  }
  AtaWords& number(std::size_t first, std::size_t count, std::uint64_t value) {
    for (std::size_t i = 0; i < count; ++i, value >>= 16)
      words_[first + i] = static_cast<std::uint16_t>(value);
    return *this;
  }
  // Two characters in a word, the first in its upper byte; padded with blanks.
  AtaWords& text(std::size_t first, std::size_t count, std::string value) {
    value.resize(count * 2, ' ');
    for (std::size_t i = 0; i < count; ++i)
      set(first + i, static_cast<unsigned>(value[i * 2]) << 8 | static_cast<unsigned>(value[i * 2 + 1]));
    return *this;
  }
  // With signature A5h and checksum in word 255.
  base::Buffer finished() const {
    base::Buffer bytes;
    for (const std::uint16_t word : words_) {
      bytes.push_back(std::byte(word & 0xFF));
      bytes.push_back(std::byte(word >> 8));
    }
    bytes[510] = std::byte{0xA5};
    finish_sum(bytes);
    return bytes;
  }

 private:
  std::array<std::uint16_t, 256> words_{};
};

// A disk of 2 TB with 4096-byte physical sectors, HPA and DCO features, and SMART switched on.
inline AtaWords usual_disk() {
  AtaWords words;
  words.set(0, 0x0040).text(10, 10, "   SN-0042").text(23, 4, "FW1.0").text(27, 20, "HOLDFAST TEST DISK");
  words.number(60, 2, 268'435'455)
      .set(80, 0x01F0)
      .set(82, 1u << 10 | 1u)
      .set(83, 0x4000 | 1u << 10 | 1u << 11);
  return words.set(85, 1).number(100, 4, 3'907'029'168u).set(106, 0x4000 | 1u << 13 | 3).set(217, 7200);
}

// Descriptor format sense data with the ATA Status Return descriptor (SAT-3).
inline base::Buffer descriptor_sense(std::uint64_t lba, unsigned status = 0x50, unsigned error = 0) {
  base::Buffer sense(22);
  const auto put = [&](std::size_t at, std::uint64_t value) { sense[at] = std::byte(value & 0xFF); };
  put(0, 0x72), put(1, 0x01), put(3, 0x1D), put(7, 14);
  put(8, 0x09), put(9, 0x0C), put(10, 1), put(11, error);
  put(14, lba >> 24), put(15, lba), put(16, lba >> 32), put(17, lba >> 8), put(18, lba >> 40),
      put(19, lba >> 16);
  put(20, 0x40), put(21, status);
  return sense;
}

// Fixed format (SAT-3): only the lower 24 bits of the address.
inline base::Buffer fixed_sense(std::uint64_t lba, unsigned status = 0x50) {
  base::Buffer sense(18);
  const auto put = [&](std::size_t at, std::uint64_t value) { sense[at] = std::byte(value & 0xFF); };
  put(0, 0x70), put(2, 0x01), put(4, status), put(5, 0x40), put(7, 10);
  put(8, 0x80), put(9, lba), put(10, lba >> 8), put(11, lba >> 16), put(12, 0x00), put(13, 0x1D);
  return sense;
}

}  // namespace acquire_test
