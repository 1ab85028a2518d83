// SPDX-License-Identifier: Apache-2.0
// How one input of the fuzzer holds the files of an E01: a byte whose lower two bits are the number of files
// less one; the length (u24, little-endian) of each but the last; the files.
#pragma once

#include <algorithm>
#include <vector>

#include "base/bytes.h"

namespace fuzz {

template <typename Byte>
std::vector<std::span<Byte>> files_of(std::span<Byte> input) {
  if (input.empty()) return {};
  const std::size_t count = (static_cast<std::size_t>(input[0]) & 3) + 1;
  if (input.size() < 1 + 3 * (count - 1)) return {};
  const auto heads = input.subspan(1, 3 * (count - 1));
  auto rest = input.subspan(1 + heads.size());
  std::vector<std::span<Byte>> files;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const auto part = [&heads, i](std::size_t n) { return static_cast<std::size_t>(heads[3 * i + n]); };
    const std::size_t size = std::min(part(0) | part(1) << 8 | part(2) << 16, rest.size());
    files.push_back(rest.first(size));
    rest = rest.subspan(size);
  }
  files.push_back(rest);
  return files;
}

// REQUIRES: one to four files.
inline base::Buffer input_of(const std::vector<base::Buffer>& files) {
  base::Buffer input{static_cast<std::byte>(files.size() - 1)};
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    for (int shift = 0; shift < 24; shift += 8)
      input.push_back(static_cast<std::byte>(files[i].size() >> shift));
  }
  for (const auto& file : files) input.insert(input.end(), file.begin(), file.end());
  return input;
}

}  // namespace fuzz
