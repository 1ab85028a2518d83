// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/key_file.h"

#include <algorithm>
#include <exception>

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/key_cost.h"

namespace custody {
namespace {

constexpr auto kNotWritten =
    base::phrase("No key was written; nothing else was changed. Try again, with another passphrase.");
constexpr auto kAdvice = base::phrase(
    "No entry was made; the evidence is as it was. Check the identity, then try the passphrase again.");

// scrypt with 16 MiB: the most that OpenSSL's PKCS#8 reader accepts by default is 32 MiB. The parallelism
// makes up for it (N = 2^14, r = 8, p = 5 costs an attacker about what N = 2^17, r = 8, p = 1 does).
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;

void require(bool worked, const base::Said& attempt) {
  if (!worked) throw crypto_error(attempt, kNotWritten);
}

base::Buffer plain_key_pem(const EVP_PKEY* key) {
  const BioHandle out = memory_bio();
  require(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          base::say("a private key cannot be written"));
  return bytes_of(out.get());
}

base::Buffer encrypted_key_pem(const EVP_PKEY* key, const std::string& passphrase) {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, base::Free<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(key));
  require(info != nullptr, base::say("a private key cannot be encoded"));
  base::Buffer salt = base::random_bytes(16);
  X509_ALGOR* scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), data_of(salt), static_cast<int>(salt.size()),
                                             nullptr, kScryptN, kScryptR, kScryptP);
  require(scheme != nullptr, base::say("the encryption of a private key cannot be set up"));
  const std::unique_ptr<X509_SIG, base::Free<X509_SIG_free>> encrypted(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), info.get(), scheme));
  require(encrypted != nullptr, base::say("a private key cannot be encrypted"));
  const BioHandle out = memory_bio();
  require(PEM_write_bio_PKCS8(out.get(), encrypted.get()) == 1, base::say("a private key cannot be written"));
  return bytes_of(out.get());
}

struct Question {
  const std::function<std::string()>& ask;
  std::exception_ptr trouble;
};

// Called by OpenSSL, which is C: an exception waits in the question until OpenSSL has returned, which may ask
// again before.
int answer(char* into, int size, int /*writing*/, void* context) {
  auto* question = static_cast<Question*>(context);
  if (question->trouble) return -1;
  try {
    std::string passphrase = question->ask();
    const bool fits = passphrase.size() <= static_cast<std::size_t>(size);
    if (fits) std::ranges::copy(passphrase, into);
    const int length = fits ? static_cast<int>(passphrase.size()) : -1;
    OPENSSL_cleanse(passphrase.data(), passphrase.size());
    return length;
  } catch (...) {
    question->trouble = std::current_exception();
    return -1;
  }
}

}  // namespace

base::Buffer key_pem(const EVP_PKEY* key, const std::string& passphrase) {
  return passphrase.empty() ? plain_key_pem(key) : encrypted_key_pem(key, passphrase);
}

KeyHandle read_key(const std::filesystem::path& file, const std::function<std::string()>& passphrase) {
  base::Buffer pem = base::read_file(file, 1 << 20);
  if (!is_affordable(pem))
    throw base::Error(
        base::ErrorKind::crypto,
        base::say("the key in {} asks for hours of work before a passphrase can be tried", file.string()),
        base::say("No entry was made; the evidence is as it was. It is no key of this program: restore "
                  "another backup."));
  const BioHandle in = reading_bio(pem);
  Question question{passphrase, nullptr};
  KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, answer, &question));
  OPENSSL_cleanse(pem.data(), pem.size());
  if (question.trouble) std::rethrow_exception(question.trouble);
  if (!key)
    throw crypto_error(base::say("the key in {} cannot be unlocked with this passphrase", file.string()),
                       kAdvice);
  return key;
}

}  // namespace custody
