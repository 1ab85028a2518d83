// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/identity_certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "base/words.h"

namespace custody {
namespace {

constexpr auto kAdvice = base::phrase("Nothing was written to a case. Try again, or choose other names.");

using RequestHandle = std::unique_ptr<X509_REQ, base::Free<X509_REQ_free>>;

void require(bool worked, const base::Said& attempt) {
  if (!worked) throw crypto_error(attempt, kAdvice);
}

void add_name(X509_NAME* subject, const char* field, const std::string& value) {
  if (value.empty()) return;
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  require(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1,
                                     0) == 1,
          base::say("a name for the certificate is not accepted"));
}

void add_extension(X509* certificate, const X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  // OpenSSL 3.0 declares the issuer as changeable, and only reads it.
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr, base::say("a certificate extension cannot be made"));
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void set_random_serial(X509* certificate) {
  base::Buffer serial = base::random_bytes(16);
  serial[0] = (serial[0] & std::byte{0x3f}) | std::byte{0x40};  // positive and never short: 126 random bits
  BIGNUM* number = BN_bin2bn(data_of(base::Bytes(serial)), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

struct UseExtensions {
  const char *key_usage, *extended_key_usage;
};
UseExtensions extensions_of(CertificateUse use) {
  switch (use) {
    case CertificateUse::signing:
      return {"critical,digitalSignature,nonRepudiation", "emailProtection"};
    case CertificateUse::sealing:
      return {"critical,keyAgreement", nullptr};
    case CertificateUse::time_stamping:
      return {"critical,digitalSignature", "critical,timeStamping"};  // RFC 3161 §2.3: alone, critical
    case CertificateUse::authority:
      return {"critical,keyCertSign,cRLSign", nullptr};
  }
  return {};
}

void add_extensions(X509* certificate, const CertificatePlan& plan) {
  const X509* issuer = plan.issuer ? plan.issuer : certificate;
  const UseExtensions extensions = extensions_of(plan.use);
  add_extension(certificate, issuer, NID_basic_constraints,
                plan.use == CertificateUse::authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate, issuer, NID_key_usage, extensions.key_usage);
  if (extensions.extended_key_usage)
    add_extension(certificate, issuer, NID_ext_key_usage, extensions.extended_key_usage);
  add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (plan.issuer) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

void set_times(X509* certificate, const CertificatePlan& plan) {
  const bool set = ASN1_TIME_set(X509_getm_notBefore(certificate), plan.not_before_us / 1'000'000) &&
                   ASN1_TIME_set(X509_getm_notAfter(certificate), plan.not_after_us / 1'000'000);
  require(set, base::say("the validity of a certificate cannot be set"));
}

template <typename Object, typename Encode>
base::Buffer encoded(Object* object, Encode encode) {
  const int size = encode(object, nullptr);
  require(size > 0, base::say("a certificate cannot be encoded"));
  base::Buffer der(static_cast<std::size_t>(size));
  unsigned char* at = data_of(der);
  encode(object, &at);
  return der;
}

}  // namespace

NameHandle name_of(const SubjectNames& names) {
  NameHandle subject(X509_NAME_new());
  require(subject != nullptr, base::say("a name cannot be made"));
  add_name(subject.get(), "C", names.country);
  add_name(subject.get(), "O", names.organisation);
  add_name(subject.get(), "CN", names.common_name);
  return subject;
}

base::Buffer make_certificate(const CertificatePlan& plan, const SigningKey& issuer_key) {
  const CertificateHandle certificate(X509_new());
  require(certificate != nullptr, base::say("a certificate cannot be made"));
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_random_serial(certificate.get());
  set_times(certificate.get(), plan);
  X509_set_subject_name(certificate.get(), plan.subject);
  X509_set_issuer_name(certificate.get(), plan.issuer ? X509_get_subject_name(plan.issuer) : plan.subject);
  X509_set_pubkey(certificate.get(), plan.public_key);
  add_extensions(certificate.get(), plan);
  const bool ecdsa = issuer_key.scheme() == SignatureScheme::ecdsa_p256_sha256;
  // The object is ours and not const; OpenSSL 3.0 has no other way to name an algorithm before signing.
  X509_ALGOR_set0(const_cast<X509_ALGOR*>(X509_get0_tbs_sigalg(certificate.get())),
                  OBJ_nid2obj(ecdsa ? NID_ecdsa_with_SHA256 : NID_sha256WithRSAEncryption),
                  ecdsa ? V_ASN1_UNDEF : V_ASN1_NULL, nullptr);
  base::Buffer der = signed_frame(encoded(certificate.get(), i2d_re_X509_tbs), issuer_key);
  parse_certificate(der);  // throws where it cannot be read back
  return der;
}

base::Buffer make_request(const X509_NAME* subject, const SigningKey& key) {
  const RequestHandle request(X509_REQ_new());
  const KeyHandle public_key = key.public_key();
  require(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
              X509_REQ_set_subject_name(request.get(), subject) == 1 &&
              X509_REQ_set_pubkey(request.get(), public_key.get()) == 1,
          base::say("a request for a certificate cannot be made"));
  return signed_frame(encoded(request.get(), i2d_re_X509_REQ_tbs), key);
}

base::Buffer request_to_pem(base::Bytes der) {
  const unsigned char* at = data_of(der);
  const RequestHandle request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  const BioHandle out = memory_bio();
  require(request && PEM_write_bio_X509_REQ(out.get(), request.get()) == 1,
          base::say("a request for a certificate cannot be written"));
  return bytes_of(out.get());
}

}  // namespace custody
