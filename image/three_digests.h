// SPDX-License-Identifier: Apache-2.0
// MD5, SHA-1 and SHA-256 of one stream at once. Not for use by two threads at once.
//
// Each of the three is a chain in which every step waits for the one before it, so alone it leaves most of a
// processor core idle. Computed side by side over the same block, where the processor has instructions for
// SHA, the three cost little more than MD5 alone. Elsewhere OpenSSL computes them one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/digest.h"

namespace image {

// The chaining values, in the order and with the start values of RFC 1321, 3.3 and FIPS 180-4, 5.3.
struct ThreeStates {
  std::array<std::uint32_t, 4> md5{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<std::uint32_t, 5> sha1{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  std::array<std::uint32_t, 8> sha256{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};
// Takes `count` blocks of 64 bytes into the states.
using ThreeKernel = void (*)(ThreeStates& states, const std::byte* blocks, std::size_t count);

// The kernel for this processor; nullptr where there is none.
ThreeKernel processor_kernel();
// True where the kernel and OpenSSL find the same digests of a fixed input of 1 KiB.
bool agrees_with_openssl(ThreeKernel kernel);
// The kernel for this processor, checked once per process; nullptr where there is none or where it errs, as
// on a virtual processor that is broken: a wrong digest of evidence is worse than a slow one.
ThreeKernel trusted_kernel();

// What completes a message of `bytes` bytes of which `tail` is the end that fills no block: its last one or
// two blocks. RFC 1321 (MD5) writes the length least significant byte first, FIPS 180-4 (SHA) most.
enum class LengthOrder { least_first, most_first };
base::Buffer last_blocks(base::Bytes tail, std::uint64_t bytes, LengthOrder order);

class ThreeDigests {
 public:
  // Without a kernel: by OpenSSL.
  explicit ThreeDigests(ThreeKernel kernel = trusted_kernel());
  void update(base::Bytes bytes);
  // SHA-256 of all that was given so far; the stream goes on as if nobody had asked.
  base::Buffer prefix_sha256() const;
  // The digests of all that was given; afterwards the stream starts anew.
  std::map<base::Algorithm, base::Buffer> finish();

 private:
  base::Bytes tail() const { return base::Bytes(tail_).first(bytes_ % tail_.size()); }
  base::Bytes fill_tail(base::Bytes bytes);
  ThreeStates completed(LengthOrder order) const;

  ThreeKernel kernel_;
  ThreeStates states_;
  std::uint64_t bytes_ = 0;
  std::array<std::byte, 64> tail_;     // what came after the last whole block
  std::vector<base::Hasher> openssl_;  // only without a kernel
};

}  // namespace image
