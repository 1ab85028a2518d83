// SPDX-License-Identifier: Apache-2.0
// Checksums are put right after most changes; what each first byte means: e01_sections_fuzz.cpp.
#include "e01_repair.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (size == 0 || seed % 8 == 0) return size;  // wrong checksums are a case of their own
  const fuzz::Bytes bytes(reinterpret_cast<std::byte*>(data) + 1, size - 1);
  const unsigned which = data[0] % 8;
  if (which == 0 || which == 7) fuzz::put_zlib_right(bytes);
  if (which == 1) fuzz::put_error2_right(bytes);
  if (which == 2 && bytes.size() >= 16 + fuzz::kDescriptor)
    fuzz::put_right(bytes, 16, 16 + fuzz::kDescriptor - 4);
  if (which == 4) fuzz::put_table_right(bytes);
  if (which == 3 || which == 5 || which == 6) fuzz::put_end_right(bytes);
  return size;
}
