// SPDX-License-Identifier: Apache-2.0
// The person at the keyboard: a key pair (P-256, or RSA of 3072 bits) and certificate to sign with, and
// another pair (P-256) to receive sealed things. Kept in <folder>/<name>/{sign,seal}.{key,cert}.pem; the keys
// are encrypted with a passphrase (PKCS#8: scrypt and AES-256-CBC). The signing key may lie on a token
// instead: then sign.token.json says where. Exchange with authorities and other programs:
// identity_exchange.h.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/record.h"

namespace custody {

// Signs what people sign: one detached CMS in our profile (docs/ledger-format.md, signatures).
class Signer {
 public:
  virtual ~Signer() = default;
  virtual base::Buffer sign_detached(base::Bytes content) const = 0;  // DER; throws Error(crypto)
  virtual base::Buffer certificate() const = 0;                       // DER
  virtual std::string subject() const = 0;                            // for people
  // What lies between the certificate and an authority's root, DER; for those who know the root alone.
  virtual std::vector<base::Buffer> issuers() const { return {}; }
};

enum class KeyKind { p256, rsa3072 };

struct IdentityRequest {
  std::string name;         // file-safe: [a-z0-9-]{1,40}
  std::string common_name;  // shown to people; role or badge id will do
  std::string organisation;
  std::string country;  // two letters, may be empty
  int valid_days = 730;
  KeyKind sign_key = KeyKind::p256;
};

// A key on a token: the PKCS#11 module that reaches it, and its RFC 7512 URI.
struct TokenPlace {
  std::filesystem::path module;
  std::string uri;  // "pkcs11:token=raid1;object=officer-a"; never with a PIN
};

// Makes both pairs with self-signed certificates (CA:FALSE; signing: digitalSignature+nonRepudiation, EKU
// emailProtection; sealing: keyAgreement). Refuses to overwrite. Files are 0600 in a folder of 0700.
void make_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                   const std::string& passphrase);
// The same with a signing key that is on a token already, opened by its PIN. Where `certificate` is empty,
// the token's own certificate of that key is taken, and where it has none, a self-signed one is made.
void make_token_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                         const TokenPlace& place, const std::string& pin, const std::string& passphrase,
                         base::Buffer certificate);

struct IdentityFacts {
  std::string name, subject, fingerprint;           // SHA-256 of the signing certificate, hexadecimal
  std::string not_before, not_after;                // UTC
  base::Buffer sign_certificate, seal_certificate;  // DER
  std::string key;                                  // "P-256", "RSA 3072"
  std::optional<TokenPlace> token;                  // that holds the signing key
  std::optional<std::string> retired;               // since when, UTC
};
IdentityFacts identity_facts(const std::filesystem::path& folder, const std::string& name);
std::vector<IdentityFacts> list_identities(const std::filesystem::path& folder);

// Unlocks the signing key. `passphrase` is called once, and only where the key is encrypted or on a token
// (its PIN). Error(usage) where the identity is retired.
std::unique_ptr<Signer> unlock_signer(const std::filesystem::path& folder, const std::string& name,
                                      const std::function<std::string()>& passphrase);
// Unlocks the sealing key, to open what was sealed for this identity.
std::unique_ptr<base::SecretOpener> unlock_opener(const std::filesystem::path& folder,
                                                  const std::string& name,
                                                  const std::function<std::string()>& passphrase);
// Seals for all of these certificates (DER): CMS AuthEnvelopedData or EnvelopedData, AES-256, ECDH.
std::unique_ptr<base::SecretSealer> sealer_for(std::vector<base::Buffer> certificates);

base::Buffer certificate_from_pem(std::string_view pem);  // the first; DER
std::vector<base::Buffer> certificates_from_pem(
    std::string_view pem);  // all; Error(crypto) where one is none
std::string certificate_to_pem(base::Bytes der);
std::string fingerprint_of(base::Bytes certificate_der);  // SHA-256, hexadecimal
std::string subject_of(base::Bytes certificate_der);
// True where the certificate allows key agreement: something can be sealed for it.
bool can_be_sealed_for(base::Bytes certificate_der);

}  // namespace custody
