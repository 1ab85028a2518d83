// SPDX-License-Identifier: Apache-2.0
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/words.h"
#include "chain-of-custody/identity_files.h"

namespace custody {
namespace {

constexpr auto kAdvice =
    base::phrase("Nothing was written to a case. Make the identity again, or choose another.");
constexpr unsigned kRsaBits = 3072;  // NIST SP 800-57 part 1, table 2: as strong as P-256

void require(bool worked, const base::Said& attempt) {
  if (!worked) throw crypto_error(attempt, kAdvice);
}

}  // namespace

KeyHandle generate_key(KeyKind kind) {
  KeyHandle key(kind == KeyKind::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(kRsaBits));
  require(key != nullptr, base::say("a key pair cannot be made"));
  return key;
}

}  // namespace custody
