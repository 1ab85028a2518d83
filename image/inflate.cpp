// SPDX-License-Identifier: Apache-2.0
#include "image/inflate.h"

#include <algorithm>
#include <limits>
#include <memory>

#include <isa-l/igzip_lib.h>

#include "image/checksum.h"

namespace image {
namespace {

// RFC 1950 §2.2: method 8, the two header bytes are a multiple of 31, no preset dictionary.
bool plain_zlib_header(base::Bytes packed) {
  if (packed.size() < 6) return false;
  const auto first = std::to_integer<unsigned>(packed[0]);
  const auto second = std::to_integer<unsigned>(packed[1]);
  return (first & 15) == 8 && (first * 256 + second) % 31 == 0 && (second & 0x20) == 0;
}

inflate_state& state_of_thread() {
  thread_local const auto state = std::make_unique<inflate_state>();
  return *state;
}

// Media hold long runs of equal chunks, mostly of zeros, whose short streams are equal too: the last stream
// of a thread that inflated to one byte repeated is remembered, and gives its bytes again without being
// inflated.
class RepeatedStream {
 public:
  std::optional<std::size_t> find(base::Bytes packed, std::span<std::byte> into) const {
    if (count_ == 0 || count_ > into.size() || !std::ranges::equal(packed, packed_)) return std::nullopt;
    std::fill_n(into.begin(), count_, value_);
    return count_;
  }
  void keep(base::Bytes packed, base::Bytes inflated) {
    if (packed.size() > kMostBytes || inflated.empty() || !all_equal(inflated)) return;
    packed_.assign(packed.begin(), packed.end());
    value_ = inflated.front();
    count_ = inflated.size();
  }

 private:
  static constexpr std::size_t kMostBytes = 512;
  base::Buffer packed_;
  std::byte value_{};
  std::size_t count_ = 0;  // of bytes inflated; 0: nothing is remembered
};

RepeatedStream& repeated_stream_of_thread() {
  thread_local RepeatedStream stream;
  return stream;
}

struct Inflated {
  std::optional<std::size_t> size;  // absent: not whole
  bool needs_room = false;
};

Inflated inflate_anew(base::Bytes packed, std::span<std::byte> into) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  if (!plain_zlib_header(packed) || into.size() > kMost) return {};
  inflate_state& state = state_of_thread();
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  // ISA-L only reads from next_in; its interface is not const.
  state.next_in = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(packed.data()));
  state.avail_in = static_cast<std::uint32_t>(std::min<std::size_t>(packed.size(), kMost));
  state.next_out = reinterpret_cast<std::uint8_t*>(into.data());
  state.avail_out = static_cast<std::uint32_t>(into.size());
  const int result = isal_inflate_stateless(&state);
  if (result == ISAL_DECOMP_OK && state.block_state == ISAL_BLOCK_FINISH) return {state.total_out};
  return {std::nullopt, result == ISAL_OUT_OVERFLOW};
}

}  // namespace

std::optional<std::size_t> inflate_zlib(base::Bytes packed, std::span<std::byte> into) {
  RepeatedStream& repeated = repeated_stream_of_thread();
  if (const auto count = repeated.find(packed, into)) return count;
  const auto count = inflate_anew(packed, into).size;
  if (count) repeated.keep(packed, into.first(*count));
  return count;
}

std::optional<base::Buffer> inflate_text(base::Bytes packed, std::size_t limit) {
  base::Buffer out(std::min<std::size_t>(limit, 4096));
  while (true) {
    const Inflated inflated = inflate_anew(packed, out);
    if (inflated.size) {
      out.resize(*inflated.size);
      return out;
    }
    if (!inflated.needs_room || out.size() >= limit) return std::nullopt;
    out.resize(std::min(limit, out.size() * 4));
  }
}

}  // namespace image
