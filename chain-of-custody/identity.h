// SPDX-License-Identifier: Apache-2.0
// The person at the keyboard: a P-256 key pair and certificate to sign with, and another pair to receive
// sealed things. Kept in <folder>/<name>/{sign,seal}.{key,cert}.pem; the keys are encrypted with a passphrase
// (PKCS#8, scrypt or PBKDF2 with AES-256).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
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
};

struct IdentityRequest {
  std::string name;         // file-safe: [a-z0-9-]{1,40}
  std::string common_name;  // shown to people; role or badge id will do
  std::string organisation;
  std::string country;  // two letters, may be empty
  int valid_days = 730;
};

// Makes both pairs with self-signed certificates (CA:FALSE; signing: digitalSignature+nonRepudiation, EKU
// emailProtection; sealing: keyAgreement). Refuses to overwrite. Files are 0600 in a folder of 0700.
void make_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                   const std::string& passphrase);

struct IdentityFacts {
  std::string name, subject, fingerprint;           // SHA-256 of the signing certificate, hexadecimal
  std::string not_before, not_after;                // UTC
  base::Buffer sign_certificate, seal_certificate;  // DER
};
IdentityFacts identity_facts(const std::filesystem::path& folder, const std::string& name);
std::vector<IdentityFacts> list_identities(const std::filesystem::path& folder);

// Unlocks the signing key. `passphrase` is called once, and only where the key is encrypted.
std::unique_ptr<Signer> unlock_signer(const std::filesystem::path& folder, const std::string& name,
                                      const std::function<std::string()>& passphrase);
// Unlocks the sealing key, to open what was sealed for this identity.
std::unique_ptr<base::SecretOpener> unlock_opener(const std::filesystem::path& folder,
                                                  const std::string& name,
                                                  const std::function<std::string()>& passphrase);
// Seals for all of these certificates (DER): CMS AuthEnvelopedData or EnvelopedData, AES-256, ECDH.
std::unique_ptr<base::SecretSealer> sealer_for(std::vector<base::Buffer> certificates);

base::Buffer certificate_from_pem(std::string_view pem);  // the first; DER
std::string certificate_to_pem(base::Bytes der);
std::string fingerprint_of(base::Bytes certificate_der);  // SHA-256, hexadecimal
std::string subject_of(base::Bytes certificate_der);
// True where the certificate allows key agreement: something can be sealed for it.
bool can_be_sealed_for(base::Bytes certificate_der);

}  // namespace custody
