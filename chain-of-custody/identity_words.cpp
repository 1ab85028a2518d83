// SPDX-License-Identifier: Apache-2.0
// What a certificate says of itself. Apart from keys: whoever only verifies needs no more.
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {
constexpr auto kAdvice = base::phrase("Nothing was written to a case. Give another certificate.");
}

base::Buffer certificate_from_pem(std::string_view pem) {
  const BioHandle in = reading_bio(base::as_bytes(pem));
  const CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate)
    throw crypto_error(base::say("there is no certificate in PEM form where one was expected"), kAdvice);
  return der_of(certificate.get());
}

std::vector<base::Buffer> certificates_from_pem(std::string_view pem) {
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  std::vector<base::Buffer> all;
  for (std::size_t end = pem.find(kEnd); end != pem.npos; end = pem.find(kEnd)) {
    all.push_back(certificate_from_pem(pem.substr(0, end + kEnd.size())));
    pem.remove_prefix(end + kEnd.size());
  }
  return all;
}

std::string certificate_to_pem(base::Bytes der) {
  const CertificateHandle certificate = parse_certificate(der);
  const BioHandle out = memory_bio();
  if (PEM_write_bio_X509(out.get(), certificate.get()) != 1)
    throw crypto_error(base::say("a certificate cannot be written"), kAdvice);
  return std::string(base::as_text(bytes_of(out.get())));
}

bool can_be_sealed_for(base::Bytes certificate_der) {
  const CertificateHandle certificate = parse_certificate(certificate_der);
  return (X509_get_key_usage(certificate.get()) & KU_KEY_AGREEMENT) != 0;
}

std::string fingerprint_of(base::Bytes certificate_der) {
  return base::sha256(certificate_der).hex();
}

std::string subject_of(base::Bytes certificate_der) {
  const CertificateHandle certificate = parse_certificate(certificate_der);
  const BioHandle out = memory_bio();
  // RFC 2253 order and escaping; bytes beyond ASCII stay UTF-8.
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return std::string(base::as_text(bytes_of(out.get())));
}

}  // namespace custody
