// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <algorithm>
#include <cassert>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/error.h"
#include "base/handle.h"

namespace base {
namespace {

Error no_digest() {
  return {ErrorKind::crypto, say("the cryptographic library refused to compute a digest"),
          say("The evidence is untouched. Check that the OpenSSL 3 of this system is installed whole.")};
}

// Fetched once: looking an algorithm up costs more than hashing a short field.
const EVP_MD* method(Algorithm algorithm) {
  static const std::array<EVP_MD*, 4> kMethods{
      EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  const EVP_MD* found = kMethods[static_cast<std::size_t>(algorithm)];
  if (found == nullptr) throw no_digest();
  return found;
}

using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

}  // namespace

Digest digest_from_hex(std::string_view hex) {
  Digest out;
  from_hex(hex, out.bytes);
  return out;
}

std::string_view name_of(Algorithm algorithm) {
  static constexpr std::array<std::string_view, 4> kNames{"md5", "sha1", "sha256", "sha512"};
  return kNames[static_cast<std::size_t>(algorithm)];
}

struct Hasher::State {
  const EVP_MD* method;
  Context context{EVP_MD_CTX_new()};
  void begin() {
    if (!context || EVP_DigestInit_ex2(context.get(), method, nullptr) != 1) throw no_digest();
  }
};

Hasher::Hasher(Algorithm algorithm) : state_(std::make_unique<State>(State{method(algorithm)})) {
  state_->begin();
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(Bytes bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) throw no_digest();
}

Buffer Hasher::finish() {
  Buffer out(static_cast<std::size_t>(EVP_MD_get_size(state_->method)));
  if (EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) != 1) {
    throw no_digest();
  }
  state_->begin();
  return out;
}

Digest Hasher::finish_sha256() {
  assert(EVP_MD_get_type(state_->method) == NID_sha256);
  Digest out;
  if (EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(out.bytes.data()),
                         nullptr) != 1) {
    throw no_digest();
  }
  state_->begin();
  return out;
}

Buffer Hasher::peek() const {
  const Context copy{EVP_MD_CTX_new()};
  Buffer out(static_cast<std::size_t>(EVP_MD_get_size(state_->method)));
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) != 1) {
    throw no_digest();
  }
  return out;
}

Digest sha256(Bytes bytes) {
  return sha256({bytes});
}

Digest sha256(std::initializer_list<Bytes> parts) {
  thread_local Hasher hasher(Algorithm::sha256);
  for (Bytes part : parts) hasher.update(part);
  return hasher.finish_sha256();
}

Digest sha256(ByteSource& source) {
  Hasher hasher(Algorithm::sha256);
  Buffer block(1 << 20);
  for (std::uint64_t offset = 0; offset < source.size();) {
    const std::size_t count = source.read_at(offset, block);
    if (count == 0) throw ReadError("shorter than its stated size", offset, source.size() - offset);
    hasher.update(Bytes(block).first(count));
    offset += count;
  }
  return hasher.finish_sha256();
}

Buffer random_bytes(std::size_t count) {
  Buffer out(count);
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
    throw Error(ErrorKind::crypto, say("the system gave no random bytes"),
                say("Nothing was written. Try again; if it stays so, restart the machine."));
  }
  return out;
}

}  // namespace base
