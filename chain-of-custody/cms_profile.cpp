// SPDX-License-Identifier: Apache-2.0
// Structure: RFC 5652 §3, §5, §11 (SignedData and its attributes), RFC 5035 §3 (signingCertificateV2),
// RFC 5754 §2 and §3 (SHA-256, ECDSA and RSA identifiers), RFC 5280 §4.1 (certificate).
#include "chain-of-custody/cms_profile.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/err.h>

#include "base/time.h"
#include "chain-of-custody/der.h"
#include "chain-of-custody/oids.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/signer_key.h"

namespace custody {
namespace {

using base::Bytes;
using der::Reader;

constexpr std::size_t kMaximalSize = 64 * 1024;

void require(bool holds, const char* otherwise) {
  if (!holds) throw ProfileError(otherwise);
}

bool equal(Bytes left, Bytes right) {
  return std::ranges::equal(left, right);
}

bool is_oid(Bytes content, std::string_view oid) {
  return base::as_text(content) == oid;
}

void expect_version(Reader& reader, unsigned version) {
  const Bytes content = reader.expect(der::kInteger, "a version").content;
  require(content.size() == 1 && content[0] == static_cast<std::byte>(version),
          "a version number is not the one of this profile");
}

// An AlgorithmIdentifier of these identifiers; parameters absent or NULL. Returns the identifier.
Bytes read_algorithm(Reader& reader) {
  Reader algorithm(reader.expect(der::kSequence, "an algorithm").content);
  const Bytes oid = algorithm.expect(der::kObjectIdentifier, "an algorithm's identifier").content;
  if (!algorithm.at_end()) algorithm.expect(der::kNull, "an algorithm's parameter");
  algorithm.end("an algorithm");
  return oid;
}

void expect_sha256(Reader& reader) {
  require(is_oid(read_algorithm(reader), oid::kSha256), "the digest algorithm is not SHA-256");
}

struct CertificateNames {
  Bytes issuer, serial;  // whole elements
};

CertificateNames read_names(Bytes certificate) {
  Reader outer(certificate);
  Reader parts(outer.expect(der::kSequence, "the certificate").content);
  outer.end("the certificate");
  Reader to_be_signed(parts.expect(der::kSequence, "the certificate's content").content);
  if (to_be_signed.next_is(der::context(0))) to_be_signed.next();
  CertificateNames names;
  names.serial = to_be_signed.expect(der::kInteger, "the certificate's serial number").whole;
  to_be_signed.expect(der::kSequence, "the certificate's algorithm");
  names.issuer = to_be_signed.expect(der::kSequence, "the certificate's issuer").whole;
  return names;
}

Bytes read_only_certificate(Reader& signed_data) {
  require(signed_data.next_is(der::context(0)), "there is no certificate in the signature");
  Reader certificates(signed_data.next().content);
  const Bytes certificate = certificates.expect(der::kSequence, "the signer's certificate").whole;
  require(certificates.at_end(), "there is another certificate beside the signer's");
  return certificate;
}

std::int64_t two_digits(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    require(text[i] >= '0' && text[i] <= '9', "the signing time is not a time");
    return text[i] - '0';
  };
  return digit(at) * 10 + digit(at + 1);
}

// UTCTime YYMMDDHHMMSSZ for 1950 to 2049, GeneralizedTime YYYYMMDDHHMMSSZ else (RFC 5652 §11.3).
std::int64_t read_time(const der::Element& element) {
  const std::string_view text = base::as_text(element.content);
  const bool utc = element.tag == der::kUtcTime;
  require(utc || element.tag == der::kGeneralizedTime, "the signing time is not a time");
  const std::size_t year_digits = utc ? 2 : 4;
  require(text.size() == year_digits + 11 && text.back() == 'Z', "the signing time is not a time");
  std::string iso;
  if (utc)
    iso = two_digits(text, 0) >= 50 ? "19" : "20";
  else
    require(text < "1950" || text >= "2050", "the signing time is in the wrong form for its year");
  iso += text.substr(0, year_digits);
  const std::string_view rest = text.substr(year_digits);
  for (std::size_t i = 0; i < 5; ++i) two_digits(rest, 2 * i);
  iso += '-' + std::string(rest.substr(0, 2)) + '-' + std::string(rest.substr(2, 2)) + 'T' +
         std::string(rest.substr(4, 2)) + ':' + std::string(rest.substr(6, 2)) + ':' +
         std::string(rest.substr(8, 2)) + 'Z';
  const std::optional<std::int64_t> instant = base::parse_utc(iso);
  require(instant.has_value(), "the signing time is not a time");
  return *instant;
}

base::Digest read_digest(const der::Element& octets) {
  base::Digest digest;
  require(octets.content.size() == digest.bytes.size(), "a SHA-256 digest does not have 32 bytes");
  std::ranges::copy(octets.content, digest.bytes.begin());
  return digest;
}

// ESSCertIDv2 with the default algorithm, which is SHA-256, and so absent in DER; issuer and serial may stand
// beside the digest and must then be the certificate's.
void check_signing_certificate(const der::Element& value, const ActorSignature& signature) {
  Reader outer(value.whole);
  Reader attribute(outer.expect(der::kSequence, "signingCertificateV2").content);
  Reader ids(attribute.expect(der::kSequence, "signingCertificateV2").content);
  attribute.end("signingCertificateV2");
  Reader id(ids.expect(der::kSequence, "a certificate's digest").content);
  require(ids.at_end(), "signingCertificateV2 names several certificates");
  require(
      read_digest(id.expect(der::kOctetString, "a certificate's SHA-256")) == signature.certificate_sha256,
      "signingCertificateV2 has the digest of another certificate");
  if (id.at_end()) return;
  const CertificateNames names = read_names(signature.certificate);
  Reader issuer_serial(id.expect(der::kSequence, "issuer and serial number").content);
  id.end("a certificate's digest");
  Reader general_names(issuer_serial.expect(der::kSequence, "the issuer's names").content);
  Reader directory_name(general_names.expect(der::context(4), "the issuer's name").content);
  const bool same = equal(directory_name.next().whole, names.issuer) && directory_name.at_end() &&
                    general_names.at_end() &&
                    equal(issuer_serial.expect(der::kInteger, "the serial number").whole, names.serial);
  require(same && issuer_serial.at_end(), "signingCertificateV2 names another certificate");
}

// Exactly these four, each once, each with one value.
void read_signed_attributes(Bytes content, ActorSignature& into) {
  der::check_set_order(content);
  Reader attributes(content);
  std::array<int, 4> seen{};
  while (!attributes.at_end()) {
    Reader attribute(attributes.expect(der::kSequence, "a signed attribute").content);
    const Bytes type = attribute.expect(der::kObjectIdentifier, "an attribute's type").content;
    Reader values(attribute.expect(der::kSet, "an attribute's values").content);
    attribute.end("a signed attribute");
    const der::Element value = values.next();
    values.end("an attribute's only value");
    if (is_oid(type, oid::kContentType)) {
      ++seen[0];
      require(value.tag == der::kObjectIdentifier && is_oid(value.content, oid::kData),
              "the content type is not data");
    } else if (is_oid(type, oid::kMessageDigest)) {
      ++seen[1];
      require(value.tag == der::kOctetString, "the message digest is of another type");
      into.message_digest = read_digest(value);
    } else if (is_oid(type, oid::kSigningTime)) {
      ++seen[2];
      into.signing_time_us = read_time(value);
    } else if (is_oid(type, oid::kSigningCertificateV2)) {
      ++seen[3];
      check_signing_certificate(value, into);
    } else {
      throw ProfileError("there is a signed attribute that the profile does not have");
    }
  }
  constexpr std::array<const char*, 4> kNames{"contentType", "messageDigest", "signingTime",
                                              "signingCertificateV2"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (seen[i] != 1) throw ProfileError(std::string("the signed attribute ") + kNames[i] + " is missing");
}

SignatureScheme read_scheme(Reader& signer) {
  const Bytes oid = read_algorithm(signer);
  if (is_oid(oid, oid::kEcdsaWithSha256)) return SignatureScheme::ecdsa_p256_sha256;
  if (is_oid(oid, oid::kRsaEncryption) || is_oid(oid, oid::kSha256WithRsa))
    return SignatureScheme::rsa_sha256;
  throw ProfileError("the signature algorithm is neither ECDSA nor RSA with SHA-256");
}

void read_signer(Bytes content, ActorSignature& into) {
  Reader signer(content);
  expect_version(signer, 1);
  const CertificateNames names = read_names(into.certificate);
  Reader identifier(signer.expect(der::kSequence, "the signer's issuer and serial number").content);
  const bool same =
      equal(identifier.next().whole, names.issuer) && equal(identifier.next().whole, names.serial);
  require(same && identifier.at_end(), "the signer's name is not that of the certificate");
  expect_sha256(signer);
  require(signer.next_is(der::context(0)), "there are no signed attributes");
  const der::Element attributes = signer.next();
  read_signed_attributes(attributes.content, into);
  // The signature is over the attributes as a SET, not over their implicit tag (RFC 5652 §5.4).
  into.signed_attributes = base::to_buffer(attributes.whole);
  into.signed_attributes[0] = std::byte{der::kSet};
  into.scheme = read_scheme(signer);
  into.signature = base::to_buffer(signer.expect(der::kOctetString, "the signature value").content);
  require(signer.at_end(), "there are unsigned attributes");
}

ActorSignature read_signed_data(Bytes content) {
  ActorSignature result;
  Reader signed_data(content);
  expect_version(signed_data, 1);
  Reader digests(signed_data.expect(der::kSet, "the digest algorithms").content);
  expect_sha256(digests);
  digests.end("the only digest algorithm");
  Reader encapsulated(signed_data.expect(der::kSequence, "the content's type").content);
  require(is_oid(encapsulated.expect(der::kObjectIdentifier, "the content's type").content, oid::kData),
          "the content type is not data");
  require(encapsulated.at_end(), "content is attached to the signature");
  result.certificate = base::to_buffer(read_only_certificate(signed_data));
  result.certificate_sha256 = base::sha256(result.certificate);
  require(!signed_data.next_is(der::context(1)), "there are revocation lists in the signature");
  Reader signers(signed_data.expect(der::kSet, "the signers").content);
  signed_data.end("the signers");
  const Bytes signer = signers.expect(der::kSequence, "the signer").content;
  require(signers.at_end(), "there is more than one signer");
  read_signer(signer, result);
  return result;
}

}  // namespace

ActorSignature read_actor_signature(Bytes der) {
  require(der.size() <= kMaximalSize, "the signature is larger than 64 KiB");
  try {
    der::check_strict(der);
    Reader outer(der);
    Reader content_info(outer.expect(der::kSequence, "the signature").content);
    require(
        is_oid(content_info.expect(der::kObjectIdentifier, "the signature's type").content, oid::kSignedData),
        "the file is no SignedData");
    Reader wrapped(content_info.expect(der::context(0), "the signature's content").content);
    content_info.end("the signature");
    const Bytes signed_data = wrapped.expect(der::kSequence, "SignedData").content;
    wrapped.end("SignedData");
    return read_signed_data(signed_data);
  } catch (const der::DerError& error) {
    throw ProfileError(error.what());
  }
}

struct SignerKeys::Key {
  KeyHandle handle;
  KeyContext context;  // made ready for SHA-256 once, for all signatures
  SignatureScheme scheme;
};

SignerKeys::SignerKeys() = default;
SignerKeys::~SignerKeys() = default;

namespace {

KeyContext context_of(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1)
    throw ProfileError("the key of the signer's certificate cannot verify");
  return context;
}

}  // namespace

SignerKeys::Key& SignerKeys::key_of(const ActorSignature& signature) {
  std::unique_ptr<Key>& slot = keys_[signature.certificate_sha256];
  if (slot) return *slot;
  try {
    const CertificateHandle certificate = parse_certificate(signature.certificate);
    KeyHandle key(X509_get_pubkey(certificate.get()));
    require(key != nullptr, "the signer's certificate has no key that can be read");
    const std::optional<SignatureScheme> scheme = scheme_if_allowed(key.get());
    require(scheme.has_value(), "the certificate's key is neither P-256 nor RSA of at least 3072 bits");
    KeyContext context = context_of(key.get());
    slot = std::make_unique<Key>(Key{std::move(key), std::move(context), *scheme});
    return *slot;
  } catch (const base::Error&) {
    throw ProfileError("the key of the signer's certificate cannot be read");
  }
}

bool SignerKeys::verify(const ActorSignature& signature, const base::Digest& content) {
  Key& key = key_of(signature);
  if (key.scheme != signature.scheme || signature.message_digest != content) return false;
  const base::Digest signed_digest = base::sha256(signature.signed_attributes);
  const bool good =
      EVP_PKEY_verify(key.context.get(), data_of(Bytes(signature.signature)), signature.signature.size(),
                      data_of(Bytes(signed_digest.bytes)), signed_digest.bytes.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace custody
