// SPDX-License-Identifier: Apache-2.0
// The tampering T40 to T57 and T150 with a signature, before us and before `openssl cms -verify`, with -cades
// and without. Where OpenSSL does not notice, the test says so: that is why there is a profile of our own.
#include <functional>

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/openssl.h"
#include "forge.h"
#include "programs.h"

namespace custody::test {
namespace {

using base::Json;

constexpr unsigned kProfile = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_PARTIAL | CMS_CADES;
const base::Buffer kContent = base::to_buffer(base::as_bytes("{\"act\":\"made up\"}"));
std::string no_passphrase() {
  return {};
}

struct Person {
  KeyHandle key;
  CertificateHandle certificate;
};
Person person_of(const Signer& signer, const char* name) {
  const base::Buffer pem = base::read_file(identities() / name / "sign.key.pem");
  const BioHandle in = reading_bio(pem);
  return {KeyHandle(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr)),
          parse_certificate(signer.certificate())};
}
Person with_key(KeyHandle key, const char* usage = "critical,digitalSignature",
                const std::vector<std::pair<int, const char*>>& more = {}) {
  CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 4711);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Officer X"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  std::vector<std::pair<int, const char*>> extensions = more;
  extensions.emplace_back(NID_key_usage, usage);
  for (const auto& [kind, value] : extensions) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {std::move(key), std::move(certificate)};
}

base::Buffer finish(CMS_ContentInfo* cms, unsigned flags, base::Bytes content = kContent) {
  const BioHandle in = reading_bio(content);
  const BioHandle out = memory_bio();
  EXPECT_EQ(CMS_final(cms, in.get(), nullptr, flags), 1);
  EXPECT_EQ(i2d_CMS_bio(out.get(), cms), 1);
  return bytes_of(out.get());
}
base::Buffer sign(const Person& person, unsigned flags = kProfile, const EVP_MD* digest = EVP_sha256(),
                  const std::function<void(CMS_ContentInfo*, CMS_SignerInfo*)>& more = {},
                  base::Bytes content = kContent) {
  const CmsHandle cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  CMS_SignerInfo* signer =
      CMS_add1_signer(cms.get(), person.certificate.get(), person.key.get(), digest, flags);
  EXPECT_NE(signer, nullptr);
  if (more) more(cms.get(), signer);
  return finish(cms.get(), flags, content);
}

class ForeignTamper : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_PROGRAM("openssl");
    anna();
    boris();
    anna_ = person_of(anna(), "anna");
    boris_ = person_of(boris(), "boris");
    trust({anna().certificate(), boris().certificate()});
  }
  void trust(const std::vector<base::Buffer>& certificates) {
    std::string pem;
    for (const base::Buffer& der : certificates) pem += certificate_to_pem(der);
    base::write_durably(folder_ / "trust.pem", base::as_bytes(pem));
  }
  bool openssl_accepts(const base::Buffer& der, const std::string& options, base::Bytes content = kContent) {
    base::write_durably(folder_ / "x.p7s", der);
    base::write_durably(folder_ / "content", content);
    const std::string at = folder_.path().string() + "/";
    answer_ = ask("openssl cms -verify -binary -inform DER -in " + at + "x.p7s -content " + at +
                  "content -CAfile " + at + "trust.pem -out /dev/null " + options);
    return answer_.code == 0;
  }
  // "accepts, accepts" without and with -cades.
  std::string openssl(const base::Buffer& der, base::Bytes content = kContent) {
    const std::string plain = openssl_accepts(der, "", content) ? "accepts" : "refuses";
    return plain + ", " + (openssl_accepts(der, "-cades", content) ? "accepts" : "refuses");
  }
  static std::string ours(base::Bytes der, base::Bytes content = kContent) {
    try {
      return SignerKeys().verify(read_actor_signature(der), content) ? "accepts" : "is not good";
    } catch (const ProfileError& error) {
      return error.what();
    }
  }
  std::string file(const std::string& name, const std::string& text) const {
    base::write_durably(folder_ / name, base::as_bytes(text));
    return (folder_ / name).string();
  }

  TestFolder folder_;
  Person anna_, boris_;
  Answer answer_;
};

TEST_F(ForeignTamper, NothingIsSeenWhereNothingWasDone) {
  EXPECT_EQ(openssl(sign(anna_)), "accepts, accepts");
  EXPECT_EQ(ours(sign(anna_)), "accepts");
  EXPECT_EQ(openssl(anna().sign_detached(kContent)), "accepts, accepts");
  EXPECT_EQ(ours(anna().sign_detached(kContent)), "accepts");
}

// --- the two signatures of one entry -----------------------------------------------------------------------

class ForeignParties : public ForeignTamper {
 protected:
  void SetUp() override {
    ForeignTamper::SetUp();
    if (IsSkipped()) return;
    const auto ledger = small_ledger(place_);
    base::Event add{"key.add", {}, Json::object(), true};
    add.members.set("cert_sha256", fingerprint_of(boris().certificate()))
        .set("certificate", base::to_base64(boris().certificate()))
        .set("subject", boris().subject());
    ledger->append(add);
    base::Event handover{"handover", {}, Json::object({{"purpose", "storage"}}), false};
    handover.exhibits.push_back({kPhone, Json::object({{"seal", "S-17"}}), Json::object()});
    ledger->append(handover, {&boris()});
    content_ = read_ledger(places_in(place_).folder);
  }
  Entry& last() { return content_.entries.back(); }
  std::string failed() {
    reseal(content_, log_key_of(place_));
    TrustAnchors anchors;
    anchors.certificates = {anna().certificate(), boris().certificate()};
    return failed_codes(verify_whole(content_, anchors));
  }
  TestFolder place_;
  LedgerContent content_;
};

// OpenSSL is shown one file and knows of no other: it does not notice.
TEST_F(ForeignParties, T40_ReceivingSignatureStripped) {
  last().signatures.pop_back();
  EXPECT_EQ(openssl(last().signatures[0], *last().body), "accepts, accepts");
  EXPECT_EQ(failed(), "leaf.signatures");
}
TEST_F(ForeignParties, T41_AnotherOfficersSignature) {
  last().signatures[1] = anna().sign_detached(*last().body);
  EXPECT_EQ(openssl(last().signatures[1], *last().body), "accepts, accepts");
  EXPECT_EQ(failed(), "signature.party");
}
TEST_F(ForeignParties, T42_BothByTheSameCertificate) {
  sign_again(last(), anna(), [](Json& body) {
    Json::Array parties = body.at("parties").items();
    parties[1].set("cert_sha256", fingerprint_of(anna().certificate()));
    body.set("parties", Json(parties));
  });
  last().signatures.push_back(anna().sign_detached(*last().body));
  for (const base::Buffer& signature : last().signatures)
    EXPECT_EQ(openssl(signature, *last().body), "accepts, accepts");
  EXPECT_EQ(failed(), "act.table");
}
// Another way to have a party sign what his tool never hashed is to reuse the first signer's digest: then
// both stand in one file, which does not count here.
TEST_F(ForeignParties, T50_BothInOneFileWithTheDigestReused) {
  const CmsHandle cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, kProfile));
  CMS_add1_signer(cms.get(), anna_.certificate.get(), anna_.key.get(), EVP_sha256(), kProfile);
  const base::Buffer first = finish(cms.get(), kProfile, *last().body);
  const unsigned char* at = data_of(base::Bytes(first));
  const CmsHandle again(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(first.size())));
  constexpr unsigned kReuse = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_CADES | CMS_REUSE_DIGEST;
  ASSERT_NE(CMS_add1_signer(again.get(), boris_.certificate.get(), boris_.key.get(), EVP_sha256(), kReuse),
            nullptr);
  const BioHandle out = memory_bio();
  ASSERT_EQ(i2d_CMS_bio(out.get(), again.get()), 1);
  const base::Buffer both = bytes_of(out.get());
  EXPECT_EQ(openssl(both, *last().body), "accepts, accepts");
  EXPECT_EQ(ours(both, *last().body), "there is another certificate beside the signer's");
}

// --- one signature -----------------------------------------------------------------------------------------

TEST_F(ForeignTamper, T43_LookAlikeCertificate) {
  make_identity(folder_ / "ids", {"anna", "Officer A", "Test Agency", "KH", 30}, "");
  const auto look_alike = unlock_signer(folder_ / "ids", "anna", no_passphrase);
  ASSERT_EQ(look_alike->subject(), anna().subject());
  EXPECT_EQ(openssl(look_alike->sign_detached(kContent)), "refuses, refuses");
  EXPECT_NE(read_actor_signature(look_alike->sign_detached(kContent)).certificate_sha256.hex(),
            fingerprint_of(anna().certificate()));
}
TEST_F(ForeignTamper, T44_NoSignedAttributesIsNotNoticed) {
  const base::Buffer der = sign(anna_, (kProfile & ~unsigned{CMS_CADES}) | CMS_NOATTR);
  EXPECT_EQ(openssl(der), "accepts, accepts");
  EXPECT_NE(answer_.said.find("CAdES Verification successful"), std::string::npos) << answer_.said;
  EXPECT_EQ(ours(der), "there are no signed attributes");
}
TEST_F(ForeignTamper, T45_NoSigningCertificate) {
  const base::Buffer der = sign(anna_, kProfile & ~unsigned{CMS_CADES});
  EXPECT_EQ(openssl(der), "accepts, refuses");
  EXPECT_EQ(ours(der), "the signed attribute signingCertificateV2 is missing");
}
TEST_F(ForeignTamper, T46_Sha1IsNotNoticed) {
  const base::Buffer der = sign(anna_, kProfile, EVP_sha1());
  EXPECT_EQ(openssl(der), "accepts, accepts");
  EXPECT_EQ(ours(der), "the digest algorithm is not SHA-256");
  const Person rsa = with_key(KeyHandle(EVP_RSA_gen(3072)));
  trust({der_of(rsa.certificate.get())});
  const base::Buffer md5 = sign(rsa, kProfile, EVP_md5());
  EXPECT_EQ(openssl(md5), "accepts, accepts");
  EXPECT_EQ(ours(md5), "the digest algorithm is not SHA-256");
}
TEST_F(ForeignTamper, T47_WeakAndOtherKeys) {
  const auto asked = [&](EVP_PKEY* key) {
    const Person person = with_key(KeyHandle(key));
    trust({der_of(person.certificate.get())});
    EXPECT_EQ(ours(sign(person)), "the certificate's key is neither P-256 nor RSA of at least 3072 bits");
    return openssl(sign(person));
  };
  EXPECT_EQ(asked(EVP_RSA_gen(1024)), "accepts, accepts");
  EXPECT_EQ(asked(EVP_RSA_gen(2048)), "accepts, accepts");
  for (const char* curve : {"prime192v1", "P-384", "secp256k1"})
    EXPECT_EQ(asked(EVP_EC_gen(curve)), "accepts, accepts") << curve;
}
TEST_F(ForeignTamper, T48_AttachedContentThatDiffers) {
  const base::Buffer other = base::to_buffer(base::as_bytes("another content"));
  const base::Buffer der = sign(anna_, kProfile & ~unsigned{CMS_DETACHED}, EVP_sha256(), {}, other);
  EXPECT_EQ(ours(der), "content is attached to the signature");
  base::write_durably(folder_ / "x.p7s", der);
  // Without -content OpenSSL is content with what is attached, whatever lies beside.
  EXPECT_EQ(ask("openssl cms -verify -binary -inform DER -in " + (folder_ / "x.p7s").string() + " -CAfile " +
                (folder_ / "trust.pem").string() + " -out /dev/null")
                .code,
            0);
}
TEST_F(ForeignTamper, T49_ASecondSignerIsNotNoticed) {
  const base::Buffer der = sign(anna_, kProfile, EVP_sha256(), [&](CMS_ContentInfo* cms, CMS_SignerInfo*) {
    CMS_add1_signer(cms, boris_.certificate.get(), boris_.key.get(), EVP_sha256(), kProfile);
  });
  EXPECT_EQ(openssl(der), "accepts, accepts");
  EXPECT_EQ(ours(der), "there is another certificate beside the signer's");
  base::Buffer broken = der;
  broken.back() ^= std::byte{1};  // in the value of the one that comes last
  EXPECT_EQ(openssl(broken), "refuses, refuses");
  EXPECT_EQ(ours(broken), "there is another certificate beside the signer's");
}
TEST_F(ForeignTamper, T50_OtherContent) {
  const base::Buffer der = anna().sign_detached(kContent);
  const base::Buffer other = base::to_buffer(base::as_bytes("another content"));
  EXPECT_EQ(openssl(der, other), "refuses, refuses");
  EXPECT_EQ(ours(der, other), "is not good");
}
TEST_F(ForeignTamper, T51_ACertificateForAnotherUse) {
  const Person person = with_key(KeyHandle(EVP_EC_gen("P-256")), "critical,keyAgreement");
  trust({der_of(person.certificate.get())});
  EXPECT_EQ(openssl(sign(person)), "refuses, refuses");
  EXPECT_TRUE(openssl_accepts(sign(person), "-purpose any")) << "as soon as no purpose is asked for";
  EXPECT_EQ(Chains({der_of(person.certificate.get())}, {}).judge(der_of(person.certificate.get())).outcome,
            ChainOutcome::unfit);
  const Person server = with_key(KeyHandle(EVP_EC_gen("P-256")), "critical,digitalSignature",
                                 {{NID_ext_key_usage, "serverAuth"}});
  trust({der_of(server.certificate.get())});
  EXPECT_EQ(openssl(sign(server)), "refuses, refuses");
  EXPECT_EQ(Chains({der_of(server.certificate.get())}, {}).judge(der_of(server.certificate.get())).outcome,
            ChainOutcome::unfit);
}
// Whoever may issue certificates could sign as anybody: his own signature counts for nobody's.
TEST_F(ForeignTamper, T51_AnAuthoritySignsItselfIsNotNoticed) {
  const Person authority = with_key(KeyHandle(EVP_EC_gen("P-256")), "critical,digitalSignature,keyCertSign",
                                    {{NID_basic_constraints, "critical,CA:TRUE"}});
  trust({der_of(authority.certificate.get())});
  EXPECT_EQ(openssl(sign(authority)), "accepts, accepts");
  EXPECT_EQ(
      Chains({der_of(authority.certificate.get())}, {}).judge(der_of(authority.certificate.get())).outcome,
      ChainOutcome::unfit);
}
// The stranger's own certificate, which is its own root, comes with the evidence: within the signature and
// beside it.
TEST_F(ForeignTamper, T51_ARootThatComesWithTheEvidence) {
  const Person stranger = with_key(KeyHandle(EVP_EC_gen("P-256")));
  const base::Buffer root = der_of(stranger.certificate.get());
  EXPECT_EQ(openssl(sign(stranger)), "refuses, refuses");
  file("brought.pem", certificate_to_pem(root));
  EXPECT_FALSE(openssl_accepts(sign(stranger), "-certfile " + (folder_ / "brought.pem").string()));
  EXPECT_EQ(Chains({anna().certificate()}, {root}).judge(root).outcome, ChainOutcome::untrusted);
}
// OpenSSL reads lists, and fails closed without one; of when a revoked key signed, or one that has ended, it
// asks nothing.
TEST_F(ForeignTamper, T52_T53_T54_ListsOfTheAuthorityAndEndedCertificates) {
  make_agency(folder_ / "agencies", {"root", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
  Agency agency(folder_ / "agencies", "root");
  make_identity(folder_ / "ids", {"officer", "Badge 7", "Police", "KH", 30}, "");
  const auto request = make_requests(folder_ / "ids", "officer", no_passphrase, no_passphrase).sign;
  const base::Buffer certificate = agency.issue(request, CertificateRole::signer, 30, no_passphrase);
  install_certificates(folder_ / "ids", "officer", {certificate, {}, ""});
  const base::Buffer der = unlock_signer(folder_ / "ids", "officer", no_passphrase)->sign_detached(kContent);
  const std::string root = certificate_to_pem(agency.certificate());
  file("trust.pem", root);
  EXPECT_EQ(openssl(der), "accepts, accepts");
  EXPECT_FALSE(openssl_accepts(der, "-cades -crl_check"));
  EXPECT_NE(answer_.said.find("unable to get certificate CRL"), std::string::npos) << answer_.said;
  file("trust.pem", root + list_to_pem(agency.make_list(1, no_passphrase)));
  EXPECT_TRUE(openssl_accepts(der, "-cades -crl_check")) << answer_.said;
  const std::string in_a_week = std::to_string(time(nullptr) + 7 * 86'400);
  EXPECT_FALSE(openssl_accepts(der, "-cades -crl_check -attime " + in_a_week));
  EXPECT_NE(answer_.said.find("CRL has expired"), std::string::npos) << answer_.said;
  const std::string in_a_year = std::to_string(time(nullptr) + 400 * 86'400);
  EXPECT_FALSE(openssl_accepts(der, "-cades -attime " + in_a_year)) << "expired by then";
  const std::string a_day_ago = std::to_string(time(nullptr) - 86'400);
  EXPECT_FALSE(openssl_accepts(der, "-cades -attime " + a_day_ago)) << "not yet valid";
  make_agency(folder_ / "agencies", {"twin", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
  Agency twin(folder_ / "agencies", "twin");
  file("trust.pem", root + list_to_pem(twin.make_list(30, no_passphrase)));
  EXPECT_FALSE(openssl_accepts(der, "-cades -crl_check")) << "of the same name, by another key";
  agency.revoke(certificate, RevocationReason::key_compromise, {});
  file("trust.pem", root + list_to_pem(agency.make_list(30, no_passphrase)));
  EXPECT_FALSE(openssl_accepts(der, "-cades -crl_check"));
  EXPECT_NE(answer_.said.find("certificate revoked"), std::string::npos) << answer_.said;
}
TEST_F(ForeignTamper, T57_TextInTheSignaturesPlace) {
  for (const char* text : {R"({"alg":"none"})", "eyJhbGciOiJub25lIn0..", "-----BEGIN PKCS7-----\n", ""}) {
    const base::Buffer der = base::to_buffer(base::as_bytes(text));
    EXPECT_NE(ours(der), "accepts") << text;
    EXPECT_FALSE(openssl_accepts(der, "")) << text;
  }
}
TEST_F(ForeignTamper, T150_WhatIsAddedIsNotNoticed) {
  const base::Buffer attribute =
      sign(anna_, kProfile, EVP_sha256(), [](CMS_ContentInfo*, CMS_SignerInfo* signer) {
        CMS_unsigned_add1_attr_by_NID(signer, NID_pkcs9_unstructuredName, V_ASN1_UTF8STRING, "note", 4);
      });
  EXPECT_EQ(openssl(attribute), "accepts, accepts");
  EXPECT_EQ(ours(attribute), "there are unsigned attributes");
  const base::Buffer certificate =
      sign(anna_, kProfile, EVP_sha256(),
           [&](CMS_ContentInfo* cms, CMS_SignerInfo*) { CMS_add1_cert(cms, boris_.certificate.get()); });
  EXPECT_EQ(openssl(certificate), "accepts, accepts");
  EXPECT_EQ(ours(certificate), "there is another certificate beside the signer's");
}
TEST_F(ForeignTamper, T83_T150_BerIsNotNoticed) {
  base::Buffer ber = anna().sign_detached(kContent);
  ASSERT_EQ(ber[1], std::byte{0x82});
  ber.erase(ber.begin() + 2, ber.begin() + 4);
  ber[1] = std::byte{0x80};
  ber.insert(ber.end(), 2, std::byte{0});
  EXPECT_EQ(openssl(ber), "accepts, accepts");
  EXPECT_EQ(ours(ber), "a length is indefinite: BER, not DER");
}

}  // namespace
}  // namespace custody::test
