// SPDX-License-Identifier: Apache-2.0
// Structure: RFC 5652 §5 (SignedData), §11 (attributes), RFC 3161 §2.4.2 (TSTInfo), RFC 5035 §4 and RFC 5816
// §2.2 (ESSCertIDv2), RFC 5754 §2 (digest identifiers).
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/der.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/timestamp.h"

namespace custody {
namespace {

using base::Bytes;
using der::Reader;

// Object identifiers as the content of their DER.
constexpr std::string_view kSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";       // 1.2.840.113549.1.7.2
constexpr std::string_view kContentType = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";      // ….1.9.3
constexpr std::string_view kMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";    // ….1.9.4
constexpr std::string_view kTstInfo = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";  // ….1.9.16.1.4
constexpr std::string_view kSigningCertificate =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c";  // ….1.9.16.2.12, SHA-1
constexpr std::string_view kSigningCertificateV2 =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";                           // ….1.9.16.2.47
constexpr std::string_view kSha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";  // 2.16.840.1.101.3.4.2.1
constexpr std::string_view kSha384 = "\x60\x86\x48\x01\x65\x03\x04\x02\x02";
constexpr std::string_view kSha512 = "\x60\x86\x48\x01\x65\x03\x04\x02\x03";

constexpr std::string_view kEcdsaWith = "\x2a\x86\x48\xce\x3d\x04\x03";  // 1.2.840.10045.4.3, then 2 to 4
constexpr std::string_view kRsa =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x01";  // 1.2.840.113549.1.1, then 1 or 11 to 13

constexpr std::int64_t kSecond = 1'000'000;

void require(bool holds, const char* otherwise) {
  if (!holds) throw TimeStampError(otherwise);
}

bool is_oid(Bytes content, std::string_view oid) {
  return base::as_text(content) == oid;
}

void expect_version(Reader& reader, std::initializer_list<unsigned> versions) {
  const Bytes content = reader.expect(der::kInteger, "a version").content;
  const auto is_it = [&](unsigned version) { return content[0] == static_cast<std::byte>(version); };
  require(content.size() == 1 && std::ranges::any_of(versions, is_it),
          "a version number is not the one of a time-stamp token");
}

Bytes read_algorithm(Reader& reader) {
  Reader algorithm(reader.expect(der::kSequence, "an algorithm").content);
  const Bytes oid = algorithm.expect(der::kObjectIdentifier, "an algorithm's identifier").content;
  if (!algorithm.at_end()) algorithm.expect(der::kNull, "an algorithm's parameter");
  algorithm.end("an algorithm");
  return oid;
}

// OpenSSL's name of a digest that counts.
std::string digest_name(Bytes oid, const char* otherwise) {
  if (is_oid(oid, kSha256)) return "SHA256";
  if (is_oid(oid, kSha384)) return "SHA384";
  require(is_oid(oid, kSha512), otherwise);
  return "SHA512";
}

base::Buffer digest_by(const std::string& name, Bytes bytes) {
  base::Buffer digest(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, name.c_str(), nullptr, data_of(bytes), bytes.size(), data_of(digest), &size) != 1)
    throw crypto_error(
        base::say("a digest cannot be computed"),
        base::say("Nothing was changed. Check that the OpenSSL 3 of this system is installed whole."));
  digest.resize(size);
  return digest;
}

struct CertificateNames {
  Bytes issuer, serial;  // whole elements
};

CertificateNames read_names(Bytes certificate) {
  Reader outer(certificate);
  Reader parts(outer.expect(der::kSequence, "a certificate").content);
  Reader to_be_signed(parts.expect(der::kSequence, "a certificate's content").content);
  if (to_be_signed.next_is(der::context(0))) to_be_signed.next();
  CertificateNames names;
  names.serial = to_be_signed.expect(der::kInteger, "a certificate's serial number").whole;
  to_be_signed.expect(der::kSequence, "a certificate's algorithm");
  names.issuer = to_be_signed.expect(der::kSequence, "a certificate's issuer").whole;
  return names;
}

// The certificate of this issuer and serial number among those in the token.
Bytes certificate_named(Bytes certificates, const CertificateNames& wanted) {
  Reader reader(certificates);
  while (!reader.at_end()) {
    const der::Element one = reader.next();
    if (one.tag != der::kSequence) continue;  // attribute certificates and other forms
    const CertificateNames names = read_names(one.whole);
    if (std::ranges::equal(names.issuer, wanted.issuer) && std::ranges::equal(names.serial, wanted.serial))
      return one.whole;
  }
  throw TimeStampError("the certificate of the authority is not in the token");
}

unsigned small_number(Bytes content, unsigned maximum, const char* what) {
  std::uint64_t value = 0;
  require(!content.empty() && content.size() <= 4 && (content[0] & std::byte{0x80}) == std::byte{0}, what);
  for (const std::byte byte : content) value = value << 8 | std::to_integer<unsigned>(byte);
  require(value <= maximum, what);
  return static_cast<unsigned>(value);
}

// YYYYMMDDHHMMSS[.f…]Z, the fraction without trailing zeros (RFC 3161 §2.4.2). Beyond microseconds it is cut.
std::int64_t read_gen_time(Bytes content) {
  constexpr char kNoTime[] = "the token's time is no time";
  const std::string_view text = base::as_text(content);
  require(text.size() >= 15 && text.back() == 'Z', kNoTime);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  require(std::ranges::all_of(text.substr(0, 14), is_digit), kNoTime);
  const auto part = [&](std::size_t at, std::size_t count) { return std::string(text.substr(at, count)); };
  const std::optional<std::int64_t> whole =
      base::parse_utc(part(0, 4) + '-' + part(4, 2) + '-' + part(6, 2) + 'T' + part(8, 2) + ':' +
                      part(10, 2) + ':' + part(12, 2) + 'Z');
  // Nobody stamped anything before the epoch, and beside it whole seconds round the other way.
  require(whole.has_value() && *whole >= 0, kNoTime);
  const std::string_view fraction = text.substr(14, text.size() - 15);
  if (fraction.empty()) return *whole;
  require(fraction.size() >= 2 && fraction[0] == '.' && fraction.back() != '0' &&
              std::ranges::all_of(fraction.substr(1), is_digit),
          kNoTime);
  std::string microseconds(fraction.substr(1, 6));
  microseconds.resize(6, '0');
  std::int64_t value = 0;
  std::from_chars(microseconds.data(), microseconds.data() + microseconds.size(), value);
  return *whole + value;
}

std::int64_t read_accuracy(Bytes content) {
  constexpr char kOdd[] = "the token's accuracy is malformed";
  constexpr unsigned kDay = 86'400;
  constexpr std::uint8_t kMillis = 0x80, kMicros = 0x81;
  Reader accuracy(content);
  std::int64_t bound = 0;
  if (accuracy.next_is(der::kInteger)) bound += kSecond * small_number(accuracy.next().content, kDay, kOdd);
  if (accuracy.next_is(kMillis)) bound += 1000 * small_number(accuracy.next().content, 999, kOdd);
  if (accuracy.next_is(kMicros)) bound += small_number(accuracy.next().content, 999, kOdd);
  accuracy.end("the token's accuracy");
  return bound;
}

base::Digest read_imprint(Bytes content) {
  Reader imprint(content);
  require(is_oid(read_algorithm(imprint), kSha256),
          "the token is not over a SHA-256 digest: weaker ones prove nothing, and others were not asked for");
  const Bytes value = imprint.expect(der::kOctetString, "the token's digest").content;
  imprint.end("the token's digest");
  base::Digest digest;
  require(value.size() == digest.bytes.size(), "the token's digest does not have 32 bytes");
  std::ranges::copy(value, digest.bytes.begin());
  return digest;
}

// Statements of qualified authorities (ETSI EN 319 422) stand here; what is critical must be understood.
void check_extensions(Bytes content) {
  Reader extensions(content);
  while (!extensions.at_end()) {
    Reader extension(extensions.expect(der::kSequence, "an extension of the token").content);
    extension.expect(der::kObjectIdentifier, "an extension's identifier");
    require(!extension.next_is(der::kBoolean) || extension.next().content[0] == std::byte{0},
            "the token has a critical extension that is not known here");
    extension.expect(der::kOctetString, "an extension's value");
    extension.end("an extension of the token");
  }
}

void read_info(Bytes bytes, TimeToken& into) {
  der::check_strict(bytes);
  into.info = base::to_buffer(bytes);
  Reader outer(bytes);
  Reader info(outer.expect(der::kSequence, "TSTInfo").content);
  expect_version(info, {1});
  info.expect(der::kObjectIdentifier, "the authority's policy");
  into.imprint = read_imprint(info.expect(der::kSequence, "the token's digest").content);
  info.expect(der::kInteger, "the token's serial number");
  into.time_us = read_gen_time(info.expect(der::kGeneralizedTime, "the token's time").content);
  if (info.next_is(der::kSequence)) into.accuracy_us = read_accuracy(info.next().content);
  if (info.next_is(der::kBoolean)) info.next();
  if (info.next_is(der::kInteger)) into.nonce = base::to_buffer(info.next().content);
  if (info.next_is(der::context(0))) info.next();  // a name that the authority gives itself
  if (info.next_is(der::context(1))) check_extensions(info.next().content);
  info.end("the token's content");
}

// The first ESSCertIDv2 must be the signer's certificate; others may name its chain.
void check_certificate_id(const der::Element& value, Bytes certificate) {
  Reader outer(value.whole);
  Reader attribute(outer.expect(der::kSequence, "signingCertificateV2").content);
  Reader ids(attribute.expect(der::kSequence, "signingCertificateV2").content);
  Reader id(ids.expect(der::kSequence, "a certificate's digest").content);
  std::string algorithm = "SHA256";  // where none is named
  if (id.next_is(der::kSequence))
    algorithm = digest_name(read_algorithm(id), "the authority names its certificate by a weak digest");
  require(std::ranges::equal(id.expect(der::kOctetString, "a certificate's digest").content,
                             digest_by(algorithm, certificate)),
          "the token names another certificate than the one that signed it");
}

void check_message_digest(const der::Element& value, const TimeToken& token) {
  require(value.tag == der::kOctetString &&
              std::ranges::equal(value.content, digest_by(token.digest, token.info)),
          "the token's content is not what its authority signed");
}

struct Seen {
  bool type = false, digest = false, certificate = false, old_certificate = false;
};

// A value of the attribute at hand; attributes that say nothing of the content may stand beside these.
void read_attribute(Bytes type, const der::Element& value, const TimeToken& token, Seen& seen) {
  const auto first = [](bool& flag) {
    require(!flag, "a signed attribute is there twice");
    flag = true;
  };
  if (is_oid(type, kContentType)) {
    first(seen.type);
    require(value.tag == der::kObjectIdentifier && is_oid(value.content, kTstInfo),
            "the signed content is no time-stamp");
  } else if (is_oid(type, kMessageDigest)) {
    first(seen.digest);
    check_message_digest(value, token);
  } else if (is_oid(type, kSigningCertificateV2)) {
    first(seen.certificate);
    check_certificate_id(value, token.certificate);
  } else if (is_oid(type, kSigningCertificate)) {
    seen.old_certificate = true;
  }
}

void read_attributes(Bytes content, const TimeToken& token) {
  der::check_set_order(content);
  Reader attributes(content);
  Seen seen;
  while (!attributes.at_end()) {
    Reader attribute(attributes.expect(der::kSequence, "a signed attribute").content);
    const Bytes type = attribute.expect(der::kObjectIdentifier, "an attribute's type").content;
    Reader values(attribute.expect(der::kSet, "an attribute's values").content);
    attribute.end("a signed attribute");
    const der::Element value = values.next();
    values.end("an attribute's only value");
    read_attribute(type, value, token, seen);
  }
  require(seen.type && seen.digest, "the token lacks contentType or messageDigest");
  require(seen.certificate || !seen.old_certificate,
          "the token names its certificate by SHA-1 only (ESSCertID of RFC 2634); ESSCertIDv2 is wanted: "
          "ask the authority for it (OpenSSL: ess_cert_id_alg = sha256), or ask another");
  require(seen.certificate, "the token does not say which certificate signed it (signingCertificateV2)");
}

// The signature's algorithm must be that of the digest: RFC 5754 §3, RFC 3370 §3.2 for rsaEncryption alone.
void read_scheme(Bytes oid, TimeToken& into) {
  const int step = into.digest == "SHA256" ? 0 : into.digest == "SHA384" ? 1 : 2;
  const auto is = [&](std::string_view family, int number) {
    return is_oid(oid, std::string(family) + static_cast<char>(number));
  };
  into.with_rsa = is(kRsa, 1) || is(kRsa, 11 + step);
  require(into.with_rsa || is(kEcdsaWith, 2 + step),
          "the authority signs neither by ECDSA nor by RSA (PKCS #1 v1.5) with the digest that it names");
}

void read_signer(Bytes content, Bytes certificates, TimeToken& into) {
  Reader signer(content);
  expect_version(signer, {1});  // 3 would name the signer by a key identifier, which is no name
  Reader identifier(signer.expect(der::kSequence, "the signer's issuer and serial number").content);
  CertificateNames names;
  names.issuer = identifier.expect(der::kSequence, "the signer's issuer").whole;
  names.serial = identifier.expect(der::kInteger, "the signer's serial number").whole;
  identifier.end("the signer's serial number");
  into.certificate = base::to_buffer(certificate_named(certificates, names));
  into.digest = digest_name(read_algorithm(signer), "the authority signs with a digest weaker than SHA-256");
  require(signer.next_is(der::context(0)), "the token has no signed attributes");
  const der::Element attributes = signer.next();
  read_attributes(attributes.content, into);
  // The signature is over the attributes as a SET, not over their implicit tag (RFC 5652 §5.4).
  into.signed_attributes = base::to_buffer(attributes.whole);
  into.signed_attributes[0] = std::byte{der::kSet};
  read_scheme(read_algorithm(signer), into);
  into.signature = base::to_buffer(signer.expect(der::kOctetString, "the signature").content);
}

void read_signed_data(Bytes content, TimeToken& into) {
  Reader signed_data(content);
  expect_version(signed_data, {3});
  Reader digests(signed_data.expect(der::kSet, "the digest algorithms").content);
  while (!digests.at_end()) digest_name(read_algorithm(digests), "a digest weaker than SHA-256 is named");
  Reader encapsulated(signed_data.expect(der::kSequence, "the content").content);
  require(is_oid(encapsulated.expect(der::kObjectIdentifier, "the content's type").content, kTstInfo),
          "the signed content is no time-stamp");
  Reader wrapped(encapsulated.expect(der::context(0), "the content").content);
  read_info(wrapped.expect(der::kOctetString, "the content").content, into);
  wrapped.end("the content");
  require(signed_data.next_is(der::context(0)), "there is no certificate in the token");
  const Bytes certificates = signed_data.next().content;
  if (signed_data.next_is(der::context(1))) signed_data.next();  // lists of revoked ones; not believed
  Reader signers(signed_data.expect(der::kSet, "the signers").content);
  signed_data.end("the signers");
  const Bytes signer = signers.expect(der::kSequence, "the signer").content;
  require(signers.at_end(), "there is more than one signer");
  read_signer(signer, certificates, into);
}

}  // namespace

TimeToken read_token(Bytes der) {
  require(der.size() <= kMaximalTimeStamp, "the token is larger than 64 KiB");
  try {
    der::check_strict(der);
    TimeToken token;
    token.der = base::to_buffer(der);
    Reader outer(der);
    Reader content_info(outer.expect(der::kSequence, "the token").content);
    require(is_oid(content_info.expect(der::kObjectIdentifier, "the token's type").content, kSignedData),
            "this is no SignedData");
    Reader wrapped(content_info.expect(der::context(0), "the token's content").content);
    content_info.end("the token");
    const Bytes signed_data = wrapped.expect(der::kSequence, "SignedData").content;
    wrapped.end("SignedData");
    read_signed_data(signed_data, token);
    return token;
  } catch (const der::DerError& error) {
    throw TimeStampError(std::string("this is no time-stamp token: ") + error.what());
  }
}

}  // namespace custody
