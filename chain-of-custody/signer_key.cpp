// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/signer_key.h"

#include <array>

#include "base/words.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"

namespace custody {
namespace {

constexpr auto kAdvice =
    base::phrase("No entry was made; the evidence is as it was. Check the identity and try again.");

class LocalKey final : public SigningKey {
 public:
  explicit LocalKey(KeyHandle key) : key_(std::move(key)), scheme_(scheme_of(key_.get())) {}
  SignatureScheme scheme() const override { return scheme_; }
  base::Buffer sign(base::Bytes message) const override;
  KeyHandle public_key() const override;

 private:
  KeyHandle key_;
  SignatureScheme scheme_;
};

base::Buffer LocalKey::sign(base::Bytes message) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data_of(message), message.size()) != 1)
    throw crypto_error(base::say("a signature cannot be prepared"), kAdvice);
  base::Buffer signature(size);
  if (EVP_DigestSign(context.get(), data_of(signature), &size, data_of(message), message.size()) != 1)
    throw crypto_error(base::say("a signature cannot be made"), kAdvice);
  signature.resize(size);
  return signature;
}

KeyHandle LocalKey::public_key() const {
  EVP_PKEY_up_ref(key_.get());
  return KeyHandle(key_.get());
}

}  // namespace

std::optional<SignatureScheme> scheme_if_allowed(EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t length = 0;
  if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
      std::string_view(group.data(), length) == "prime256v1")
    return SignatureScheme::ecdsa_p256_sha256;
  if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= 3072) return SignatureScheme::rsa_sha256;
  return {};
}

SignatureScheme scheme_of(EVP_PKEY* key) {
  if (const auto scheme = scheme_if_allowed(key)) return *scheme;
  throw base::Error(base::ErrorKind::crypto,
                    base::say("the key is neither P-256 nor RSA of at least 3072 bits"),
                    base::say("Nothing was changed. Such a key does not sign here: use another."));
}

std::unique_ptr<SigningKey> local_key(KeyHandle key) {
  return std::make_unique<LocalKey>(std::move(key));
}

base::Buffer algorithm_of_frames(SignatureScheme scheme) {
  if (scheme == SignatureScheme::ecdsa_p256_sha256)
    return der::element(der::kSequence, {der::element(der::kObjectIdentifier, oid::kEcdsaWithSha256)});
  return der::element(der::kSequence, {der::element(der::kObjectIdentifier, oid::kSha256WithRsa),
                                       der::element(der::kNull, "")});
}

base::Buffer signed_frame(base::Bytes to_be_signed, const SigningKey& key) {
  const base::Buffer signature = key.sign(to_be_signed);
  return der::element(der::kSequence,
                      {to_be_signed, algorithm_of_frames(key.scheme()), der::bit_string(signature)});
}

}  // namespace custody
