// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/key_file.h"

#include <algorithm>
#include <exception>

#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "base/file.h"

namespace custody {
namespace {

constexpr char kAdvice[] = "No entry was made; the evidence is as it was. Check the identity and try again.";

struct Question {
  const std::function<std::string()>& ask;
  std::exception_ptr trouble;
};

// Called by OpenSSL, which is C: an exception waits in the question until OpenSSL has returned.
int answer(char* into, int size, int /*writing*/, void* context) {
  auto* question = static_cast<Question*>(context);
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

KeyHandle read_key(const std::filesystem::path& file, const std::function<std::string()>& passphrase) {
  base::Buffer pem = base::read_file(file, 1 << 20);
  const BioHandle in = reading_bio(pem);
  Question question{passphrase, nullptr};
  KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, answer, &question));
  OPENSSL_cleanse(pem.data(), pem.size());
  if (question.trouble) std::rethrow_exception(question.trouble);
  if (!key)
    throw crypto_error("the key in " + file.string() + " cannot be unlocked; is the passphrase right?",
                       kAdvice);
  return key;
}

}  // namespace custody
