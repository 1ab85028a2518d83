// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include "base/digest.h"
#include "chain-of-custody/identity_files.h"

namespace custody {
namespace {

constexpr char kAdvice[] = "Nothing was written to a case. Make the identity again, or choose another.";
constexpr unsigned kRsaBits = 3072;  // NIST SP 800-57 part 1, table 2: as strong as P-256

// scrypt with 16 MiB: the most that OpenSSL's PKCS#8 reader accepts by default is 32 MiB. The parallelism
// makes up for it (N = 2^14, r = 8, p = 5 costs an attacker about what N = 2^17, r = 8, p = 1 does).
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;

void require(bool worked, const char* attempt) {
  if (!worked) throw crypto_error(attempt, kAdvice);
}

base::Buffer plain_key_pem(EVP_PKEY* key) {
  const BioHandle out = memory_bio();
  require(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "a private key cannot be written");
  return bytes_of(out.get());
}

base::Buffer encrypted_key_pem(EVP_PKEY* key, const std::string& passphrase) {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, base::Free<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(key));
  require(info != nullptr, "a private key cannot be encoded");
  base::Buffer salt = base::random_bytes(16);
  X509_ALGOR* scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), data_of(salt), static_cast<int>(salt.size()),
                                             nullptr, kScryptN, kScryptR, kScryptP);
  require(scheme != nullptr, "the encryption of a private key cannot be set up");
  const std::unique_ptr<X509_SIG, base::Free<X509_SIG_free>> encrypted(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), info.get(), scheme));
  require(encrypted != nullptr, "a private key cannot be encrypted");
  const BioHandle out = memory_bio();
  require(PEM_write_bio_PKCS8(out.get(), encrypted.get()) == 1, "a private key cannot be written");
  return bytes_of(out.get());
}

}  // namespace

KeyHandle generate_key(KeyKind kind) {
  KeyHandle key(kind == KeyKind::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(kRsaBits));
  require(key != nullptr, "a key pair cannot be made");
  return key;
}

base::Buffer key_pem(EVP_PKEY* key, const std::string& passphrase) {
  return passphrase.empty() ? plain_key_pem(key) : encrypted_key_pem(key, passphrase);
}

}  // namespace custody
