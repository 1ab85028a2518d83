// SPDX-License-Identifier: Apache-2.0
// Puts the checksums of changed E01 structures right: Adler-32 stands in front of nearly everything, and
// chance does not get past it. For mutators.
#pragma once

#include <cstring>

#include "base/bytes.h"
#include "image/checksum.h"

namespace fuzz {

using Bytes = std::span<std::byte>;
constexpr std::size_t kDescriptor = 76;

inline std::uint64_t number(Bytes bytes, std::size_t at, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = count; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

inline void put_number(Bytes bytes, std::size_t at, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) bytes[at + i] = static_cast<std::byte>(value >> 8 * i);
}

// Writes the checksum of [from, to) behind it, where there is room.
inline void put_right(Bytes file, std::uint64_t from, std::uint64_t to) {
  if (from > to || to > file.size() || file.size() - to < 4) return;
  put_number(file, to, image::adler32(file.subspan(from, to - from)), 4);
}

inline void put_table_right(Bytes section) {
  if (section.size() < 24) return;
  put_right(section, 0, 20);
  put_right(section, 24, 24 + 4 * number(section, 0, 4));
}

inline void put_error2_right(Bytes section) {
  if (section.size() < 520) return;
  put_right(section, 0, 516);
  put_right(section, 520, 520 + 8 * number(section, 0, 4));
}

// volume, hash, digest: the last four bytes.
inline void put_end_right(Bytes section) {
  if (section.size() >= 4) put_right(section, 0, section.size() - 4);
}

// One stored block: its length, and the Adler-32 of the stream (big-endian).
inline void put_zlib_right(Bytes stream) {
  if (stream.size() < 11 || number(stream, 0, 3) != 0x010178 || stream.size() > 0xFFFF) return;
  const std::size_t size = stream.size() - 11;
  put_number(stream, 3, size, 2);
  put_number(stream, 5, ~size, 2);
  const std::uint32_t sum = image::adler32(stream.subspan(7, size));
  for (unsigned i = 0; i < 4; ++i) stream[7 + size + i] = static_cast<std::byte>(sum >> (24 - 8 * i));
}

inline void put_section_right(Bytes file, std::uint64_t at, std::uint64_t end) {
  const std::uint64_t data = at + kDescriptor;
  if (end > file.size() || end < data) return;
  const Bytes section = file.subspan(data, end - data);
  const auto is = [&](const char* type) {
    return std::strncmp(reinterpret_cast<char*>(&file[at]), type, 16) == 0;
  };
  if (is("volume") || is("disk") || is("data") || is("hash") || is("digest")) put_end_right(section);
  if (is("table") || is("table2")) put_table_right(section);
  if (is("error2")) put_error2_right(section);
  if (is("header") || is("header2")) put_zlib_right(section);
}

}  // namespace fuzz
