// SPDX-License-Identifier: Apache-2.0
// Sealing for certificates: CMS AuthEnvelopedData (RFC 5083), AES-256-GCM, the content key agreed by ECDH
// with SHA-256 (RFC 5753) for each recipient. Every envelope is random.
#include <openssl/ec.h>

#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

constexpr auto kAdvice =
    base::phrase("Nothing was sealed. Check the certificates of those who shall be able to open it.");

class CmsSealer final : public base::SecretSealer {
 public:
  explicit CmsSealer(std::vector<CertificateHandle> recipients) : recipients_(std::move(recipients)) {}
  base::Buffer seal(base::Bytes secret) const override;

 private:
  std::vector<CertificateHandle> recipients_;
};

void add_recipient(CMS_ContentInfo* cms, X509* certificate) {
  CMS_RecipientInfo* recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
  if (!recipient) throw crypto_error(base::say("a certificate cannot receive sealed things"), kAdvice);
  EVP_PKEY_CTX* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  if (!context || EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) <= 0)
    throw crypto_error(base::say("a certificate cannot receive sealed things"), kAdvice);
}

base::Buffer CmsSealer::seal(base::Bytes secret) const {
  constexpr unsigned kFlags = CMS_BINARY | CMS_PARTIAL;
  const CmsHandle cms(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), kFlags));
  if (!cms) throw crypto_error(base::say("an envelope cannot be prepared"), kAdvice);
  for (const CertificateHandle& recipient : recipients_) add_recipient(cms.get(), recipient.get());
  const BioHandle in = reading_bio(secret);
  const BioHandle out = memory_bio();
  if (CMS_final(cms.get(), in.get(), nullptr, kFlags) != 1 || i2d_CMS_bio(out.get(), cms.get()) != 1)
    throw crypto_error(base::say("an envelope cannot be made"), kAdvice);
  return bytes_of(out.get());
}

class CmsOpener final : public base::SecretOpener {
 public:
  explicit CmsOpener(KeyHandle key) : key_(std::move(key)) {}
  base::Buffer open(base::Bytes envelope) const override;

 private:
  KeyHandle key_;
};

base::Buffer CmsOpener::open(base::Bytes envelope) const {
  constexpr auto kCannot = base::phrase("a sealed thing cannot be opened with this identity");
  constexpr auto kTryAnother =
      base::phrase("It was not changed. Use the identity of somebody it was sealed for: --identity NAME.");
  const unsigned char* at = data_of(envelope);
  const CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(envelope.size())));
  if (!cms || at != data_of(envelope) + envelope.size()) throw crypto_error(kCannot, kTryAnother);
  const BioHandle out = memory_bio();
  // By the key alone, tried with each recipient: an envelope names the certificate of its time, and the same
  // key may have another one by now.
  if (CMS_decrypt(cms.get(), key_.get(), nullptr, nullptr, out.get(), CMS_BINARY) != 1)
    throw crypto_error(kCannot, kTryAnother);
  return bytes_of(out.get());
}

}  // namespace

std::unique_ptr<base::SecretSealer> sealer_for(std::vector<base::Buffer> certificates) {
  if (certificates.empty())
    throw base::Error(base::ErrorKind::usage, base::say("there is nobody to seal for"), kAdvice);
  std::vector<CertificateHandle> recipients;
  for (const base::Buffer& certificate : certificates) recipients.push_back(parse_certificate(certificate));
  return std::make_unique<CmsSealer>(std::move(recipients));
}

std::unique_ptr<base::SecretOpener> unlock_opener(const std::filesystem::path& folder,
                                                  const std::string& name,
                                                  const std::function<std::string()>& passphrase) {
  const IdentityFacts facts = identity_facts(folder, name);
  return std::make_unique<CmsOpener>(read_key(folder / facts.name / kSealKeyFile, passphrase));
}

}  // namespace custody
