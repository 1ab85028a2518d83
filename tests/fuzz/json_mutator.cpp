// SPDX-License-Identifier: Apache-2.0
// Most changes leave a text that is canonical: readers ask for that first.
#include <algorithm>

#include "base/json.h"
#include "promise.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 4 == 0) return size;  // other forms are a case of their own
  try {
    const std::string text = base::parse_json(fuzz::bytes_of(data, size)).canonical();
    if (text.size() > most) return size;
    std::ranges::copy(text, data);
    return text.size();
  } catch (const base::JsonError&) {
    return size;
  }
}
