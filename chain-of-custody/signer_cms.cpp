// SPDX-License-Identifier: Apache-2.0
// RFC 5652 SignedData with the CAdES attribute signingCertificateV2 (RFC 5035), put together byte by byte in
// the narrow form that cms_profile.h reads back. OpenSSL's own CMS signs only with keys that it holds.
#include "base/digest.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"
#include "chain-of-custody/signer_key.h"

namespace custody {
namespace {

using base::Buffer;
using der::element;

constexpr auto kAdvice =
    base::phrase("No entry was made; the evidence is as it was. Check the identity and try again.");
constexpr std::string_view kVersion1 = "\x01";

Buffer identifier(std::string_view oid) {
  return element(der::kObjectIdentifier, oid);
}

Buffer sha256_algorithm() {
  return element(der::kSequence, {identifier(oid::kSha256)});
}

// How the CMS names the kind of signature: with RSA the key's own identifier (RFC 3370 §3.2).
Buffer algorithm_of_signer(SignatureScheme scheme) {
  if (scheme == SignatureScheme::ecdsa_p256_sha256) return algorithm_of_frames(scheme);
  return element(der::kSequence, {identifier(oid::kRsaEncryption), element(der::kNull, "")});
}

struct Names {
  Buffer issuer, serial;  // whole elements
};
Names names_of(const X509* certificate) {
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  Names names{Buffer(static_cast<std::size_t>(i2d_X509_NAME(issuer, nullptr))),
              Buffer(static_cast<std::size_t>(i2d_ASN1_INTEGER(serial, nullptr)))};
  unsigned char* at = data_of(names.issuer);
  i2d_X509_NAME(issuer, &at);
  at = data_of(names.serial);
  i2d_ASN1_INTEGER(serial, &at);
  return names;
}

Buffer attribute(std::string_view oid, base::Bytes value) {
  return element(der::kSequence, {identifier(oid), element(der::kSet, {value})});
}

// UTCTime for the years that it can tell, GeneralizedTime else (RFC 5652 §11.3).
Buffer time_element(std::int64_t utc_us) {
  std::string digits;
  for (const char c : base::format_utc(utc_us / 1'000'000 * 1'000'000))
    if (c != '-' && c != ':' && c != 'T') digits += c;
  const bool utc = digits >= "1950" && digits < "2050";
  return element(utc ? der::kUtcTime : der::kGeneralizedTime, utc ? digits.substr(2) : digits);
}

Buffer signing_certificate(const base::Digest& certificate_sha256, const Names& names) {
  const Buffer directory_name = element(der::context(4), {names.issuer});
  const Buffer issuer_serial =
      element(der::kSequence, {element(der::kSequence, {directory_name}), names.serial});
  const Buffer id =
      element(der::kSequence, {element(der::kOctetString, {certificate_sha256.bytes}), issuer_serial});
  return element(der::kSequence, {element(der::kSequence, {id})});
}

class CmsSigner final : public Signer {
 public:
  CmsSigner(std::unique_ptr<SigningKey> key, Buffer certificate, std::vector<Buffer> issuers)
      : key_(std::move(key)),
        certificate_(std::move(certificate)),
        issuers_(std::move(issuers)),
        names_(names_of(parse_certificate(certificate_).get())),
        subject_(subject_of(certificate_)) {}

  Buffer sign_detached(base::Bytes content) const override;
  Buffer certificate() const override { return certificate_; }
  std::string subject() const override { return subject_; }
  std::vector<Buffer> issuers() const override { return issuers_; }

 private:
  std::vector<Buffer> attributes_for(base::Bytes content) const;
  std::unique_ptr<SigningKey> key_;
  Buffer certificate_;
  std::vector<Buffer> issuers_;
  Names names_;
  std::string subject_;
};

std::vector<Buffer> CmsSigner::attributes_for(base::Bytes content) const {
  return {attribute(oid::kContentType, identifier(oid::kData)),
          attribute(oid::kSigningTime, time_element(base::now_utc_us())),
          attribute(oid::kMessageDigest, element(der::kOctetString, {base::sha256(content).bytes})),
          attribute(oid::kSigningCertificateV2, signing_certificate(base::sha256(certificate_), names_))};
}

Buffer CmsSigner::sign_detached(base::Bytes content) const {
  // The signature is over the attributes as a SET; in the file they stand under an implicit tag (§5.4).
  Buffer attributes = der::set_of(der::kSet, attributes_for(content));
  const Buffer signature = key_->sign(attributes);
  attributes[0] = std::byte{der::context(0)};
  const Buffer version = element(der::kInteger, kVersion1);
  const Buffer signer =
      element(der::kSequence,
              {version, element(der::kSequence, {names_.issuer, names_.serial}), sha256_algorithm(),
               attributes, algorithm_of_signer(key_->scheme()), element(der::kOctetString, {signature})});
  const Buffer signed_data =
      element(der::kSequence, {version, element(der::kSet, {sha256_algorithm()}),
                               element(der::kSequence, {identifier(oid::kData)}),
                               element(der::context(0), {certificate_}), element(der::kSet, {signer})});
  Buffer whole =
      element(der::kSequence, {identifier(oid::kSignedData), element(der::context(0), {signed_data})});
  try {
    if (SignerKeys().verify(read_actor_signature(whole), content)) return whole;
  } catch (const ProfileError& error) {
    throw base::Error(base::ErrorKind::crypto,
                      base::say("a signature was made that does not count: {}", error.what()), kAdvice);
  }
  throw base::Error(base::ErrorKind::crypto,
                    base::say("the key of {} returned a signature that does not verify", subject_), kAdvice);
}

}  // namespace

std::unique_ptr<Signer> signer_with(std::unique_ptr<SigningKey> key, Buffer certificate,
                                    std::vector<Buffer> issuers) {
  const CertificateHandle parsed = parse_certificate(certificate);
  const KeyHandle own = key->public_key();
  if (EVP_PKEY_eq(X509_get0_pubkey(parsed.get()), own.get()) != 1)
    throw crypto_error(base::say("the signing key and the certificate of {} do not belong together",
                                 subject_of(certificate)),
                       kAdvice);
  return std::make_unique<CmsSigner>(std::move(key), std::move(certificate), std::move(issuers));
}

}  // namespace custody
