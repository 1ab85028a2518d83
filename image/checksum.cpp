// SPDX-License-Identifier: Apache-2.0
#include "image/checksum.h"

#include <cstring>

#include <isa-l/igzip_lib.h>

namespace image {

std::uint32_t adler32(base::Bytes bytes) {
  return isal_adler32(1, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

bool all_zero(base::Bytes bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} && all_equal(bytes));
}

bool all_equal(base::Bytes bytes) {
  // Each byte equals the one before it: memcmp is as fast as the memory.
  return bytes.empty() || std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

}  // namespace image
