// SPDX-License-Identifier: Apache-2.0
// Certificates of people, of time-stamping services and of authorities, with exactly the extensions that
// docs/keys.md lists. For .cpp files of this room only.
#pragma once

#include <cstdint>
#include <string>

#include "chain-of-custody/openssl.h"
#include "chain-of-custody/signer_key.h"

namespace custody {

enum class CertificateUse { signing, sealing, time_stamping, authority };

struct SubjectNames {
  std::string country, organisation, common_name;  // empty ones are left out
};
using NameHandle = std::unique_ptr<X509_NAME, base::Free<X509_NAME_free>>;
NameHandle name_of(const SubjectNames& names);

struct CertificatePlan {
  const X509_NAME* subject = nullptr;
  EVP_PKEY* public_key = nullptr;
  CertificateUse use = CertificateUse::signing;
  std::int64_t not_before_us = 0, not_after_us = 0;
  const X509* issuer = nullptr;  // nullptr: the certificate vouches for itself
};
// Made and signed with the issuer's key: DER. The serial number has 126 random bits.
base::Buffer make_certificate(const CertificatePlan& plan, const SigningKey& issuer_key);

// A PKCS#10 request (RFC 2986): subject and key, signed to show who holds it. DER.
base::Buffer make_request(const X509_NAME* subject, const SigningKey& key);
base::Buffer request_to_pem(base::Bytes der);

}  // namespace custody
