// SPDX-License-Identifier: Apache-2.0
// Structure: RFC 5280 §4.1 (certificate) and §5.1 (list), RFC 5652 §5 (SignedData), RFC 3161 §2.4.2 (token).
#include "fixed_people.h"

#include <memory>
#include <vector>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "base/digest.h"
#include "base/handle.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"
#include "promise.h"

namespace fuzz {
namespace {

namespace der = custody::der;
namespace oid = custody::oid;
using base::Buffer;
using base::Bytes;
using der::element;
using Number = std::unique_ptr<BIGNUM, base::Free<BN_free>>;
using Point = std::unique_ptr<EC_POINT, base::Free<EC_POINT_free>>;

constexpr std::string_view kP256 = "\x2a\x86\x48\xce\x3d\x03\x01\x07";  // 1.2.840.10045.3.1.7
constexpr std::string_view kTstInfo = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
constexpr std::string_view kCommonName = "\x55\x04\x03";
constexpr std::string_view kBasicConstraints = "\x55\x1d\x13", kKeyUsage = "\x55\x1d\x0f",
                           kExtendedKeyUsage = "\x55\x1d\x25", kSubjectKey = "\x55\x1d\x0e",
                           kAuthorityKey = "\x55\x1d\x23";
constexpr std::string_view kEmailProtection = "\x2b\x06\x01\x05\x05\x07\x03\x04",
                           kTimeStamping = "\x2b\x06\x01\x05\x05\x07\x03\x08";

// Two primes of 1536 bits, of nobody's key.
constexpr char kFirstPrime[] =
    "c2d0796949823b08d8f9dac21def042a51e48059947ede78ddd2c900425d861c3245be7feb46442f9eb43b6e05f5510c"
    "7a443b8c27c3270bb24323b9b2519df102b9c02b55e034c4fcf61a8867336579943ce7327d262fd373b5e1dc18d23d93"
    "f1543b1faae3e30777d0ccb2afda58ef9b4d1c9cd106729c80485489775aadbf6805659c0453d43639685a20b5f3bbb2"
    "17474fb8c55850ea5d7631dd0843017bc85ae5cfe13e077cb1a85f8b36f7e4c7a96271b3f4a419f2e3fa20e161789a99";
constexpr char kSecondPrime[] =
    "c63fc9ab8c9a2f2ed2743ef0ac85341c520b1fd56b00b99636aeac8deb624a520dbdf0e7969f7a0a1e23144506ad56a0"
    "80b2c0998e71eb48c1d03e441feff7753ab64e53799af6925a9192d8b280a5383475940bc9faa011ccb8867a718bbf6e"
    "7f43c76cbd09d912671d3cbe88bef7afe6a22c99401396f597262e26c3f63f7f42448eb90bd5bd2f45f834e006d4d3ae"
    "53ecb16110a24f888b100cf75458d1bf3de6449d8c91c5fbe1e0e69a2bddbbaae249ba53f749274546854e7bbefb6df1";

BN_CTX* context() {
  static const std::unique_ptr<BN_CTX, base::Free<BN_CTX_free>> kContext(BN_CTX_new());
  return kContext.get();
}
Number number_of(Bytes big_endian) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()),
                          static_cast<int>(big_endian.size()), nullptr));
}
Buffer bytes_of(const BIGNUM* number, int size) {
  Buffer bytes(static_cast<std::size_t>(size));
  must(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size) == size);
  return bytes;
}
Buffer integer_of(const BIGNUM* number) {
  return der::positive_integer(bytes_of(number, std::max(1, BN_num_bytes(number))));
}

Buffer identifier(std::string_view content) {
  return element(der::kObjectIdentifier, content);
}
Buffer null() {
  return element(der::kNull, "");
}
Buffer sequence(std::initializer_list<Bytes> parts) {
  return element(der::kSequence, parts);
}

class CurvePerson final : public Person {
 public:
  explicit CurvePerson(std::string_view seed)
      : secret_(number_of(base::sha256(base::as_bytes(seed)).bytes)), point_(EC_POINT_new(group())) {
    must(EC_POINT_mul(group(), point_.get(), secret_.get(), nullptr, nullptr, context()) == 1);
  }

  // ECDSA (FIPS 186-5 §6.4) with a nonce from the key and the message.
  Buffer sign(Bytes message) const override {
    const base::Digest digest = base::sha256(message);
    const BIGNUM* order = EC_GROUP_get0_order(group());
    const Number z = number_of(digest.bytes), r(BN_new()), s(BN_new()), inverse(BN_new());
    const Number k = number_of(base::sha256({bytes_of(secret_.get(), 32), digest.bytes}).bytes);
    const Point point(EC_POINT_new(group()));
    must(EC_POINT_mul(group(), point.get(), k.get(), nullptr, nullptr, context()) == 1 &&
         EC_POINT_get_affine_coordinates(group(), point.get(), r.get(), nullptr, context()) == 1 &&
         BN_nnmod(r.get(), r.get(), order, context()) == 1 &&
         BN_mod_inverse(inverse.get(), k.get(), order, context()) != nullptr &&
         BN_mod_mul(s.get(), r.get(), secret_.get(), order, context()) == 1 &&
         BN_mod_add(s.get(), s.get(), z.get(), order, context()) == 1 &&
         BN_mod_mul(s.get(), s.get(), inverse.get(), order, context()) == 1);
    return sequence({integer_of(r.get()), integer_of(s.get())});
  }
  Buffer key_info() const override {
    Buffer encoded(65);
    must(EC_POINT_point2oct(group(), point_.get(), POINT_CONVERSION_UNCOMPRESSED,
                            reinterpret_cast<unsigned char*>(encoded.data()), encoded.size(),
                            context()) == encoded.size());
    return sequence({sequence({identifier(oid::kEcPublicKey), identifier(kP256)}), der::bit_string(encoded)});
  }
  Buffer algorithm() const override { return sequence({identifier(oid::kEcdsaWithSha256)}); }
  Buffer cms_algorithm() const override { return algorithm(); }

 private:
  static const EC_GROUP* group() {
    static const std::unique_ptr<EC_GROUP, base::Free<EC_GROUP_free>> kGroup(
        EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return kGroup.get();
  }
  Number secret_;
  Point point_;
};

class RsaPerson final : public Person {
 public:
  RsaPerson() : modulus_(BN_new()), exponent_(BN_new()), secret_(BN_new()) {
    const Number p = number_of(base::from_hex(kFirstPrime)), q = number_of(base::from_hex(kSecondPrime)),
                 phi(BN_new());
    must(BN_mul(modulus_.get(), p.get(), q.get(), context()) == 1 &&
         BN_set_word(exponent_.get(), 65537) == 1 && BN_sub_word(p.get(), 1) == 1 &&
         BN_sub_word(q.get(), 1) == 1 && BN_mul(phi.get(), p.get(), q.get(), context()) == 1 &&
         BN_mod_inverse(secret_.get(), exponent_.get(), phi.get(), context()) != nullptr);
  }

  // PKCS #1 v1.5 (RFC 8017 §8.2).
  Buffer sign(Bytes message) const override {
    constexpr std::size_t kBytes = 384;
    const Buffer info = sequence({sequence({identifier(oid::kSha256), null()}),
                                  element(der::kOctetString, {base::sha256(message).bytes})});
    Buffer block(kBytes, std::byte{0xff});
    block[0] = std::byte{0};
    block[1] = std::byte{1};
    block[kBytes - info.size() - 1] = std::byte{0};
    std::ranges::copy(info, block.end() - static_cast<std::ptrdiff_t>(info.size()));
    const Number number = number_of(block), signature(BN_new());
    must(BN_mod_exp(signature.get(), number.get(), secret_.get(), modulus_.get(), context()) == 1);
    return bytes_of(signature.get(), kBytes);
  }
  Buffer key_info() const override {
    return sequence({sequence({identifier(oid::kRsaEncryption), null()}),
                     der::bit_string(sequence({integer_of(modulus_.get()), integer_of(exponent_.get())}))});
  }
  Buffer algorithm() const override { return sequence({identifier(oid::kSha256WithRsa), null()}); }
  Buffer cms_algorithm() const override { return sequence({identifier(oid::kRsaEncryption), null()}); }

 private:
  Number modulus_, exponent_, secret_;
};

Buffer name(std::string_view common_name) {
  return sequence({element(der::kSet, {sequence({identifier(kCommonName), element(0x0c, common_name)})})});
}

Buffer extension(std::string_view type, bool critical, Bytes value) {
  const Buffer is_critical = critical ? element(der::kBoolean, "\xff") : Buffer();
  return sequence({identifier(type), is_critical, element(der::kOctetString, {value})});
}

enum class Use { signing, time_stamping, authority };

Buffer extensions(Use use, const Person& subject, const Person& issuer) {
  const bool is_authority = use == Use::authority;
  const base::Digest subject_id = base::sha256(subject.key_info()),
                     issuer_id = base::sha256(issuer.key_info());
  const Buffer constraints = extension(
      kBasicConstraints, true, is_authority ? sequence({element(der::kBoolean, "\xff")}) : sequence({}));
  const std::string usage = is_authority          ? std::string("\x01\x06")
                            : use == Use::signing ? std::string("\x06\xc0")
                                                  : std::string("\x07\x80");
  const Buffer key_usage = extension(kKeyUsage, true, element(der::kBitString, usage));
  const Buffer purpose = sequence({identifier(use == Use::signing ? kEmailProtection : kTimeStamping)});
  const Buffer extended =
      is_authority ? Buffer() : extension(kExtendedKeyUsage, use == Use::time_stamping, purpose);
  const Buffer own =
      extension(kSubjectKey, false, element(der::kOctetString, {Bytes(subject_id.bytes).first(20)}));
  const Buffer others =
      &subject == &issuer
          ? Buffer()
          : extension(kAuthorityKey, false, sequence({element(0x80, {Bytes(issuer_id.bytes).first(20)})}));
  return element(der::context(3), {sequence({constraints, key_usage, extended, own, others})});
}

struct Naming {
  std::string_view subject, issuer, serial;
};
Buffer certificate_of(const Person& subject, const Person& issuer, const Naming& naming, Use use) {
  const Buffer validity =
      sequence({element(der::kUtcTime, "250101000000Z"), element(der::kUtcTime, "491231235959Z")});
  return signed_by(issuer, sequence({element(der::context(0), {element(der::kInteger, "\x02")}),
                                     element(der::kInteger, naming.serial), issuer.algorithm(),
                                     name(naming.issuer), validity, name(naming.subject), subject.key_info(),
                                     extensions(use, subject, issuer)}));
}

const Person& made(Person& person, const Person& issuer, const Naming& naming, Use use) {
  person.certificate = certificate_of(person, issuer, naming, use);
  return person;
}

Buffer attribute(std::string_view type, Bytes value) {
  return sequence({identifier(type), element(der::kSet, {value})});
}

struct Names {
  Buffer issuer, serial;  // whole elements
};
Names names_of(Bytes certificate) {
  der::Reader outer(certificate);
  der::Reader parts(outer.next().content);
  der::Reader to_be_signed(parts.next().content);
  to_be_signed.next();
  Names names;
  names.serial = base::to_buffer(to_be_signed.next().whole);
  to_be_signed.next();
  names.issuer = base::to_buffer(to_be_signed.next().whole);
  return names;
}

struct Signing {
  std::string_view content_type;
  Bytes content;
  bool attached;
  Buffer time;  // an element, or nothing
};
Buffer signed_data(const Person& signer, const Signing& what) {
  const Names names = names_of(signer.certificate);
  const Buffer issuer_serial = sequence({sequence({element(der::context(4), {names.issuer})}), names.serial});
  const Buffer id =
      sequence({element(der::kOctetString, {base::sha256(signer.certificate).bytes}), issuer_serial});
  std::vector<Buffer> attributes{
      attribute(oid::kContentType, identifier(what.content_type)),
      attribute(oid::kMessageDigest, element(der::kOctetString, {base::sha256(what.content).bytes})),
      attribute(oid::kSigningCertificateV2, sequence({sequence({id})}))};
  if (!what.time.empty()) attributes.push_back(attribute(oid::kSigningTime, what.time));
  Buffer set = der::set_of(der::kSet, attributes);
  const Buffer signature = signer.sign(set);
  set[0] = std::byte{der::context(0)};
  const Buffer sha256 = sequence({identifier(oid::kSha256)});
  const Buffer info =
      sequence({element(der::kInteger, "\x01"), sequence({names.issuer, names.serial}), sha256, set,
                signer.cms_algorithm(), element(der::kOctetString, {signature})});
  const Buffer content =
      what.attached ? element(der::context(0), {element(der::kOctetString, {what.content})}) : Buffer();
  const Buffer data =
      sequence({element(der::kInteger, what.attached ? "\x03" : "\x01"), element(der::kSet, {sha256}),
                sequence({identifier(what.content_type), content}),
                element(der::context(0), {signer.certificate}), element(der::kSet, {info})});
  return sequence({identifier(oid::kSignedData), element(der::context(0), {data})});
}

}  // namespace

const Person& officer() {
  static CurvePerson person("officer");
  static const Person& kMade = made(person, person, {"Officer", "Officer", "\x11"}, Use::signing);
  return kMade;
}
const Person& second_officer() {
  static RsaPerson person;
  static const Person& kMade =
      made(person, person, {"Second officer", "Second officer", "\x12"}, Use::signing);
  return kMade;
}
const Person& authority() {
  static CurvePerson person("authority");
  static const Person& kMade = made(person, person, {"Authority", "Authority", "\x13"}, Use::authority);
  return kMade;
}
const Person& time_authority() {
  static CurvePerson person("time authority");
  static const Person& kMade =
      made(person, authority(), {"Time authority", "Authority", "\x14"}, Use::time_stamping);
  return kMade;
}
const Person& investigator() {
  static CurvePerson person("investigator");
  static const Person& kMade = made(person, authority(), {"Investigator", "Authority", "\x15"}, Use::signing);
  return kMade;
}

Buffer signed_by(const Person& issuer, Bytes to_be_signed) {
  return sequence({to_be_signed, issuer.algorithm(), der::bit_string(issuer.sign(to_be_signed))});
}

Buffer cms_by(const Person& signer, Bytes content, const std::string& time) {
  return signed_data(signer, {oid::kData, content, false, element(der::kUtcTime, time)});
}

Buffer token_over(Bytes sha256, const std::string& time) {
  const Buffer imprint =
      sequence({sequence({identifier(oid::kSha256), null()}), element(der::kOctetString, {sha256})});
  const Buffer accuracy = sequence({element(der::kInteger, "\x01")});
  const Buffer info = sequence({element(der::kInteger, "\x01"), identifier("\x2a\x03\x04"), imprint,
                                element(der::kInteger, "\x07"), element(der::kGeneralizedTime, time),
                                accuracy, element(der::kInteger, "\x2a")});
  return signed_data(time_authority(), {kTstInfo, info, true, {}});
}

Buffer list_of_revoked(std::string_view serials) {
  Buffer revoked;
  for (const char serial : serials) {
    const Buffer entry = sequence(
        {element(der::kInteger, std::string_view(&serial, 1)), element(der::kUtcTime, "260601000000Z")});
    revoked.insert(revoked.end(), entry.begin(), entry.end());
  }
  const Buffer entries = revoked.empty() ? Buffer() : sequence({revoked});
  const base::Digest key = base::sha256(authority().key_info());
  const Buffer key_id =
      extension(kAuthorityKey, false, sequence({element(0x80, {Bytes(key.bytes).first(20)})}));
  const Buffer number = extension("\x55\x1d\x14", false, element(der::kInteger, "\x01"));
  return signed_by(authority(),
                   sequence({element(der::kInteger, "\x01"), authority().algorithm(), name("Authority"),
                             element(der::kUtcTime, "260701000000Z"), element(der::kUtcTime, "491231235959Z"),
                             entries, element(der::context(0), {sequence({key_id, number})})}));
}

}  // namespace fuzz
