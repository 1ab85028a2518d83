// SPDX-License-Identifier: Apache-2.0
// Identities and the world outside: RSA, requests and certificates, PKCS#12, backups, retirement.
#include "chain-of-custody/identity_exchange.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/cms_profile.h"
#include "programs.h"
#include "support.h"

namespace custody::test {
namespace {

const base::Buffer kContent = base::to_buffer(base::as_bytes("{\"act\":\"made up\"}"));
std::string no_passphrase() {
  return {};
}
std::string sesame() {
  return "open sesame";
}

class Exchange : public ::testing::Test {
 protected:
  Exchange() {
    make_agency(folder / "agencies", {"root", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
    make_identity(ids(), {"officer", "Badge 7", "Police", "KH", 30}, "");
  }
  std::filesystem::path ids() const { return folder / "ids"; }
  base::Buffer issued(const base::Buffer& request, CertificateRole role) {
    return Agency(folder / "agencies", "root").issue(request, role, 90, no_passphrase);
  }
  CertificateRequests requests() { return make_requests(ids(), "officer", no_passphrase, no_passphrase); }
  bool signs(const std::string& name, const AskPassphrase& passphrase = no_passphrase) {
    const base::Buffer der = unlock_signer(ids(), name, passphrase)->sign_detached(kContent);
    return SignerKeys().verify(read_actor_signature(der), kContent);
  }
  TestFolder folder;
};

TEST_F(Exchange, RsaSignsAndItsKeyIsEncryptedWithScryptAndAes) {
  SKIP_WITHOUT_PROGRAM("openssl");
  IdentityRequest request{"rsa", "Badge 8", "Police", "KH", 30};
  request.sign_key = KeyKind::rsa3072;
  make_identity(ids(), request, "open sesame");
  EXPECT_EQ(identity_facts(ids(), "rsa").key, "RSA 3072");
  EXPECT_TRUE(signs("rsa", sesame));
  for (const char* key : {"sign", "seal"}) {
    const Answer tree =
        ask("openssl asn1parse -in " + (ids() / "rsa" / (std::string(key) + ".key.pem")).string());
    EXPECT_NE(tree.said.find(":scrypt"), std::string::npos) << tree.said;
    EXPECT_NE(tree.said.find(":4000"), std::string::npos) << "N is 2^14: " << tree.said;
    EXPECT_NE(tree.said.find("aes-256-cbc"), std::string::npos) << tree.said;
  }
}
TEST_F(Exchange, OpensslReadsTheRequests) {
  SKIP_WITHOUT_PROGRAM("openssl");
  base::write_durably(folder / "sign.csr", requests().sign);
  const Answer answer = ask("openssl req -verify -noout -subject -in " + (folder / "sign.csr").string());
  EXPECT_EQ(answer.code, 0) << answer.said;
  EXPECT_NE(answer.said.find("Badge 7"), std::string::npos) << answer.said;
  EXPECT_EQ(request_facts(requests().seal).subject, "CN=Badge 7,O=Police,C=KH");
}
TEST_F(Exchange, InstallsWhatWasIssuedForItsKeys) {
  const std::string before = identity_facts(ids(), "officer").fingerprint;
  const base::Buffer sign = issued(requests().sign, CertificateRole::signer);
  const base::Buffer seal = issued(requests().seal, CertificateRole::sealer);
  install_certificates(ids(), "officer", {sign, seal, ""});
  const IdentityFacts facts = identity_facts(ids(), "officer");
  EXPECT_EQ(facts.sign_certificate, sign);
  EXPECT_EQ(facts.seal_certificate, seal);
  EXPECT_TRUE(std::filesystem::exists(ids() / "officer/former" / (before + ".pem"))) << "the old one is kept";
  EXPECT_TRUE(signs("officer"));
}
// An envelope names the certificate that it was made for; the key is still the same.
TEST_F(Exchange, WhatWasSealedForTheFormerCertificateStillOpens) {
  const base::Buffer secret = base::to_buffer(base::as_bytes("a secret"));
  const base::Buffer envelope = sealer_for({identity_facts(ids(), "officer").seal_certificate})->seal(secret);
  install_certificates(ids(), "officer", {{}, issued(requests().seal, CertificateRole::sealer), ""});
  EXPECT_EQ(unlock_opener(ids(), "officer", no_passphrase)->open(envelope), secret);
  EXPECT_THROW(unlock_opener(identities(), (anna(), "anna"), no_passphrase)->open(envelope), base::Error);
}
TEST_F(Exchange, RefusesCertificatesForOtherKeysAndUses) {
  const IdentityFacts before = identity_facts(ids(), "officer");
  const base::Buffer sign = issued(requests().sign, CertificateRole::signer);
  const base::Buffer seal = issued(requests().seal, CertificateRole::sealer);
  EXPECT_THROW(install_certificates(ids(), "officer", {anna().certificate(), {}, ""}), base::Error);
  EXPECT_THROW(install_certificates(ids(), "officer", {seal, {}, ""}), base::Error);
  EXPECT_THROW(install_certificates(ids(), "officer", {sign, sign, ""}), base::Error);
  EXPECT_THROW(install_certificates(ids(), "officer", {sign, seal, "no certificate"}), base::Error);
  EXPECT_EQ(identity_facts(ids(), "officer").fingerprint, before.fingerprint);
}
TEST_F(Exchange, TakesPkcs12OfOtherPrograms) {
  SKIP_WITHOUT_PROGRAM("openssl");
  const std::string p12 = (folder / "x.p12").string(), home = (ids() / "officer").string();
  const std::string made = "openssl pkcs12 -export -inkey " + home + "/sign.key.pem -in " + home +
                           "/sign.cert.pem -passout pass:secret -out " + p12;
  ASSERT_EQ(ask(made).code, 0);
  const base::Buffer file = base::read_file(p12);
  const IdentityRequest request{"taken", "Badge 7", "Police", "KH", 30};
  EXPECT_THROW(import_pkcs12(ids(), request, file, "wrong", "open sesame"), base::Error);
  EXPECT_FALSE(std::filesystem::exists(ids() / "taken"));
  import_pkcs12(ids(), request, file, "secret", "open sesame");
  EXPECT_EQ(identity_facts(ids(), "taken").fingerprint, identity_facts(ids(), "officer").fingerprint);
  EXPECT_TRUE(base::as_text(base::read_file(ids() / "taken/sign.key.pem"))
                  .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  EXPECT_TRUE(signs("taken", sesame));
}
TEST_F(Exchange, RefusesPkcs12WithAKeyThatDoesNotSignHere) {
  SKIP_WITHOUT_PROGRAM("openssl");
  const std::string at = (folder / "weak").string();
  ASSERT_EQ(ask("openssl req -x509 -newkey rsa:2048 -nodes -keyout " + at + ".key -out " + at +
                ".pem -subj /CN=weak -days 2 && openssl pkcs12 -export -inkey " + at + ".key -in " + at +
                ".pem -passout pass:secret -out " + at + ".p12")
                .code,
            0);
  EXPECT_THROW(import_pkcs12(ids(), {"weak", "W", "", "", 30}, base::read_file(at + ".p12"), "secret", ""),
               base::Error);
  EXPECT_THROW(import_pkcs12(ids(), {"weak", "W", "", "", 30}, base::as_bytes("junk"), "secret", ""),
               base::Error);
  EXPECT_FALSE(std::filesystem::exists(ids() / "weak"));
}
TEST_F(Exchange, ARetiredIdentityDoesNotSignAndStillOpens) {
  const base::Buffer secret = base::to_buffer(base::as_bytes("a secret"));
  const base::Buffer envelope = sealer_for({identity_facts(ids(), "officer").seal_certificate})->seal(secret);
  retire_identity(ids(), "officer");
  EXPECT_TRUE(identity_facts(ids(), "officer").retired.has_value());
  EXPECT_THROW(unlock_signer(ids(), "officer", no_passphrase), base::Error);
  EXPECT_THROW(retire_identity(ids(), "officer"), base::Error);
  EXPECT_EQ(unlock_opener(ids(), "officer", no_passphrase)->open(envelope), secret);
}
TEST_F(Exchange, ABackupComesBackEncryptedAsItIs) {
  EXPECT_THROW(backup_of(ids(), "officer"), base::Error) << "its keys are not encrypted";
  make_identity(ids(), {"locked", "Badge 9", "Police", "KH", 30}, "open sesame");
  const base::Buffer backup = backup_of(ids(), "locked");
  EXPECT_TRUE(is_backup(backup));
  EXPECT_FALSE(is_backup(base::as_bytes("{}")));
  EXPECT_THROW(restore_backup(ids(), "locked", backup), base::Error) << "nothing is overwritten";
  restore_backup(ids(), "again", backup);
  EXPECT_TRUE(signs("again", sesame));
  for (const char* file : {"sign.key.pem", "seal.key.pem", "sign.cert.pem", "seal.cert.pem"})
    EXPECT_EQ(base::read_file(ids() / "again" / file), base::read_file(ids() / "locked" / file)) << file;
}
TEST_F(Exchange, ABackupFromAStrangerWritesOnlyWhatAnIdentityHas) {
  make_identity(ids(), {"locked", "Badge 9", "Police", "KH", 30}, "open sesame");
  base::Json backup = base::parse_json(backup_of(ids(), "locked"));
  base::Json files = backup.at("files");
  backup.set("files", files.set("../../escaped", "x"));
  EXPECT_THROW(restore_backup(ids(), "again", base::as_bytes(backup.pretty())), base::Error);
  EXPECT_FALSE(std::filesystem::exists(ids() / "again"));
  EXPECT_FALSE(std::filesystem::exists(folder / "escaped"));
}

}  // namespace
}  // namespace custody::test
