// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ed25519.h"

#include <algorithm>
#include <new>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

constexpr auto kCheckLibrary = base::phrase(
    "No entry was made; the evidence is as it was. Check that the OpenSSL 3 of this system is installed "
    "whole.");
constexpr auto kAdvice =
    base::phrase("No entry was made; the evidence is as it was. Put the ledger's own key in its place.");

// y coordinates, little-endian, of the points whose order divides the cofactor 8: y = 0, 1 and -1, and the
// two values of the points of order 8. With either sign bit these are eight of the 14 encodings; the rest are
// not canonical.
constexpr std::array<std::string_view, 5> kLowOrder{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
};

// y < 2^255-19, with the sign bit cleared.
bool is_canonical(const Ed25519PublicKey& y) {
  const bool all_ones =
      std::all_of(y.begin() + 1, y.end() - 1, [](std::byte b) { return b == std::byte{0xff}; });
  return !(all_ones && y.back() == std::byte{0x7f} && y.front() >= std::byte{0xed});
}

using Number = std::unique_ptr<BIGNUM, base::Free<BN_free>>;

// Whether some point of the curve has this y: x² = (y²-1) / (dy²+1) with d = -121665/121666 must be a square
// (RFC 8032 §5.1.3). Without the divisions: (y²-1) · (121666 - 121665 y²) · 121666 is one.
bool is_of_a_point(const Ed25519PublicKey& y) {
  const std::unique_ptr<BN_CTX, base::Free<BN_CTX_free>> context(BN_CTX_new());
  const Number p(BN_new()), square(BN_new()), left(BN_new()), right(BN_new());
  const Number value(BN_lebin2bn(data_of(base::Bytes(y)), static_cast<int>(y.size()), nullptr));
  const bool computed = context && p && square && left && right && value && BN_set_bit(p.get(), 255) == 1 &&
                        BN_sub_word(p.get(), 19) == 1 &&
                        BN_mod_sqr(square.get(), value.get(), p.get(), context.get()) == 1 &&
                        BN_copy(left.get(), square.get()) && BN_sub_word(left.get(), 1) == 1 &&
                        BN_copy(right.get(), square.get()) && BN_mul_word(right.get(), 121665) == 1 &&
                        BN_sub_word(right.get(), 121666) == 1 && BN_mul_word(right.get(), 121666) == 1 &&
                        BN_mul(left.get(), left.get(), right.get(), context.get()) == 1 &&
                        BN_nnmod(left.get(), left.get(), p.get(), context.get()) == 1;
  if (!computed) throw std::bad_alloc();
  // -1 is a square modulo p, so that the sign of the product does not matter.
  return BN_kronecker(left.get(), p.get(), context.get()) >= 0;
}

}  // namespace

bool is_sound_public_key(const Ed25519PublicKey& key) {
  Ed25519PublicKey y = key;
  y.back() &= std::byte{0x7f};
  return is_canonical(y) && std::ranges::find(kLowOrder, base::to_hex(y)) == kLowOrder.end() &&
         is_of_a_point(y);
}

bool ed25519_verifies(const Ed25519PublicKey& key, base::Bytes message, base::Bytes signature) {
  if (signature.size() != 64 || !is_sound_public_key(key)) return false;
  const KeyHandle handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, data_of(base::Bytes(key)), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  const bool good = handle &&
                    EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
                    EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(message),
                                     message.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

struct Ed25519PrivateKey::State {
  KeyHandle key;
};

Ed25519PrivateKey Ed25519PrivateKey::generate() {
  base::Buffer seed = base::random_bytes(32);
  Ed25519PrivateKey key = from_seed(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

Ed25519PrivateKey Ed25519PrivateKey::from_seed(base::Bytes seed) {
  KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, data_of(seed), seed.size()));
  if (!key) throw crypto_error(base::say("a ledger key cannot be made"), kCheckLibrary);
  return Ed25519PrivateKey(std::make_shared<const State>(State{std::move(key)}));
}

Ed25519PrivateKey Ed25519PrivateKey::read(const std::filesystem::path& file) {
  return read(file, [&]() -> std::string {
    throw base::Error(base::ErrorKind::crypto, base::say("the ledger key in {} is encrypted", file.string()),
                      kAdvice);
  });
}

Ed25519PrivateKey Ed25519PrivateKey::read(const std::filesystem::path& file,
                                          const std::function<std::string()>& passphrase) {
  KeyHandle key = read_key(file, passphrase);
  if (!EVP_PKEY_is_a(key.get(), "ED25519"))
    throw base::Error(base::ErrorKind::crypto,
                      base::say("the key in {} is not an Ed25519 key", file.string()), kAdvice);
  return Ed25519PrivateKey(std::make_shared<const State>(State{std::move(key)}));
}

void Ed25519PrivateKey::write_new(const std::filesystem::path& file, const std::string& passphrase) const {
  base::write_new_durably(file, key_pem(state_->key.get(), passphrase), 0600);
}

Ed25519PublicKey Ed25519PrivateKey::public_key() const {
  Ed25519PublicKey key{};
  std::size_t size = key.size();
  if (EVP_PKEY_get_raw_public_key(state_->key.get(), reinterpret_cast<unsigned char*>(key.data()), &size) !=
      1)
    throw crypto_error(base::say("the public part of a ledger key cannot be read"), kAdvice);
  return key;
}

Ed25519Signature Ed25519PrivateKey::sign(base::Bytes message) const {
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  const DigestContext context(EVP_MD_CTX_new());
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     data_of(message), message.size()) != 1)
    throw crypto_error(base::say("a checkpoint cannot be signed"), kCheckLibrary);
  return signature;
}

}  // namespace custody
