// SPDX-License-Identifier: Apache-2.0
// What people sign, read strictly: exactly the one form of RFC 5652 SignedData that docs/ledger-format.md
// describes, in DER, and nothing else. Stock verifiers accept much more (no signed attributes, SHA-1, several
// signers, unsigned attributes); none of that passes here.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/digest.h"

namespace custody {

// The bytes are no signature of our profile; the sentence says why.
class ProfileError : public std::runtime_error {
 public:
  explicit ProfileError(const std::string& what) : std::runtime_error(what) {}
};

enum class SignatureScheme { ecdsa_p256_sha256, rsa_sha256 };

struct ActorSignature {
  base::Buffer certificate;  // DER, the signer's
  base::Digest certificate_sha256;
  base::Digest message_digest;     // what the signer says the content's SHA-256 is
  std::int64_t signing_time_us;    // claimed, whole seconds
  base::Buffer signed_attributes;  // as a DER SET: what the signature is over
  SignatureScheme scheme;
  base::Buffer signature;
};

// Reads one signature file (at most 64 KiB). Throws ProfileError.
ActorSignature read_actor_signature(base::Bytes der);

// Public keys of certificates, parsed once each. Not for use by two threads at once.
class SignerKeys {
 public:
  SignerKeys();
  ~SignerKeys();
  // True where the signature is good under the key of its certificate, and it states this digest of its
  // content. Throws ProfileError where the key is of a kind that the profile does not have (P-256 or RSA of
  // at least 3072 bits).
  bool verify(const ActorSignature& signature, const base::Digest& content);
  bool verify(const ActorSignature& signature, base::Bytes content) {
    return verify(signature, base::sha256(content));
  }

 private:
  struct Key;
  Key& key_of(const ActorSignature& signature);
  std::map<base::Digest, std::unique_ptr<Key>> keys_;
};

}  // namespace custody
