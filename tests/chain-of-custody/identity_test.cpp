// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/identity.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/openssl.h"
#include "support.h"

namespace custody::test {
namespace {

const IdentityRequest kRequest{"officer-1", "Badge 4711", "Test Agency", "TH", 10};
std::string no_passphrase() {
  return {};
}

class Identity : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TestFolder;
    make_identity(folder_->path(), kRequest, "open sesame");
  }
  static void TearDownTestSuite() { delete folder_; }
  static TestFolder* folder_;
};
TestFolder* Identity::folder_ = nullptr;

TEST_F(Identity, OpensWithItsPassphraseOnly) {
  int asked = 0;
  EXPECT_NO_THROW(unlock_signer(folder_->path(), "officer-1", [&] {
    ++asked;
    return std::string("open sesame");
  }));
  EXPECT_EQ(asked, 1);
  EXPECT_THROW(unlock_signer(folder_->path(), "officer-1", [] { return std::string("wrong"); }), base::Error);
  EXPECT_THROW(unlock_signer(folder_->path(), "officer-2", no_passphrase), base::Error);
}
TEST_F(Identity, AnErrorOfTheQuestionComesBackAsItIs) {
  EXPECT_THROW(unlock_signer(folder_->path(), "officer-1",
                             []() -> std::string {
                               throw base::Error(base::ErrorKind::interrupted, "asked in vain", "Try again.");
                             }),
               base::Error);
}
TEST_F(Identity, FilesAreForItsOwnerOnly) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_->path())) {
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(entry.status().permissions() & others, std::filesystem::perms::none) << entry.path();
  }
  const std::string pem(base::as_text(base::read_file(*folder_ / "officer-1/sign.key.pem")));
  EXPECT_NE(pem.find("BEGIN ENCRYPTED PRIVATE KEY"), std::string::npos);
}
TEST_F(Identity, IsNotOverwrittenAndHasAPlainName) {
  EXPECT_THROW(make_identity(folder_->path(), kRequest, ""), base::Error);
  for (const char* name : {"", "A", "../x", "a b", "a/b"}) {
    IdentityRequest request = kRequest;
    request.name = name;
    EXPECT_THROW(make_identity(folder_->path(), request, ""), base::Error) << name;
  }
}
TEST_F(Identity, FactsAreThoseOfTheCertificate) {
  const std::vector<IdentityFacts> all = list_identities(folder_->path());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "officer-1");
  EXPECT_EQ(all[0].subject, "CN=Badge 4711,O=Test Agency,C=TH");
  EXPECT_EQ(all[0].fingerprint, fingerprint_of(all[0].sign_certificate));
  EXPECT_NE(all[0].sign_certificate, all[0].seal_certificate);
  EXPECT_LT(all[0].not_before, all[0].not_after);
  EXPECT_EQ(certificate_from_pem(certificate_to_pem(all[0].sign_certificate)), all[0].sign_certificate);
}
TEST_F(Identity, CertificatesSayWhatTheyAreFor) {
  const IdentityFacts facts = identity_facts(folder_->path(), "officer-1");
  const CertificateHandle sign = parse_certificate(facts.sign_certificate);
  EXPECT_EQ(X509_check_ca(sign.get()), 0);
  EXPECT_EQ(X509_get_key_usage(sign.get()), unsigned{KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION});
  EXPECT_EQ(X509_get_extended_key_usage(sign.get()), unsigned{XKU_SMIME});
  const CertificateHandle seal = parse_certificate(facts.seal_certificate);
  EXPECT_EQ(X509_get_key_usage(seal.get()), unsigned{KU_KEY_AGREEMENT});
}

TEST(Sealing, OpensForEachRecipientAndForNobodyElse) {
  anna();
  boris();
  const TestFolder folder;
  make_identity(folder.path(), kRequest, "");
  const auto seal_certificate = [](const char* name) {
    return identity_facts(identities(), name).seal_certificate;
  };
  const auto sealer = sealer_for({seal_certificate("anna"), seal_certificate("boris")});
  const base::Buffer secret = base::to_buffer(base::as_bytes("twelve words that nobody may read"));
  const base::Buffer envelope = sealer->seal(secret);
  EXPECT_NE(envelope, sealer->seal(secret)) << "an envelope must not tell that two secrets are the same";
  for (const char* name : {"anna", "boris"})
    EXPECT_EQ(unlock_opener(identities(), name, no_passphrase)->open(envelope), secret) << name;
  EXPECT_THROW(unlock_opener(folder.path(), "officer-1", no_passphrase)->open(envelope), base::Error);
}
TEST(Sealing, AnAlteredEnvelopeDoesNotOpen) {
  anna();
  const auto opener = unlock_opener(identities(), "anna", no_passphrase);
  base::Buffer envelope = sealer_for({identity_facts(identities(), "anna").seal_certificate})
                              ->seal(base::as_bytes("a secret of some length"));
  // The last 42 bytes: 24 of ciphertext, two of a tag and a length, 16 of the authentication code.
  for (std::size_t i = envelope.size() - 42; i < envelope.size(); ++i) {
    envelope[i] ^= std::byte{1};
    try {
      EXPECT_NE(base::as_text(opener->open(envelope)), "a secret of some length") << "byte " << i;
      ADD_FAILURE() << "opened with byte " << i << " altered";
    } catch (const base::Error&) {
      envelope[i] ^= std::byte{1};
      continue;
    }
    envelope[i] ^= std::byte{1};
  }
  EXPECT_THROW(sealer_for({}), base::Error);
}

TEST(Trust, IsReadFromFilesAndFoldersAndNeverSilentlyEmpty) {
  const TestFolder folder;
  const std::string both =
      certificate_to_pem(anna().certificate()) + certificate_to_pem(boris().certificate());
  base::write_durably(folder / "both.pem", base::as_bytes(both));
  EXPECT_EQ(load_trust(folder / "both.pem").certificates.size(), 2u);
  base::write_durably(folder / "anna.der", anna().certificate());
  EXPECT_EQ(load_trust(folder / "anna.der").certificates, trusting(anna()).certificates);
  base::write_durably(folder / "notes.txt", base::as_bytes("not a certificate, and not named like one"));
  EXPECT_EQ(load_trust(folder.path()).certificates.size(), 3u);
  base::write_durably(folder / "broken.pem", base::as_bytes("no certificate"));
  EXPECT_THROW(load_trust(folder / "broken.pem"), base::Error);
  EXPECT_THROW(load_trust(folder.path()), base::Error);
  EXPECT_THROW(load_trust(folder / "absent.pem"), base::Error);
}

// T51: who vouches, and for what.
class ChainTest : public ::testing::Test {
 protected:
  struct Made {
    KeyHandle key;
    base::Buffer der;
  };
  static void extend(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static Made make(const char* name, const Made* issuer, const char* basic, const char* usage,
                   const char* extended) {
    Made made{KeyHandle(EVP_EC_gen("P-256")), {}};
    const CertificateHandle certificate(X509_new());
    const CertificateHandle above = issuer ? parse_certificate(issuer->der) : nullptr;
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1 + std::rand());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), above ? X509_get_subject_name(above.get()) : subject);
    X509_set_pubkey(certificate.get(), made.key.get());
    X509* signer = above ? above.get() : certificate.get();
    extend(certificate.get(), signer, NID_basic_constraints, basic);
    if (usage) extend(certificate.get(), signer, NID_key_usage, usage);
    if (extended) extend(certificate.get(), signer, NID_ext_key_usage, extended);
    extend(certificate.get(), signer, NID_subject_key_identifier, "hash");
    extend(certificate.get(), signer, NID_authority_key_identifier, "keyid");
    X509_sign(certificate.get(), issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
    made.der = der_of(certificate.get());
    return made;
  }
  static Made root() {
    return make("Root", nullptr, "critical,CA:TRUE", "critical,keyCertSign,cRLSign", nullptr);
  }
  static Made person(const Made* issuer, const char* usage = "critical,digitalSignature,nonRepudiation",
                     const char* extended = "emailProtection") {
    return make("Person", issuer, "critical,CA:FALSE", usage, extended);
  }
};
TEST_F(ChainTest, ReachesARootOrAPinnedCertificate) {
  const Made authority = root();
  const Made signer = person(&authority);
  EXPECT_EQ(Chains({authority.der}, {}).judge(signer.der).outcome, ChainOutcome::trusted);
  EXPECT_EQ(Chains({signer.der}, {}).judge(signer.der).outcome, ChainOutcome::trusted);
  EXPECT_EQ(Chains({}, {}).judge(signer.der).outcome, ChainOutcome::untrusted);
  EXPECT_EQ(Chains({root().der}, {}).judge(signer.der).outcome, ChainOutcome::untrusted);
}
TEST_F(ChainTest, GoesThroughAnIntermediate) {
  const Made authority = root();
  const Made between =
      make("Office", &authority, "critical,CA:TRUE", "critical,keyCertSign,cRLSign", nullptr);
  const Made signer = person(&between);
  EXPECT_EQ(Chains({authority.der}, {between.der}).judge(signer.der).outcome, ChainOutcome::trusted);
  EXPECT_EQ(Chains({authority.der}, {}).judge(signer.der).outcome, ChainOutcome::untrusted);
}
TEST_F(ChainTest, T51_WhatComesWithTheEvidenceVouchesForNothing) {
  const Made authority = root();
  EXPECT_EQ(Chains({}, {authority.der}).judge(person(&authority).der).outcome, ChainOutcome::untrusted);
}
TEST_F(ChainTest, T51_AnAuthorityDoesNotSignAsAPerson) {
  const Made authority = root();
  EXPECT_EQ(Chains({authority.der}, {}).judge(authority.der).outcome, ChainOutcome::unfit);
  const Made both =
      make("Both", &authority, "critical,CA:TRUE", "critical,digitalSignature,keyCertSign", nullptr);
  EXPECT_EQ(Chains({authority.der}, {}).judge(both.der).outcome, ChainOutcome::unfit);
}
TEST_F(ChainTest, T51_OtherUses) {
  const Made authority = root();
  EXPECT_EQ(Chains({authority.der}, {}).judge(person(&authority, "critical,keyAgreement").der).outcome,
            ChainOutcome::unfit);
  const Made server = person(&authority, "critical,digitalSignature", "serverAuth");
  EXPECT_EQ(Chains({authority.der}, {}).judge(server.der).outcome, ChainOutcome::unfit);
}
TEST_F(ChainTest, T43_SameNameOtherKey) {
  const Made authority = root(), look_alike = root();
  EXPECT_NE(Chains({authority.der}, {}).judge(person(&look_alike).der).outcome, ChainOutcome::trusted);
}

}  // namespace
}  // namespace custody::test
