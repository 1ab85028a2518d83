// SPDX-License-Identifier: Apache-2.0
// A private key that signs: in a file of this station, or on a token that never gives it out. For .cpp files
// of this room only. Thread rule: one thread per key.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"

namespace custody {

class SigningKey {
 public:
  virtual ~SigningKey() = default;
  virtual SignatureScheme scheme() const = 0;
  // Over SHA-256 of the message: an Ecdsa-Sig-Value (RFC 3279 §2.2.3), or PKCS#1 v1.5 (RFC 8017 §8.2).
  // Throws Error(crypto).
  virtual base::Buffer sign(base::Bytes message) const = 0;
  virtual KeyHandle public_key() const = 0;
};

// What may sign here, and nothing else: P-256, or RSA of at least 3072 bits.
std::optional<SignatureScheme> scheme_if_allowed(EVP_PKEY* key);
// The same; Error(crypto) where the key is another.
SignatureScheme scheme_of(EVP_PKEY* key);
std::unique_ptr<SigningKey> local_key(KeyHandle key);

// One who signs with this key and certificate, in the one form of cms_profile.h. What the key returns is
// verified before it is given out: a token that is broken, or a fault in between, makes no entry. Throws
// Error(crypto) where key and certificate do not belong together.
std::unique_ptr<Signer> signer_with(std::unique_ptr<SigningKey> key, base::Buffer certificate,
                                    std::vector<base::Buffer> issuers = {});

// SEQUENCE { to be signed, algorithm, BIT STRING }: the frame of certificates (RFC 5280 §4.1), lists (§5.1)
// and requests (RFC 2986 §4.2).
base::Buffer signed_frame(base::Bytes to_be_signed, const SigningKey& key);
// AlgorithmIdentifier of certificates signed with such a key (RFC 5758 §3.2, RFC 4055 §5).
base::Buffer algorithm_of_frames(SignatureScheme scheme);

}  // namespace custody
