// SPDX-License-Identifier: Apache-2.0
#include "image/three_digests.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace image {
namespace {

using base::Algorithm;

constexpr std::array kThree{Algorithm::md5, Algorithm::sha1, Algorithm::sha256};
constexpr std::size_t kBlock = 64;

std::byte byte_of(std::uint64_t number, std::size_t index) {
  return static_cast<std::byte>(number >> (8 * index) & 0xff);
}

template <std::size_t count>
base::Buffer written_least_first(const std::array<std::uint32_t, count>& words) {
  base::Buffer out;
  for (const auto word : words) {
    for (std::size_t i = 0; i < 4; ++i) out.push_back(byte_of(word, i));
  }
  return out;
}

template <std::size_t count>
base::Buffer written_most_first(const std::array<std::uint32_t, count>& words) {
  base::Buffer out;
  for (const auto word : words) {
    for (std::size_t i = 4; i-- > 0;) out.push_back(byte_of(word, i));
  }
  return out;
}

base::Buffer check_input() {
  base::Buffer out(1024);
  std::uint32_t number = 0;
  for (auto& byte : out) {
    number = number * 1664525 + 1013904223;
    byte = byte_of(number, 3);
  }
  return out;
}

}  // namespace

base::Buffer last_blocks(base::Bytes tail, std::uint64_t bytes, LengthOrder order) {
  assert(tail.size() < kBlock);
  base::Buffer out = base::to_buffer(tail);
  out.push_back(std::byte{0x80});
  out.resize(out.size() + sizeof bytes <= kBlock ? kBlock : 2 * kBlock);
  const std::uint64_t bits = bytes * 8;
  for (std::size_t i = 0; i < sizeof bits; ++i) {
    out[out.size() - sizeof bits + i] = byte_of(bits, order == LengthOrder::least_first ? i : 7 - i);
  }
  return out;
}

bool agrees_with_openssl(ThreeKernel kernel) {
  const base::Buffer input = check_input();
  ThreeDigests ours(kernel), theirs(nullptr);
  ours.update(input);
  theirs.update(input);
  return ours.finish() == theirs.finish();
}

ThreeKernel trusted_kernel() {
  static const ThreeKernel kTrusted = [] {
    const ThreeKernel kernel = processor_kernel();
    return kernel != nullptr && agrees_with_openssl(kernel) ? kernel : nullptr;
  }();
  return kTrusted;
}

ThreeDigests::ThreeDigests(ThreeKernel kernel) : kernel_(kernel) {
  if (kernel_ != nullptr) return;
  for (const auto algorithm : kThree) openssl_.emplace_back(algorithm);
}

void ThreeDigests::update(base::Bytes bytes) {
  for (auto& hasher : openssl_) hasher.update(bytes);
  if (kernel_ == nullptr) return;
  bytes = fill_tail(bytes);
  const std::size_t whole = bytes.size() / kBlock;
  if (whole != 0) kernel_(states_, bytes.data(), whole);
  const auto rest = bytes.subspan(whole * kBlock);
  std::copy(rest.begin(), rest.end(), tail_.begin());
  bytes_ += bytes.size();
}

// Completes the block that was begun, if any; returns what is left, of which the first byte begins a block.
base::Bytes ThreeDigests::fill_tail(base::Bytes bytes) {
  const std::size_t begun = tail().size();
  if (begun == 0) return bytes;
  const auto filling = bytes.first(std::min(bytes.size(), kBlock - begun));
  std::copy(filling.begin(), filling.end(), tail_.begin() + static_cast<std::ptrdiff_t>(begun));
  bytes_ += filling.size();
  if (bytes_ % kBlock == 0) kernel_(states_, tail_.data(), 1);
  return bytes.subspan(filling.size());
}

ThreeStates ThreeDigests::completed(LengthOrder order) const {
  const auto last = last_blocks(tail(), bytes_, order);
  ThreeStates states = states_;
  kernel_(states, last.data(), last.size() / kBlock);
  return states;
}

base::Buffer ThreeDigests::prefix_sha256() const {
  if (kernel_ == nullptr) return openssl_.back().peek();
  return written_most_first(completed(LengthOrder::most_first).sha256);
}

std::map<Algorithm, base::Buffer> ThreeDigests::finish() {
  std::map<Algorithm, base::Buffer> digests;
  for (std::size_t i = 0; i < openssl_.size(); ++i) digests[kThree[i]] = openssl_[i].finish();
  if (kernel_ == nullptr) return digests;
  const ThreeStates md5 = completed(LengthOrder::least_first), sha = completed(LengthOrder::most_first);
  digests[Algorithm::md5] = written_least_first(md5.md5);
  digests[Algorithm::sha1] = written_most_first(sha.sha1);
  digests[Algorithm::sha256] = written_most_first(sha.sha256);
  states_ = {};
  bytes_ = 0;
  return digests;
}

}  // namespace image
