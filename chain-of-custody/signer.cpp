// SPDX-License-Identifier: Apache-2.0
// Signing with an identity of this machine: RFC 5652 SignedData with the CAdES attribute
// signingCertificateV2 (RFC 5035), in the narrow form that cms_profile.h reads back.
#include <openssl/pem.h>

#include "base/file.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

constexpr unsigned kFlags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_PARTIAL | CMS_CADES;
constexpr char kAdvice[] = "No entry was made; the evidence is as it was. Check the identity and try again.";

class LocalSigner final : public Signer {
 public:
  LocalSigner(KeyHandle key, base::Buffer certificate)
      : key_(std::move(key)),
        certificate_(parse_certificate(certificate)),
        certificate_der_(std::move(certificate)),
        subject_(subject_of(certificate_der_)) {}

  base::Buffer sign_detached(base::Bytes content) const override;
  base::Buffer certificate() const override { return certificate_der_; }
  std::string subject() const override { return subject_; }

 private:
  KeyHandle key_;
  CertificateHandle certificate_;
  base::Buffer certificate_der_;
  std::string subject_;
};

base::Buffer LocalSigner::sign_detached(base::Bytes content) const {
  const CmsHandle cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, kFlags));
  if (!cms || !CMS_add1_signer(cms.get(), certificate_.get(), key_.get(), EVP_sha256(), kFlags))
    throw crypto_error("a signature cannot be prepared", kAdvice);
  const BioHandle in = reading_bio(content);
  const BioHandle out = memory_bio();
  if (CMS_final(cms.get(), in.get(), nullptr, kFlags) != 1 || i2d_CMS_bio(out.get(), cms.get()) != 1)
    throw crypto_error("a signature cannot be made", kAdvice);
  return bytes_of(out.get());
}

}  // namespace

std::unique_ptr<Signer> unlock_signer(const std::filesystem::path& folder, const std::string& name,
                                      const std::function<std::string()>& passphrase) {
  const IdentityFacts facts = identity_facts(folder, name);
  KeyHandle key = read_key(folder / name / "sign.key.pem", passphrase);
  const CertificateHandle certificate = parse_certificate(facts.sign_certificate);
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    throw crypto_error("the signing key and certificate of \"" + name + "\" do not belong together", kAdvice);
  return std::make_unique<LocalSigner>(std::move(key), facts.sign_certificate);
}

}  // namespace custody
