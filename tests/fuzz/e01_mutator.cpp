// SPDX-License-Identifier: Apache-2.0
// Most changes are made inside a section, and checksums are put right afterwards.
#include <random>

#include "e01_input.h"
#include "e01_repair.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using fuzz::Bytes;
using fuzz::kDescriptor;
using fuzz::number;

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
      fuzz::put_section_right(file, at, end);
      fuzz::put_right(file, at, at + kDescriptor - 4);
    });
  }
  return size;
}
