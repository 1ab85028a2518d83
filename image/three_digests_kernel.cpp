// SPDX-License-Identifier: Apache-2.0
// The kernel of ThreeDigests for x86-64 with SHA extensions. MD5 runs in the integer registers, SHA-1 and
// SHA-256 in the vector registers; the three share no data but the block, so that their instructions fill
// each other's waits. Compiled with these instructions in any build; run only where the processor has them.
//
// Sources: RFC 1321, 3.4; FIPS 180-4, 4 and 6; Intel 64 and IA-32 Architectures Software Developer's Manual,
// volume 2 (CPUID, SHA1RNDS4, SHA1NEXTE, SHA1MSG1, SHA1MSG2, SHA256RNDS2, SHA256MSG1, SHA256MSG2).
#include "image/three_digests.h"

#if defined(__x86_64__)

#include <bit>
#include <cstring>
#include <utility>

#include <cpuid.h>
#include <immintrin.h>

#define HOLDFAST_SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))
#define HOLDFAST_INLINE HOLDFAST_SHA_TARGET __attribute__((always_inline)) inline

namespace image {
namespace {

constexpr std::uint32_t kMd5Constants[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr int kMd5Rotations[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

alignas(16) constexpr std::uint32_t kSha256Constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

HOLDFAST_INLINE __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}
HOLDFAST_INLINE void store(void* to, __m128i value) {
  _mm_storeu_si128(static_cast<__m128i*>(to), value);
}

// Which of the block's 16 words a step takes.
constexpr int md5_word(int step) {
  switch (step / 16) {
    case 0:
      return step;
    case 1:
      return (5 * step + 1) % 16;
    case 2:
      return (3 * step + 5) % 16;
    default:
      return 7 * step % 16;
  }
}

// F, G, H and I. F and G are written so that least is left to do once b, the newest value, is known.
template <int step>
HOLDFAST_INLINE std::uint32_t md5_mix(std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if constexpr (step < 16) return d ^ (b & (c ^ d));
  if constexpr (step < 32) return (c & ~d) + (b & d);
  if constexpr (step < 48) return b ^ (c ^ d);
  return c ^ (b | ~d);
}

struct Md5 {
  std::uint32_t value[4];

  HOLDFAST_INLINE explicit Md5(const ThreeStates& states) {
    std::memcpy(value, states.md5.data(), sizeof value);
  }
  HOLDFAST_INLINE void put(ThreeStates& states) const { std::memcpy(states.md5.data(), value, sizeof value); }

  template <int step>
  HOLDFAST_INLINE void take(const std::byte* block) {
    std::uint32_t word;
    std::memcpy(&word, block + 4 * md5_word(step), sizeof word);
    std::uint32_t& a = value[(64 - step) % 4];
    const std::uint32_t b = value[(65 - step) % 4], c = value[(66 - step) % 4], d = value[(67 - step) % 4];
    a = b + std::rotl(a + word + kMd5Constants[step] + md5_mix<step>(b, c, d),
                      kMd5Rotations[step / 16][step % 4]);
  }
  HOLDFAST_INLINE void add(const Md5& before) {
    for (int i = 0; i < 4; ++i) value[i] += before.value[i];
  }
};

struct Sha1 {
  __m128i abcd;  // a in the highest word
  __m128i e;     // in the highest word; between quads: what abcd was a quad ago, from which e follows
  __m128i words[4];

  HOLDFAST_INLINE explicit Sha1(const ThreeStates& states)
      : abcd(_mm_shuffle_epi32(load(states.sha1.data()), 0x1b)),
        e(_mm_set_epi32(static_cast<int>(states.sha1[4]), 0, 0, 0)) {}
  HOLDFAST_INLINE void put(ThreeStates& states) const {
    store(states.sha1.data(), _mm_shuffle_epi32(abcd, 0x1b));
    states.sha1[4] = static_cast<std::uint32_t>(_mm_extract_epi32(e, 3));
  }

  HOLDFAST_INLINE void begin(const std::byte* block) {
    const __m128i turned = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    for (int i = 0; i < 4; ++i) words[i] = _mm_shuffle_epi8(load(block + 16 * i), turned);
  }
  // Four of the 80 rounds; then, in place of the four words used, those for the rounds sixteen later.
  template <int quad>
  HOLDFAST_INLINE void take() {
    __m128i& word = words[quad % 4];
    const __m128i added = quad == 0 ? _mm_add_epi32(e, word) : _mm_sha1nexte_epu32(e, word);
    e = abcd;
    abcd = _mm_sha1rnds4_epu32(abcd, added, quad / 5);
    if constexpr (quad < 16) {
      word = _mm_xor_si128(_mm_sha1msg1_epu32(word, words[(quad + 1) % 4]), words[(quad + 2) % 4]);
      word = _mm_sha1msg2_epu32(word, words[(quad + 3) % 4]);
    }
  }
  HOLDFAST_INLINE void add(const Sha1& before) {
    e = _mm_sha1nexte_epu32(e, before.e);
    abcd = _mm_add_epi32(abcd, before.abcd);
  }
};

struct Sha256 {
  __m128i abef, cdgh;  // a and c in the highest words
  __m128i words[4];

  HOLDFAST_INLINE explicit Sha256(const ThreeStates& states) {
    const __m128i badc = _mm_shuffle_epi32(load(&states.sha256[0]), 0xb1);
    const __m128i hgfe = _mm_shuffle_epi32(load(&states.sha256[4]), 0x1b);
    abef = _mm_alignr_epi8(badc, hgfe, 8);
    cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
  }
  HOLDFAST_INLINE void put(ThreeStates& states) const {
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    store(&states.sha256[0], _mm_blend_epi16(feba, dchg, 0xf0));
    store(&states.sha256[4], _mm_alignr_epi8(dchg, feba, 8));
  }

  HOLDFAST_INLINE void begin(const std::byte* block) {
    const __m128i turned = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    for (int i = 0; i < 4; ++i) words[i] = _mm_shuffle_epi8(load(block + 16 * i), turned);
  }
  // Four of the 64 rounds; then, in place of the four words used, those for the rounds sixteen later.
  template <int quad>
  HOLDFAST_INLINE void take() {
    __m128i& word = words[quad % 4];
    const __m128i added = _mm_add_epi32(word, load(kSha256Constants + 4 * quad));
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0e));
    if constexpr (quad < 12) {
      const __m128i newest = words[(quad + 3) % 4];
      const __m128i seven_back = _mm_alignr_epi8(newest, words[(quad + 2) % 4], 4);
      word = _mm_add_epi32(_mm_sha256msg1_epu32(word, words[(quad + 1) % 4]), seven_back);
      word = _mm_sha256msg2_epu32(word, newest);
    }
  }
  HOLDFAST_INLINE void add(const Sha256& before) {
    abef = _mm_add_epi32(abef, before.abef);
    cdgh = _mm_add_epi32(cdgh, before.cdgh);
  }
};

struct Three {
  Md5 md5;
  Sha1 sha1;
  Sha256 sha256;

  HOLDFAST_INLINE explicit Three(const ThreeStates& states) : md5(states), sha1(states), sha256(states) {}
  HOLDFAST_INLINE void put(ThreeStates& states) const {
    md5.put(states);
    sha1.put(states);
    sha256.put(states);
  }

  // A sixteenth of each: 4 of 64, of 80 and of 64 rounds; of SHA-1's twenty quads every fourth beat takes
  // two.
  template <int beat>
  HOLDFAST_INLINE void take(const std::byte* block) {
    sha256.take<beat>();
    sha1.take<5 * beat / 4>();
    if constexpr (beat % 4 == 3) sha1.take<5 * beat / 4 + 1>();
    md5.take<4 * beat>(block);
    md5.take<4 * beat + 1>(block);
    md5.take<4 * beat + 2>(block);
    md5.take<4 * beat + 3>(block);
  }
  template <int... beats>
  HOLDFAST_INLINE void take_all(const std::byte* block, std::integer_sequence<int, beats...>) {
    const Three before = *this;
    sha1.begin(block);
    sha256.begin(block);
    (take<beats>(block), ...);
    md5.add(before.md5);
    sha1.add(before.sha1);
    sha256.add(before.sha256);
  }
};

HOLDFAST_SHA_TARGET void take_blocks(ThreeStates& states, const std::byte* blocks, std::size_t count) {
  Three three(states);
  for (; count != 0; --count, blocks += 64) {
    three.take_all(blocks, std::make_integer_sequence<int, 16>());
  }
  three.put(states);
}

bool processor_has_sha() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
  const bool shuffles = (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  return shuffles && (b & bit_SHA) != 0;
}

}  // namespace

ThreeKernel processor_kernel() {
  return processor_has_sha() ? take_blocks : nullptr;
}

}  // namespace image

#else

namespace image {

ThreeKernel processor_kernel() {
  return nullptr;
}

}  // namespace image

#endif
