// SPDX-License-Identifier: Apache-2.0
// The one form of signature that counts. Each refused form is made by OpenSSL itself and is a signature that
// stock tools accept, or one bit away from it.
#include <algorithm>

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "base/json.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/openssl.h"
#include "support.h"
#include "tests/support/shared_folder.h"

namespace custody::test {
namespace {

constexpr unsigned kProfile = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_PARTIAL | CMS_CADES;
const base::Buffer kContent = base::to_buffer(base::as_bytes("{\"act\":\"made up\"}"));

struct Pair {
  KeyHandle key;
  CertificateHandle certificate;
};

// A certificate with this key; who signs it does not matter here.
Pair pair_of(KeyHandle key) {
  CertificateHandle certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 4711);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Officer X"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  X509_EXTENSION* identifier =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_key_identifier, "00112233445566778899");
  X509_add_ext(certificate.get(), identifier, -1);
  X509_EXTENSION_free(identifier);
  const KeyHandle issuer(EVP_EC_gen("P-256"));
  X509_sign(certificate.get(), issuer.get(), EVP_sha256());
  return {std::move(key), std::move(certificate)};
}
Pair p256_pair() {
  return pair_of(KeyHandle(EVP_EC_gen("P-256")));
}

CmsHandle started(unsigned flags = kProfile) {
  return CmsHandle(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
}
base::Buffer finished(CMS_ContentInfo* cms, unsigned flags = kProfile) {
  const BioHandle in = reading_bio(kContent);
  const BioHandle out = memory_bio();
  EXPECT_EQ(CMS_final(cms, in.get(), nullptr, flags), 1);
  EXPECT_EQ(i2d_CMS_bio(out.get(), cms), 1);
  return bytes_of(out.get());
}
base::Buffer signed_with(const Pair& pair, unsigned flags = kProfile, const EVP_MD* digest = EVP_sha256()) {
  const CmsHandle cms = started(flags);
  EXPECT_NE(CMS_add1_signer(cms.get(), pair.certificate.get(), pair.key.get(), digest, flags), nullptr);
  return finished(cms.get(), flags);
}

// "" where it counts; else why it does not.
std::string refusal(base::Bytes der, base::Bytes content = kContent) {
  try {
    SignerKeys keys;
    return keys.verify(read_actor_signature(der), content) ? "" : "not good";
  } catch (const ProfileError& error) {
    return error.what();
  }
}

TEST(Signature, OursCounts) {
  const base::Buffer der = anna().sign_detached(kContent);
  EXPECT_EQ(refusal(der), "");
  EXPECT_EQ(refusal(der, base::as_bytes("other")), "not good");
  const ActorSignature read = read_actor_signature(der);
  EXPECT_EQ(read.certificate, anna().certificate());
  EXPECT_EQ(read.certificate_sha256.hex(), fingerprint_of(anna().certificate()));
}
TEST(Signature, RsaOf3072BitsCounts) {
  EXPECT_EQ(refusal(signed_with(pair_of(KeyHandle(EVP_RSA_gen(3072))))), "");
}
// Whatever single bit is changed, it no longer counts: there is one form of each signature.
TEST(Signature, NoBitIsFree) {
  base::Buffer der = anna().sign_detached(kContent);
  for (std::size_t i = 0; i < der.size(); ++i)
    for (const int bit : {0, 5, 7}) {
      der[i] ^= static_cast<std::byte>(1 << bit);
      EXPECT_NE(refusal(der), "") << "byte " << i << " bit " << bit;
      der[i] ^= static_cast<std::byte>(1 << bit);
    }
}
TEST(Signature, NoPrefixAndNoTrailCounts) {
  base::Buffer der = anna().sign_detached(kContent);
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_NE(refusal(base::Bytes(der).first(size)), "") << size;
  der.push_back(std::byte{0});
  EXPECT_EQ(refusal(der), "there are bytes after the outermost element");
}
TEST(Signature, T44_NoSignedAttributes) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), (kProfile & ~unsigned{CMS_CADES}) | CMS_NOATTR)),
            "there are no signed attributes");
}
TEST(Signature, T45_NoSigningCertificate) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile & ~unsigned{CMS_CADES})),
            "the signed attribute signingCertificateV2 is missing");
}
TEST(Signature, T45_DigestOfAnotherCertificate) {
  const Pair pair = p256_pair();
  base::Buffer der = signed_with(pair);
  const base::Digest digest = base::sha256(der_of(pair.certificate.get()));
  const auto at = std::search(der.begin(), der.end(), digest.bytes.begin(), digest.bytes.end());
  ASSERT_NE(at, der.end());
  *at ^= std::byte{1};
  EXPECT_EQ(refusal(der), "signingCertificateV2 has the digest of another certificate");
}
TEST(Signature, T46_Sha1) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile, EVP_sha1())), "the digest algorithm is not SHA-256");
}
TEST(Signature, T47_KeysThatTheProfileDoesNotHave) {
  const std::string expected = "the certificate's key is neither P-256 nor RSA of at least 3072 bits";
  EXPECT_EQ(refusal(signed_with(pair_of(KeyHandle(EVP_RSA_gen(2048))))), expected);
  EXPECT_EQ(refusal(signed_with(pair_of(KeyHandle(EVP_EC_gen("P-384"))))), expected);
  EXPECT_EQ(refusal(signed_with(pair_of(KeyHandle(EVP_EC_gen("secp256k1"))))), expected);
}
TEST(Signature, T48_AttachedContent) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile & ~unsigned{CMS_DETACHED})),
            "content is attached to the signature");
}
TEST(Signature, T49_TwoSigners) {
  const Pair first = p256_pair(), second = p256_pair();
  const CmsHandle cms = started();
  CMS_add1_signer(cms.get(), first.certificate.get(), first.key.get(), EVP_sha256(), kProfile);
  CMS_add1_signer(cms.get(), second.certificate.get(), second.key.get(), EVP_sha256(), kProfile);
  EXPECT_EQ(refusal(finished(cms.get())), "there is another certificate beside the signer's");
  // The same person twice: one certificate, two signatures.
  const CmsHandle twice = started();
  CMS_add1_signer(twice.get(), first.certificate.get(), first.key.get(), EVP_sha256(), kProfile);
  CMS_add1_signer(twice.get(), first.certificate.get(), first.key.get(), EVP_sha256(),
                  kProfile | CMS_NOCERTS);
  EXPECT_EQ(refusal(finished(twice.get())), "there is more than one signer");
}
TEST(Signature, NoCertificate) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile | CMS_NOCERTS)),
            "there is no certificate in the signature");
}
TEST(Signature, SignerNamedByKeyIdentifier) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile | CMS_USE_KEYID)),
            "a version number is not the one of this profile");
}
TEST(Signature, T150_UnsignedAttribute) {
  const Pair pair = p256_pair();
  const CmsHandle cms = started();
  CMS_SignerInfo* signer =
      CMS_add1_signer(cms.get(), pair.certificate.get(), pair.key.get(), EVP_sha256(), kProfile);
  CMS_unsigned_add1_attr_by_NID(signer, NID_pkcs9_unstructuredName, V_ASN1_UTF8STRING, "note", 4);
  EXPECT_EQ(refusal(finished(cms.get())), "there are unsigned attributes");
}
TEST(Signature, T150_ExtraSignedAttribute) {
  EXPECT_EQ(refusal(signed_with(p256_pair(), kProfile & ~unsigned{CMS_NOSMIMECAP})),
            "there is a signed attribute that the profile does not have");
}
TEST(Signature, T150_ExtraCertificate) {
  const Pair pair = p256_pair();
  const CmsHandle cms = started();
  CMS_add1_signer(cms.get(), pair.certificate.get(), pair.key.get(), EVP_sha256(), kProfile);
  CMS_add1_cert(cms.get(), p256_pair().certificate.get());
  EXPECT_EQ(refusal(finished(cms.get())), "there is another certificate beside the signer's");
}
TEST(Signature, T150_RevocationList) {
  const Pair pair = p256_pair();
  const std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>> list(X509_CRL_new());
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(pair.certificate.get()));
  X509_CRL_set1_lastUpdate(list.get(), X509_get0_notBefore(pair.certificate.get()));
  X509_CRL_sign(list.get(), pair.key.get(), EVP_sha256());
  const CmsHandle cms = started();
  CMS_add1_signer(cms.get(), pair.certificate.get(), pair.key.get(), EVP_sha256(), kProfile);
  CMS_add1_crl(cms.get(), list.get());
  EXPECT_EQ(refusal(finished(cms.get())), "there are revocation lists in the signature");
}
TEST(Signature, T83_BerIsNotDer) {
  base::Buffer der = anna().sign_detached(kContent);
  ASSERT_EQ(der[1], std::byte{0x82});  // two bytes of length follow
  // The same elements, the outermost of indefinite length: OpenSSL reads this too.
  der.erase(der.begin() + 2, der.begin() + 4);
  der[1] = std::byte{0x80};
  der.insert(der.end(), 2, std::byte{0});
  const unsigned char* at = data_of(base::Bytes(der));
  EXPECT_NE(CmsHandle(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size()))), nullptr);
  EXPECT_EQ(refusal(der), "a length is indefinite: BER, not DER");
}

// Vectors for ECDSA on P-256 pass through the same key cache and call as signatures of people do.
TEST(Signature, T55_WycheproofEcdsa) {
  SKIP_WITHOUT_SHARED("vectors/wycheproof/ecdsa_secp256r1_sha256_test.json");
  const base::Json vectors = base::parse_json(
      base::read_file(support::shared("vectors/wycheproof/ecdsa_secp256r1_sha256_test.json")));
  int judged = 0;
  for (const base::Json& group : vectors.at("testGroups").items()) {
    const base::Buffer spki = base::from_hex(group.at("publicKeyDer").text());
    const unsigned char* at = data_of(base::Bytes(spki));
    const Pair pair = pair_of(KeyHandle(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size()))));
    ActorSignature signature;
    signature.certificate = der_of(pair.certificate.get());
    signature.certificate_sha256 = base::sha256(signature.certificate);
    signature.message_digest = base::sha256(kContent);
    signature.scheme = SignatureScheme::ecdsa_p256_sha256;
    SignerKeys keys;
    for (const base::Json& test : group.at("tests").items()) {
      signature.signed_attributes = base::from_hex(test.at("msg").text());
      signature.signature = base::from_hex(test.at("sig").text());
      EXPECT_EQ(keys.verify(signature, kContent), test.at("result").text() == "valid")
          << "tcId " << test.at("tcId").integer();
      ++judged;
    }
  }
  EXPECT_EQ(judged, vectors.at("numberOfTests").integer());
}

int run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}

// Other implementations accept what we sign, and see a changed content.
class Foreign : public ::testing::Test {
 protected:
  void SetUp() override {
    base::write_durably(folder_ / "content", kContent);
    base::write_durably(folder_ / "other", base::as_bytes("other"));
    base::write_durably(folder_ / "signature.p7s", anna().sign_detached(kContent));
    base::write_durably(folder_ / "anna.pem", base::as_bytes(certificate_to_pem(anna().certificate())));
  }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  TestFolder folder_;
};
TEST_F(Foreign, OpensslAcceptsAndRefuses) {
  if (run("command -v openssl") != 0) GTEST_SKIP() << "the program openssl is not installed";
  const std::string verify = "openssl cms -verify -cades -binary -inform DER -in " + file("signature.p7s") +
                             " -CAfile " + file("anna.pem") + " -out /dev/null -content ";
  EXPECT_EQ(run(verify + file("content")), 0);
  EXPECT_NE(run(verify + file("other")), 0);
}
TEST_F(Foreign, CerttoolAcceptsAndRefuses) {
  if (run("command -v certtool") != 0) GTEST_SKIP() << "the program certtool is not installed";
  const std::string verify = "certtool --p7-verify --inder --infile " + file("signature.p7s") +
                             " --load-ca-certificate " + file("anna.pem") + " --load-data ";
  EXPECT_EQ(run(verify + file("content")), 0);
  EXPECT_NE(run(verify + file("other")), 0);
}

}  // namespace
}  // namespace custody::test
