// SPDX-License-Identifier: Apache-2.0
// Digests. A `Digest` is always SHA-256; the other algorithms exist for media hashes and manifests.
#pragma once

#include <array>
#include <compare>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace base {

struct Digest {
  std::array<std::byte, 32> bytes{};
  std::string hex() const { return to_hex(bytes); }
  auto operator<=>(const Digest&) const = default;
};
// Throws std::invalid_argument unless it is 64 lower-case hexadecimal digits.
Digest digest_from_hex(std::string_view hex);

enum class Algorithm { md5, sha1, sha256, sha512 };
std::string_view name_of(Algorithm algorithm);  // "md5", "sha1", "sha256", "sha512"

// One running digest. Not for use by two threads at once.
class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();
  void update(Bytes bytes);
  // The digest of all that was given; afterwards the hasher starts anew.
  Buffer finish();
  Digest finish_sha256();  // REQUIRES: made for sha256
  // The digest of all that was given so far; the hasher goes on as if nobody had asked.
  Buffer peek() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(Bytes bytes);
// The digest of the concatenation of the parts.
Digest sha256(std::initializer_list<Bytes> parts);
// The digest of all of a source, read in blocks.
Digest sha256(ByteSource& source);

Buffer random_bytes(std::size_t count);  // from OpenSSL's generator; throws Error(crypto)

}  // namespace base
