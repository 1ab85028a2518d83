// SPDX-License-Identifier: Apache-2.0
// Not through OpenSSL's engine for PKCS#11 (libp11): one Ed25519 key on the token keeps it from finding any
// (libp11 issue 427). Here a key of another kind is passed over.
#include "chain-of-custody/token_signer.h"

#include <openssl/crypto.h>

#include "base/digest.h"
#include "base/words.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"
#include "chain-of-custody/token_module.h"

namespace custody {
namespace {

using base::Buffer;
using base::ErrorKind;

constexpr auto kAdvice =
    base::phrase("No entry was made; the evidence is as it was. Check the token and try again.");
// DER of DigestInfo for SHA-256 up to its digest (RFC 8017 §9.2, note 1).
constexpr std::string_view kDigestInfo{
    "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19};

template <typename Value>
CK_ATTRIBUTE attribute_of(CK_ATTRIBUTE_TYPE type, Value& value) {
  return {type, &value, sizeof value};
}
CK_ATTRIBUTE attribute_of(CK_ATTRIBUTE_TYPE type, std::string& value) {
  return {type, value.data(), static_cast<CK_ULONG>(value.size())};
}

std::vector<CK_OBJECT_HANDLE> objects_of(const TokenSession& session, CK_OBJECT_CLASS kind,
                                         std::optional<std::string> label, std::optional<std::string> id) {
  std::vector<CK_ATTRIBUTE> pattern{attribute_of(CKA_CLASS, kind)};
  if (label) pattern.push_back(attribute_of(CKA_LABEL, *label));
  if (id) pattern.push_back(attribute_of(CKA_ID, *id));
  return session.find(pattern);
}

bool is_of_a_kind_that_signs(const TokenSession& session, CK_OBJECT_HANDLE object) {
  const CK_ULONG kind = session.number(object, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION);
  return kind == CKK_EC || kind == CKK_RSA;
}

CK_OBJECT_HANDLE only_private_key(const TokenSession& session, const TokenUri& uri) {
  const auto all = objects_of(session, CKO_PRIVATE_KEY, uri.object, uri.id);
  std::vector<CK_OBJECT_HANDLE> usable;
  for (const CK_OBJECT_HANDLE object : all)
    if (is_of_a_kind_that_signs(session, object)) usable.push_back(object);
  if (usable.size() == 1) return usable.front();
  const std::string what = all.empty()      ? "there is no private key on the token that fits the URI"
                           : usable.empty() ? "the key on the token is neither P-256 nor RSA"
                                            : "several keys on the token fit the URI";
  throw base::Error(ErrorKind::not_found, what,
                    base::say("Nothing was changed. Name the key by object=LABEL or id=%01 in the URI."));
}

KeyHandle key_of_spki(base::Bytes algorithm, base::Bytes key) {
  const Buffer spki = der::element(der::kSequence, {algorithm, der::bit_string(key)});
  const unsigned char* at = data_of(base::Bytes(spki));
  return KeyHandle(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
}

KeyHandle rsa_key(const TokenSession& session, CK_OBJECT_HANDLE object) {
  const Buffer modulus = session.attribute(object, CKA_MODULUS);
  const Buffer exponent = session.attribute(object, CKA_PUBLIC_EXPONENT);
  if (modulus.empty() || exponent.empty()) return nullptr;
  const Buffer algorithm =
      der::element(der::kSequence,
                   {der::element(der::kObjectIdentifier, oid::kRsaEncryption), der::element(der::kNull, "")});
  const Buffer key =
      der::element(der::kSequence, {der::positive_integer(modulus), der::positive_integer(exponent)});
  return key_of_spki(algorithm, key);
}

// CKA_EC_POINT is the point in an OCTET STRING (PKCS #11 v2.40 §2.3.3); some modules leave that out.
KeyHandle ec_key(const TokenSession& session, CK_OBJECT_HANDLE object) {
  const Buffer parameters = session.attribute(object, CKA_EC_PARAMS);
  Buffer point = session.attribute(object, CKA_EC_POINT);
  if (parameters.empty() || point.empty()) return nullptr;
  constexpr std::size_t kPlainPoint = 65;  // of P-256; its first byte looks like an OCTET STRING's
  const bool in_string = point.size() > 2 && point.size() != kPlainPoint &&
                         point[0] == std::byte{der::kOctetString} &&
                         std::to_integer<std::size_t>(point[1]) == point.size() - 2;
  if (in_string) point.erase(point.begin(), point.begin() + 2);
  const Buffer algorithm =
      der::element(der::kSequence, {der::element(der::kObjectIdentifier, oid::kEcPublicKey), parameters});
  return key_of_spki(algorithm, point);
}

KeyHandle public_half(const TokenSession& session, CK_OBJECT_HANDLE object) {
  if (session.number(object, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION) == CKK_RSA)
    return rsa_key(session, object);
  return ec_key(session, object);
}

Buffer certificate_beside(const TokenSession& session, const Buffer& id) {
  if (id.empty()) return {};
  const auto found = objects_of(session, CKO_CERTIFICATE, std::nullopt, std::string(base::as_text(id)));
  return found.size() == 1 ? session.attribute(found.front(), CKA_VALUE) : Buffer{};
}

// From the public key beside the private one, or the private one itself, or a certificate.
KeyHandle public_key_of(const TokenSession& session, CK_OBJECT_HANDLE object, base::Bytes certificate) {
  const Buffer id = session.attribute(object, CKA_ID);
  std::vector<CK_OBJECT_HANDLE> tried{object};
  if (!id.empty())
    for (const CK_OBJECT_HANDLE found :
         objects_of(session, CKO_PUBLIC_KEY, std::nullopt, std::string(base::as_text(id))))
      tried.push_back(found);
  for (const CK_OBJECT_HANDLE one : tried)
    if (KeyHandle key = public_half(session, one)) return key;
  const Buffer beside = certificate_beside(session, id);
  if (certificate.empty()) certificate = beside;
  if (certificate.empty())
    throw base::Error(ErrorKind::not_found,
                      base::say("the token tells no public key and no certificate of the key"),
                      base::say("Nothing was changed. Give the key's certificate with --certificate."));
  return KeyHandle(X509_get_pubkey(parse_certificate(certificate).get()));
}

std::unique_ptr<TokenSession> session_at(const TokenPlace& place, const TokenUri& uri) {
  auto module = TokenModule::load(place.module);
  const CK_SLOT_ID slot = module->slot_of(uri);
  return std::make_unique<TokenSession>(std::move(module), slot);
}

class TokenKey final : public SigningKey {
 public:
  TokenKey(std::unique_ptr<TokenSession> session, CK_OBJECT_HANDLE object, KeyHandle public_key,
           std::string pin)
      : session_(std::move(session)),
        object_(object),
        public_key_(std::move(public_key)),
        scheme_(scheme_of(public_key_.get())),
        pin_(std::move(pin)),
        asks_each_time_(session_->number(object, CKA_ALWAYS_AUTHENTICATE, CK_FALSE) != CK_FALSE) {}
  ~TokenKey() override { OPENSSL_cleanse(pin_.data(), pin_.size()); }

  SignatureScheme scheme() const override { return scheme_; }
  Buffer sign(base::Bytes message) const override;
  KeyHandle public_key() const override {
    EVP_PKEY_up_ref(public_key_.get());
    return KeyHandle(public_key_.get());
  }

 private:
  Buffer sign_raw(CK_MECHANISM_TYPE mechanism, Buffer data) const;
  std::unique_ptr<TokenSession> session_;
  CK_OBJECT_HANDLE object_;
  KeyHandle public_key_;
  SignatureScheme scheme_;
  std::string pin_;
  bool asks_each_time_;  // keys of qualified signatures, and PIV's signature key
};

Buffer TokenKey::sign_raw(CK_MECHANISM_TYPE mechanism, Buffer data) const {
  const CK_FUNCTION_LIST& call = session_->call();
  CK_MECHANISM how{mechanism, nullptr, 0};
  CK_RV answer = call.C_SignInit(session_->handle(), &how, object_);
  if (answer == CKR_OK && asks_each_time_) {
    std::string pin = pin_;
    answer = call.C_Login(session_->handle(), CKU_CONTEXT_SPECIFIC,
                          reinterpret_cast<unsigned char*>(pin.data()), static_cast<CK_ULONG>(pin.size()));
    OPENSSL_cleanse(pin.data(), pin.size());
  }
  Buffer signature(1024);  // RSA of up to 8192 bits
  CK_ULONG size = static_cast<CK_ULONG>(signature.size());
  if (answer == CKR_OK)
    answer = call.C_Sign(session_->handle(), data_of(data), static_cast<CK_ULONG>(data.size()),
                         data_of(signature), &size);
  if (answer != CKR_OK || size > signature.size())
    throw_token_error(base::say("the token does not sign"), answer);
  signature.resize(size);
  return signature;
}

Buffer TokenKey::sign(base::Bytes message) const {
  Buffer data = base::to_buffer(base::sha256(message).bytes);
  if (scheme_ == SignatureScheme::rsa_sha256) {
    const base::Bytes info = base::as_bytes(kDigestInfo);
    data.insert(data.begin(), info.begin(), info.end());
    return sign_raw(CKM_RSA_PKCS, std::move(data));
  }
  const Buffer raw = sign_raw(CKM_ECDSA, std::move(data));  // r and s, side by side
  if (raw.size() != 64)
    throw base::Error(ErrorKind::crypto, base::say("the token's signature is not one of P-256"), kAdvice);
  const base::Bytes both(raw);
  return der::element(der::kSequence,
                      {der::positive_integer(both.first(32)), der::positive_integer(both.last(32))});
}

}  // namespace

std::unique_ptr<SigningKey> token_key(const TokenPlace& place, const std::function<std::string()>& pin,
                                      base::Bytes certificate) {
  const TokenUri uri = parse_token_uri(place.uri);
  auto session = session_at(place, uri);
  std::string given = pin();
  session->log_in(given);
  const CK_OBJECT_HANDLE object = only_private_key(*session, uri);
  KeyHandle key = public_key_of(*session, object, certificate);
  return std::make_unique<TokenKey>(std::move(session), object, std::move(key), std::move(given));
}

base::Buffer token_certificate(const TokenPlace& place) {
  const TokenUri uri = parse_token_uri(place.uri);
  const auto session = session_at(place, uri);
  const auto found = objects_of(*session, CKO_CERTIFICATE, uri.object, uri.id);
  return found.size() == 1 ? session->attribute(found.front(), CKA_VALUE) : base::Buffer{};
}

}  // namespace custody
