// SPDX-License-Identifier: Apache-2.0
// What the processor and the system must be able to do before anything is imaged.
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "acquire/selftest_checks.h"
#include "acquire/selftest_media.h"
#include "base/time.h"
#include "image/three_digests.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

struct Vector {
  std::string_view message;
  unsigned times;  // the message again and again
  std::string_view md5, sha1, sha256;
};
// MD5: RFC 1321, A.5. SHA-1 and SHA-256: the examples to FIPS 180-4 that NIST publishes, and of no bytes.
constexpr std::array kVectors{
    Vector{"", 1, "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    Vector{"abc", 1, "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    Vector{"abcdefghijklmnopqrstuvwxyz", 1, "c3fcd3d76192e4007dfb496cca67e13b", "", ""},
    Vector{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "",
           "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    Vector{"a", 1'000'000, "", "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
           "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};

unsigned require_digest(const std::map<base::Algorithm, base::Buffer>& found, base::Algorithm algorithm,
                        std::string_view expected, const char* by) {
  if (expected.empty()) return 0;
  const std::string hex = base::to_hex(found.at(algorithm));
  require(hex == expected,
          fmt::format("{} by {} is {} instead of {}", base::name_of(algorithm), by, hex, expected));
  return 1;
}

std::string published_vectors(const fs::path&) {
  unsigned count = 0;
  for (const Vector& vector : kVectors) {
    std::string message;
    for (unsigned i = 0; i < vector.times; ++i) message += vector.message;
    image::ThreeDigests ours;
    ours.update(base::as_bytes(message));
    const auto openssl = openssl_digests(base::as_bytes(message));
    const auto one_pass = ours.finish();
    for (const auto& [found, by] : {std::pair{&openssl, "OpenSSL"}, std::pair{&one_pass, "Holdfast"}}) {
      count += require_digest(*found, base::Algorithm::md5, vector.md5, by);
      count += require_digest(*found, base::Algorithm::sha1, vector.sha1, by);
      count += require_digest(*found, base::Algorithm::sha256, vector.sha256, by);
    }
  }
  return fmt::format("{} digests as RFC 1321 and NIST publish them", count);
}

// All lengths around a block of 64 bytes, and updates that end anywhere.
std::string kernel_and_openssl(const fs::path&) {
  if (image::processor_kernel() == nullptr)
    return "this processor has no SHA instructions that Holdfast uses; OpenSSL computes all digests";
  require(image::trusted_kernel() != nullptr,
          "the SHA instructions of this processor give wrong digests; OpenSSL computes them instead");
  const base::Buffer media = numbered_media(1u << 20);
  unsigned inputs = 0;
  for (std::size_t size = 1; size <= media.size(); size = size < 200 ? size + 1 : size * 3 + 7) {
    const base::Bytes message = base::Bytes(media).first(size);
    image::ThreeDigests ours;
    for (std::size_t at = 0, part = 1; at < size; at += part, part = part * 2 + 1) {
      part = std::min(part, size - at);
      ours.update(message.subspan(at, part));
    }
    require(ours.finish() == openssl_digests(message),
            fmt::format("they differ in the digests of {} bytes", size));
    ++inputs;
  }
  return fmt::format("SHA instructions are used; {} inputs of 1 to {} bytes agree", inputs, 1u << 20);
}

std::string clocks(const fs::path&) {
  const std::int64_t earliest = base::parse_utc("2026-01-01T00:00:00Z").value();
  const std::int64_t utc = base::now_utc_us();
  const auto began = std::chrono::steady_clock::now();
  require(utc >= earliest, "the clock says " + base::format_utc_for_people(utc / 1'000'000 * 1'000'000) +
                               ", when this program did not exist");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto passed = std::chrono::steady_clock::now() - began;
  require(passed >= std::chrono::milliseconds(20), "the steady clock stands still");
  require(base::now_utc_us() > utc, "the clock does not go forward");
  return base::format_utc_for_people(utc / 1'000'000 * 1'000'000) +
         "; whether that is right, nobody here can say";
}

std::string random_generator(const fs::path&) {
  const base::Buffer first = base::random_bytes(64), second = base::random_bytes(64);
  require(first != second, "it gave the same 64 bytes twice");
  std::array<bool, 256> met{};
  for (const std::byte byte : first) met[std::to_integer<unsigned>(byte)] = true;
  const auto different = std::count(met.begin(), met.end(), true);
  require(different >= 32, fmt::format("64 bytes held only {} different values", different));
  return fmt::format("two draws of 64 bytes differ; {} different values in one", different);
}

constexpr std::array kChecks{
    SelftestCheck{"digests.vectors", "MD5, SHA-1 and SHA-256 are the published ones", "", false,
                  published_vectors},
    SelftestCheck{"digests.one_pass", "Holdfast's own digests are those of OpenSSL", "", false,
                  kernel_and_openssl},
    SelftestCheck{"clock", "There is a clock, and it goes forward", "", false, clocks},
    SelftestCheck{"random", "There is a random generator", "", false, random_generator}};

}  // namespace

std::span<const SelftestCheck> machine_checks() {
  return kChecks;
}

}  // namespace acquire
