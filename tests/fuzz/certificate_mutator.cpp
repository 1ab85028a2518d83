// SPDX-License-Identifier: Apache-2.0
// Elements are changed with their lengths; what the first byte means: certificate_fuzz.cpp.
#include <algorithm>

#include "der_tree.h"
#include "promise.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  auto root =
      size == 0 || random() % 8 == 0 ? std::nullopt : fuzz::der_tree(fuzz::bytes_of(data + 1, size - 1));
  if (!root) return LLVMFuzzerMutate(data, size, most);
  for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) fuzz::change_der(*root, random);
  if (random() % 8 == 0) data[0] = static_cast<std::uint8_t>(data[0] ^ 2u);
  const base::Buffer der = root->encoded();
  if (der.size() + 1 > most) return size;
  std::ranges::copy(base::as_text(der), data + 1);
  return der.size() + 1;
}
