// SPDX-License-Identifier: Apache-2.0
// Keys on tokens: SoftHSM2 plays the token, OpenSC's pkcs11-tool makes the keys. One Ed25519 key lies on the
// token as well: it keeps OpenSSL's engine for PKCS#11 from finding any key, and must not matter here.
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/token_uri.h"
#include "programs.h"
#include "support.h"

namespace custody::test {
namespace {

constexpr char kModule[] = "/usr/lib/softhsm/libsofthsm2.so";
const base::Buffer kContent = base::to_buffer(base::as_bytes("{\"act\":\"made up\"}"));
std::string pin() {
  return "1234";
}
std::string no_passphrase() {
  return {};
}

// One token for all tests: SoftHSM reads its settings once.
class Token : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kModule) || !has_program("softhsm2-util") || !has_program("pkcs11-tool"))
      return;
    folder_ = new TestFolder;
    std::filesystem::create_directory(*folder_ / "tokens");
    const std::string settings = (*folder_ / "softhsm2.conf").string();
    base::write_durably(settings, base::as_bytes("directories.tokendir = " + (*folder_ / "tokens").string() +
                                                 "\nobjectstore.backend = file\nlog.level = ERROR\n"));
    setenv("SOFTHSM2_CONF", settings.c_str(), 1);
    made_ = ask("softhsm2-util --init-token --free --label 'raid 1' --so-pin 0000 --pin 1234");
    for (const char* key : {"EC:prime256v1 --label officer-a --id 01", "rsa:3072 --label officer-b --id 02",
                            "EC:edwards25519 --label log --id 03", "EC:secp384r1 --label other --id 04",
                            "rsa:2048 --label weak --id 05"}) {
      const Answer answer = ask(std::string("pkcs11-tool --module ") + kModule +
                                " --login --pin 1234 --token-label 'raid 1' --keypairgen --key-type " + key);
      made_.code |= answer.code;
      made_.said += answer.said;
    }
  }
  static void TearDownTestSuite() { delete folder_; }
  void SetUp() override {
    if (folder_ == nullptr) GTEST_SKIP() << "softhsm2 and opensc are not installed";
    ASSERT_EQ(made_.code, 0) << made_.said;
  }
  static TokenPlace place(const std::string& key) {
    return {kModule, "pkcs11:token=raid%201;object=" + key + ";type=private"};
  }
  void make(const std::string& name, const TokenPlace& where, const std::string& with_pin = "1234",
            base::Buffer certificate = {}) {
    make_token_identity(ids_.path(), {name, "Badge " + name, "Police", "KH", 30}, where, with_pin, "",
                        std::move(certificate));
  }
  bool signs(const std::string& name) {
    const base::Buffer der = unlock_signer(ids_.path(), name, pin)->sign_detached(kContent);
    return SignerKeys().verify(read_actor_signature(der), kContent);
  }
  static std::string refusal(const std::function<void()>& attempt) {
    try {
      attempt();
      return "";
    } catch (const base::Error& error) {
      return error.what();
    }
  }
  static TestFolder* folder_;
  static Answer made_;
  TestFolder ids_;
};
TestFolder* Token::folder_ = nullptr;
Answer Token::made_;

TEST_F(Token, SignsWithP256AndWithRsaBesideAnEd25519Key) {
  make("a", place("officer-a"));
  make("b", place("officer-b"));
  EXPECT_TRUE(signs("a"));
  EXPECT_TRUE(signs("b"));
  EXPECT_EQ(identity_facts(ids_.path(), "a").key, "P-256");
  EXPECT_EQ(identity_facts(ids_.path(), "b").key, "RSA 3072");
  EXPECT_FALSE(std::filesystem::exists(ids_ / "a/sign.key.pem")) << "the key is nowhere but on the token";
}
// ECDSA's numbers have a leading zero byte, or need one, every other time.
TEST_F(Token, EveryOneOfManySignaturesIsProperDer) {
  make("a", place("officer-a"));
  const auto signer = unlock_signer(ids_.path(), "a", pin);
  for (int i = 0; i < 100; ++i) EXPECT_NO_THROW(read_actor_signature(signer->sign_detached(kContent)));
}
TEST_F(Token, OpensslAndCerttoolAcceptItsSignatures) {
  SKIP_WITHOUT_PROGRAM("openssl");
  for (const char* key : {"officer-a", "officer-b"}) {
    const std::string name = std::string("id-") + key;
    make(name, place(key));
    const auto signer = unlock_signer(ids_.path(), name, pin);
    base::write_durably(ids_ / "content", kContent);
    base::write_durably(ids_ / "x.p7s", signer->sign_detached(kContent));
    base::write_durably(ids_ / "x.pem", base::as_bytes(certificate_to_pem(signer->certificate())));
    const std::string at = ids_.path().string() + "/";
    const Answer openssl = ask("openssl cms -verify -cades -binary -inform DER -in " + at +
                               "x.p7s -content " + at + "content -CAfile " + at + "x.pem -out /dev/null");
    EXPECT_EQ(openssl.code, 0) << openssl.said;
    if (!has_program("certtool")) continue;
    const Answer certtool = ask("certtool --p7-verify --inder --infile " + at + "x.p7s --load-data " + at +
                                "content --load-ca-certificate " + at + "x.pem");
    EXPECT_EQ(certtool.code, 0) << certtool.said;
  }
}
TEST_F(Token, RefusesWrongPinsOtherKeysAndOtherTokens) {
  EXPECT_NE(refusal([&] { make("a", place("officer-a"), "9999"); }).find("PIN is not right"),
            std::string::npos);
  EXPECT_NE(refusal([&] { make("a", place("log")); }).find("neither P-256 nor RSA"), std::string::npos);
  EXPECT_NE(refusal([&] { make("a", place("other")); }).find("neither P-256 nor RSA"), std::string::npos);
  EXPECT_NE(refusal([&] { make("a", place("weak")); }).find("neither P-256 nor RSA"), std::string::npos);
  EXPECT_NE(refusal([&] { make("a", place("absent")); }).find("no private key"), std::string::npos);
  EXPECT_NE(refusal([&] {
              make("a", {kModule, "pkcs11:token=raid%201"});
            }).find("several keys"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              make("a", {kModule, "pkcs11:token=other;object=officer-a"});
            }).find("no token fits"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              make("a", {"/nowhere.so", place("officer-a").uri});
            }).find("cannot be loaded"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              make("a", {"/lib/x86_64-linux-gnu/libc.so.6", place("officer-a").uri});
            }).find("does not work as a PKCS#11 module"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              make("a", place("officer-a"), "1234", anna().certificate());
            }).find("do not belong together"),
            std::string::npos);
  EXPECT_TRUE(list_identities(ids_.path()).empty());
}
// PKCS#11 logs in a process, not a session: while one signer is there, another PIN must not pass.
TEST_F(Token, AWrongPinIsWrongAlsoWhileSomebodyIsLoggedIn) {
  make("a", place("officer-a"));
  const auto first = unlock_signer(ids_.path(), "a", pin);
  EXPECT_NE(refusal([&] {
              unlock_signer(ids_.path(), "a", [] { return std::string("9999"); });
            }).find("PIN is not right"),
            std::string::npos);
  EXPECT_NO_THROW(unlock_signer(ids_.path(), "a", pin)->sign_detached(kContent));
  EXPECT_NO_THROW(first->sign_detached(kContent)) << "the first is still logged in";
}
TEST_F(Token, AsksAnAuthorityAndSignsALedger) {
  make("a", place("officer-a"));
  make_agency(ids_ / "agencies", {"root", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
  const CertificateRequests requests = make_requests(ids_.path(), "a", pin, no_passphrase);
  Agency agency(ids_ / "agencies", "root");
  install_certificates(ids_.path(), "a",
                       {agency.issue(requests.sign, CertificateRole::signer, 30, no_passphrase),
                        agency.issue(requests.seal, CertificateRole::sealer, 30, no_passphrase), ""});
  const auto signer = unlock_signer(ids_.path(), "a", pin);
  const TestFolder place_of_ledger;
  const auto ledger = Ledger::create(places_in(place_of_ledger), genesis_facts(), *signer);
  ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  TrustAnchors anchors;
  anchors.certificates = {agency.certificate()};
  const VerifyReport report = verify_whole(read_ledger(places_in(place_of_ledger).folder), anchors);
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
}
TEST_F(Token, TakesTheCertificateThatLiesBesideTheKey) {
  make("a", place("officer-a"));
  const base::Buffer certificate = identity_facts(ids_.path(), "a").sign_certificate;
  base::write_durably(ids_ / "a.der", certificate);
  ASSERT_EQ(ask(std::string("pkcs11-tool --module ") + kModule +
                " --login --pin 1234 --token-label 'raid 1' --write-object " + (ids_ / "a.der").string() +
                " --type cert --label officer-a --id 01")
                .code,
            0);
  make("again", place("officer-a"));
  EXPECT_EQ(identity_facts(ids_.path(), "again").sign_certificate, certificate);
}

TEST(TokenUri, IsReadStrictly) {
  const TokenUri uri =
      parse_token_uri("pkcs11:token=raid%201;object=a%3Bb;id=%01%ff;type=private?module-path=/x.so");
  EXPECT_EQ(uri.token, "raid 1");
  EXPECT_EQ(*uri.object, "a;b");
  EXPECT_EQ(*uri.id, "\x01\xff");
  EXPECT_EQ(uri.module_path, "/x.so");
  for (const char* wrong :
       {"", "http:x", "pkcs11:token", "pkcs11:token=%4", "pkcs11:token=%zz", "pkcs11:token=a;token=b",
        "pkcs11:token=a;colour=red", "pkcs11:object=a?pin-value=1234", "pkcs11:object=a;type=cert",
        "pkcs11:object=a?pin-source=file:/x", "pkcs11:slot-id=x"})
    EXPECT_THROW(parse_token_uri(wrong), base::Error) << wrong;
}

}  // namespace
}  // namespace custody::test
