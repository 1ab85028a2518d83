// SPDX-License-Identifier: Apache-2.0
// Source of the permutation: FIPS 202 §3.2 and §3.3 (step mappings, rho offsets, round constants); of the
// padding: "The Keccak reference" 3.0, pad10*1 without the domain bits that FIPS 202 adds.
#include "parse/keccak.h"

#include <bit>
#include <cstdint>

namespace parse {
namespace {

constexpr std::size_t kRate = 136;  // bytes absorbed per permutation: 1600 bits less twice 256
constexpr std::size_t kLanes = 25;
constexpr std::size_t kRounds = 24;
using State = std::array<std::uint64_t, kLanes>;  // lane (x, y) at x + 5 y

// FIPS 202 §3.2.5: bit 2^j - 1 of the constant of a round comes from a shift register over x^8+x^6+x^5+x^4+1.
constexpr std::array<std::uint64_t, kRounds> round_constants() {
  std::array<std::uint64_t, kRounds> constants{};
  unsigned shift_register = 1;
  for (auto& constant : constants) {
    for (unsigned j = 0; j <= 6; ++j) {
      if ((shift_register & 1u) != 0) constant |= std::uint64_t{1} << ((1u << j) - 1);
      shift_register <<= 1;
      if ((shift_register & 0x100u) != 0) shift_register ^= 0x171u;
    }
  }
  return constants;
}
constexpr auto kRoundConstants = round_constants();

void theta(State& a) {
  std::array<std::uint64_t, 5> parity{};
  for (std::size_t i = 0; i < kLanes; ++i) parity[i % 5] ^= a[i];
  for (std::size_t i = 0; i < kLanes; ++i)
    a[i] ^= parity[(i % 5 + 4) % 5] ^ std::rotl(parity[(i % 5 + 1) % 5], 1);
}

// The offset of step t is the triangular number (t+1)(t+2)/2, and (x, y) moves to (y, 2x+3y).
void rho_and_pi(State& a) {
  std::size_t x = 1;
  std::size_t y = 0;
  std::uint64_t moving = a[1];
  for (unsigned t = 0; t < 24; ++t) {
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    const std::uint64_t replaced = a[x + 5 * y];
    a[x + 5 * y] = std::rotl(moving, static_cast<int>((t + 1) * (t + 2) / 2 % 64));
    moving = replaced;
  }
}

void chi(State& a) {
  for (std::size_t row = 0; row < kLanes; row += 5) {
    const std::array<std::uint64_t, 5> old{a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]);
  }
}

void permute(State& a) {
  for (const std::uint64_t constant : kRoundConstants) {
    theta(a);
    rho_and_pi(a);
    chi(a);
    a[0] ^= constant;
  }
}

void absorb(State& a, base::Bytes block) {
  for (std::size_t i = 0; i < block.size(); ++i)
    a[i / 8] ^= std::to_integer<std::uint64_t>(block[i]) << (8 * (i % 8));
}

}  // namespace

std::array<std::byte, 32> keccak256(base::Bytes message) {
  State state{};
  for (; message.size() >= kRate; message = message.subspan(kRate)) {
    absorb(state, message.first(kRate));
    permute(state);
  }
  std::array<std::byte, kRate> last{};
  for (std::size_t i = 0; i < message.size(); ++i) last[i] = message[i];
  last[message.size()] ^= std::byte{0x01};
  last[kRate - 1] ^= std::byte{0x80};
  absorb(state, last);
  permute(state);
  std::array<std::byte, 32> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::byte>(state[i / 8] >> (8 * (i % 8)) & 0xffu);
  return digest;
}

}  // namespace parse
