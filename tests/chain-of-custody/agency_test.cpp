// SPDX-License-Identifier: Apache-2.0
// The small authority: what it issues, what it refuses, and what OpenSSL's and GnuTLS's programs say of it.
#include "chain-of-custody/agency.h"

#include <set>

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/openssl.h"
#include "programs.h"
#include "support.h"

namespace custody::test {
namespace {

std::string no_passphrase() {
  return {};
}

class AgencyTest : public ::testing::TestWithParam<KeyKind> {
 protected:
  void SetUp() override {
    make_agency(folder / "agencies", {"root", "Example Authority", "Example Police", "KH", 3650, GetParam()},
                "");
    make_identity(folder / "ids", {"officer", "Badge 7", "Example Police", "KH", 30}, "");
    requests = make_requests(folder / "ids", "officer", no_passphrase, no_passphrase);
  }
  Agency agency() const { return Agency(folder / "agencies", "root"); }
  std::string file(const std::string& name, const std::string& content) const {
    base::write_durably(folder / name, base::as_bytes(content));
    return (folder / name).string();
  }
  std::string root_file() const { return file("root.pem", certificate_to_pem(agency().certificate())); }

  TestFolder folder;
  CertificateRequests requests;
};

TEST_P(AgencyTest, IssuesWhatTheProfileSaysAndNothingElse) {
  const base::Buffer der = agency().issue(requests.sign, CertificateRole::signer, 365, no_passphrase);
  const CertificateHandle made = parse_certificate(der);
  EXPECT_EQ(subject_of(der), "CN=Badge 7,O=Example Police,C=KH");
  EXPECT_EQ(X509_get_key_usage(made.get()), unsigned{KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION});
  EXPECT_EQ(X509_get_extended_key_usage(made.get()), unsigned{XKU_SMIME});
  EXPECT_EQ(X509_check_ca(made.get()), 0);
  EXPECT_NE(X509_get0_subject_key_id(made.get()), nullptr);
  EXPECT_NE(X509_get0_authority_key_id(made.get()), nullptr);
  std::set<int> present;
  for (int i = 0; i < X509_get_ext_count(made.get()); ++i)
    present.insert(OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(made.get(), i))));
  EXPECT_EQ(present, (std::set<int>{NID_basic_constraints, NID_key_usage, NID_ext_key_usage,
                                    NID_subject_key_identifier, NID_authority_key_identifier}));
  EXPECT_EQ(Chains({agency().certificate()}, {}).judge(der).outcome, ChainOutcome::trusted);
  const Validity validity = validity_of(der);
  EXPECT_NEAR(static_cast<double>(validity.not_after_us - validity.not_before_us) / 86'400e6, 365, 0.01);
}
TEST_P(AgencyTest, EveryRoleHasItsUse) {
  const base::Buffer seal = agency().issue(requests.seal, CertificateRole::sealer, 30, no_passphrase);
  EXPECT_TRUE(can_be_sealed_for(seal));
  EXPECT_EQ(Chains({agency().certificate()}, {}).judge(seal).outcome, ChainOutcome::unfit);
  const base::Buffer time = agency().issue(requests.sign, CertificateRole::time, 3650, no_passphrase);
  const CertificateHandle made = parse_certificate(time);
  EXPECT_EQ(X509_get_extended_key_usage(made.get()), unsigned{XKU_TIMESTAMP});
  EXPECT_GE(
      X509_get_ext_by_critical(made.get(), 1, X509_get_ext_by_NID(made.get(), NID_ext_key_usage, -1) - 1), 0);
  EXPECT_EQ(X509_check_purpose(made.get(), X509_PURPOSE_TIMESTAMP_SIGN, 0), 1);
}
TEST_P(AgencyTest, SerialNumbersAreLongAndNeverTheSame) {
  std::set<std::string> serials;
  for (int i = 0; i < 5; ++i) agency().issue(requests.sign, CertificateRole::signer, 1, no_passphrase);
  for (const IssuedCertificate& one : agency().issued()) {
    EXPECT_EQ(one.serial.size(), 32u);
    serials.insert(one.serial);
  }
  EXPECT_EQ(serials.size(), 5u);
}
// An index that somebody wrote by hand, or a disk that ages: no list is made of what is no number or no time.
TEST_P(AgencyTest, AnIndexThatCannotBeIsRefusedInWords) {
  const base::Buffer der = agency().issue(requests.sign, CertificateRole::signer, 1, no_passphrase);
  agency().revoke(der, RevocationReason::superseded, {});
  const auto file = folder / "agencies/root/index.json";
  const std::string good(base::as_text(base::read_file(file)));
  const std::string serial = agency().issued()[0].serial, at = agency().issued()[0].revoked->at;
  const std::pair<std::string, std::string> changes[] = {
      {serial, serial.substr(1) + "@"},
      {serial, ""},
      {serial, std::string(42, 'a')},
      {serial, "00" + serial.substr(2)},
      {at, "20:6-02-01T00:00000Z"},
      {"\"last_list\": 0", "\"last_list\": -1"},
      {"\"last_list\": 0", "\"last_list\": 9223372036854775807"}};
  for (const auto& [from, to] : changes) {
    std::string changed = good;
    ASSERT_NE(changed.find(from), changed.npos) << from;
    changed.replace(changed.find(from), from.size(), to);
    base::write_durably(file, base::as_bytes(changed));
    EXPECT_THROW(agency().make_list(30, no_passphrase), base::Error) << to;
  }
  base::write_durably(file, base::as_bytes(good));
  EXPECT_NO_THROW(agency().make_list(30, no_passphrase));
}
TEST_P(AgencyTest, RefusesWhatItMustNotIssue) {
  EXPECT_THROW(agency().issue(base::as_bytes("nonsense"), CertificateRole::signer, 1, no_passphrase),
               base::Error);
  EXPECT_THROW(agency().issue(requests.sign, CertificateRole::signer, 731, no_passphrase), base::Error);
  EXPECT_THROW(agency().issue(requests.sign, CertificateRole::signer, 0, no_passphrase), base::Error);
  // A request whose signature is not by its key: somebody asks for a certificate for another's key.
  std::string pem(base::as_text(requests.sign));
  const std::size_t middle = pem.size() / 2;
  pem[middle] = pem[middle] == 'A' ? 'B' : 'A';
  EXPECT_THROW(agency().issue(base::as_bytes(pem), CertificateRole::signer, 1, no_passphrase), base::Error);
  EXPECT_TRUE(agency().issued().empty());
}
TEST_P(AgencyTest, RevokesOnlyItsOwnAndOnlyOnce) {
  const base::Buffer der = agency().issue(requests.sign, CertificateRole::signer, 1, no_passphrase);
  EXPECT_THROW(agency().revoke(anna().certificate(), RevocationReason::key_compromise, {}), base::Error);
  EXPECT_THROW(agency().revoke(der, RevocationReason::key_compromise, base::now_utc_us() + 3'600'000'000),
               base::Error);
  agency().revoke(der, RevocationReason::key_compromise, base::now_utc_us() - 3'600'000'000);
  EXPECT_THROW(agency().revoke(der, RevocationReason::key_compromise, {}), base::Error);
  ASSERT_TRUE(agency().issued()[0].revoked);
  EXPECT_LT(agency().issued()[0].revoked->since, agency().issued()[0].revoked->at);
}
TEST_P(AgencyTest, OpensslAndCerttoolAcceptCertificatesAndLists) {
  SKIP_WITHOUT_PROGRAM("openssl");
  const base::Buffer der = agency().issue(requests.sign, CertificateRole::signer, 1, no_passphrase);
  const std::string leaf = file("leaf.pem", certificate_to_pem(der));
  const std::string first = file("first.crl", list_to_pem(agency().make_list(30, no_passphrase)));
  const std::string check =
      "openssl verify -x509_strict -purpose smimesign -CAfile " + root_file() + " -crl_check";
  EXPECT_NE(ask(check + " " + leaf).code, 0) << "without a list it must not pass";
  const Answer good = ask(check + " -CRLfile " + first + " " + leaf);
  EXPECT_EQ(good.code, 0) << good.said;
  agency().revoke(der, RevocationReason::key_compromise, base::now_utc_us() - 3'600'000'000);
  const std::string second = file("second.crl", list_to_pem(agency().make_list(30, no_passphrase)));
  const Answer revoked = ask(check + " -CRLfile " + second + " " + leaf);
  EXPECT_NE(revoked.code, 0);
  EXPECT_NE(revoked.said.find("certificate revoked"), std::string::npos) << revoked.said;
  const Answer words = ask("openssl crl -noout -text -in " + second);
  EXPECT_NE(words.said.find("Key Compromise"), std::string::npos) << words.said;
  EXPECT_NE(words.said.find("Invalidity Date"), std::string::npos) << words.said;
  EXPECT_NE(words.said.find("X509v3 CRL Number"), std::string::npos) << words.said;
  if (!has_program("certtool")) GTEST_SKIP() << "the program certtool is not installed";
  const std::string both =
      file("both.pem", certificate_to_pem(der) + certificate_to_pem(agency().certificate()));
  const std::string load = "certtool --verify --load-ca-certificate " + root_file() + " --infile " + both;
  const Answer certtool_good = ask(load + " --load-crl " + first);
  EXPECT_EQ(certtool_good.code, 0) << certtool_good.said;
  EXPECT_NE(ask(load + " --load-crl " + second).code, 0);
}
TEST_P(AgencyTest, ListsAreNumbered) {
  const auto number_of = [](const base::Buffer& der) {
    const unsigned char* at = data_of(base::Bytes(der));
    const std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>> list(
        d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    const std::unique_ptr<ASN1_INTEGER, base::Free<ASN1_INTEGER_free>> number(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list.get(), NID_crl_number, nullptr, nullptr)));
    return ASN1_INTEGER_get(number.get());
  };
  EXPECT_EQ(number_of(agency().make_list(1, no_passphrase)), 1);
  EXPECT_EQ(number_of(agency().make_list(1, no_passphrase)), 2);
}
INSTANTIATE_TEST_SUITE_P(, AgencyTest, ::testing::Values(KeyKind::p256, KeyKind::rsa3072),
                         [](const auto& kind) { return kind.param == KeyKind::p256 ? "P256" : "Rsa"; });

TEST(Agency, KeyIsEncryptedAndNothingIsOverwritten) {
  const TestFolder folder;
  make_agency(folder.path(), {"root", "A", "", "", 3650, KeyKind::p256}, "a passphrase");
  EXPECT_THROW(make_agency(folder.path(), {"root", "B", "", "", 3650, KeyKind::p256}, ""), base::Error);
  EXPECT_TRUE(base::as_text(base::read_file(folder / "root/ca.key.pem"))
                  .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  Agency agency(folder.path(), "root");
  EXPECT_THROW(agency.make_list(1, [] { return std::string("wrong"); }), base::Error);
  EXPECT_NO_THROW(agency.make_list(1, [] { return std::string("a passphrase"); }));
  EXPECT_THROW(Agency(folder.path(), "other"), base::Error);
  EXPECT_EQ(list_agencies(folder.path()), std::vector<std::string>{"root"});
}

}  // namespace
}  // namespace custody::test
