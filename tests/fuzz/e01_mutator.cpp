// SPDX-License-Identifier: Apache-2.0
// Adler-32 stands in front of nearly everything in an E01, and chance does not get past it: most changes are
// made inside a section, and checksums are put right afterwards.
#include <cstring>
#include <random>

#include "e01_input.h"
#include "image/checksum.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using Bytes = std::span<std::byte>;
constexpr std::size_t kDescriptor = 76;

std::uint64_t number(Bytes bytes, std::size_t at, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = count; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

// Writes the checksum of [from, to) behind it, where there is room.
void put_right(Bytes file, std::uint64_t from, std::uint64_t to) {
  if (from > to || to > file.size() || file.size() - to < 4) return;
  const std::uint32_t sum = image::adler32(file.subspan(from, to - from));
  for (unsigned i = 0; i < 4; ++i) file[to + i] = static_cast<std::byte>(sum >> 8 * i);
}

void put_section_right(Bytes file, std::uint64_t at, std::uint64_t end) {
  const std::uint64_t data = at + kDescriptor;
  const auto is = [&](const char* type) {
    return std::strncmp(reinterpret_cast<char*>(&file[at]), type, 16) == 0;
  };
  if (end > file.size() || end < data + 4) return;
  if (is("volume") || is("disk") || is("data") || is("hash") || is("digest")) put_right(file, data, end - 4);
  if ((is("table") || is("table2")) && end - data >= 24) {
    put_right(file, data, data + 20);
    const std::uint64_t entries = number(file, data, 4);
    put_right(file, data + 24, data + 24 + 4 * entries);
  }
  if (is("error2") && end - data >= 520) {
    put_right(file, data, data + 516);
    put_right(file, data + 520, data + 520 + 8 * number(file, data, 4));
  }
}

template <typename Visit>
void each_section(Bytes file, Visit visit) {
  for (std::uint64_t at = 13; at + kDescriptor <= file.size();) {
    const std::uint64_t next = number(file, at + 16, 8);
    visit(at, std::min<std::uint64_t>(next, file.size()));
    if (next <= at || next > file.size()) return;
    at = next;
  }
}

void change_in_a_section(Bytes file, std::mt19937& random) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sections;
  each_section(file, [&](std::uint64_t at, std::uint64_t end) { sections.emplace_back(at, end); });
  if (sections.empty()) return;
  const auto [start, end] = sections[random() % sections.size()];
  const std::uint64_t stop = std::max(end, start + kDescriptor);
  const std::uint64_t reach = random() % 2 == 0 ? std::min<std::uint64_t>(stop - start, 140) : stop - start;
  const std::uint64_t at = start + random() % reach;
  std::uint8_t part[8];
  const std::size_t size = std::min<std::size_t>(1u << random() % 4, file.size() - at);
  std::memcpy(part, &file[at], size);
  LLVMFuzzerMutate(part, size, size);
  std::memcpy(&file[at], part, size);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  const auto files = [&] { return fuzz::files_of(std::span(reinterpret_cast<std::byte*>(data), size)); };
  if (random() % 4 == 0 || files().empty()) {
    size = LLVMFuzzerMutate(data, size, most);
  } else {
    const auto now = files();
    change_in_a_section(now[random() % now.size()], random);
  }
  if (random() % 8 == 0) return size;  // wrong checksums are a case of their own
  for (const Bytes file : files()) {
    each_section(file, [file](std::uint64_t at, std::uint64_t end) {
      put_section_right(file, at, end);
      put_right(file, at, at + kDescriptor - 4);
    });
  }
  return size;
}
