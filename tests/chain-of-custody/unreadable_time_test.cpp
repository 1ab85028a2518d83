// SPDX-License-Identifier: Apache-2.0
// Authorities that sign certificates and lists with a time that is none. OpenSSL reads them, and
// verification must go on.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/revocation_lists.h"
#include "support.h"

namespace custody::test {
namespace {

using ListHandle = std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>>;

// A key, and the certificate of one who may sign lists.
class UnreadableTime : public ::testing::Test {
 protected:
  UnreadableTime() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 7);
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("A"), -1, -1,
                               0);
    X509_set_issuer_name(certificate_.get(), name);
    X509_set_pubkey(certificate_.get(), key_.get());
    ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate_.get()), "20250101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate_.get()), "20450101000000Z");
    add("basicConstraints", "critical,CA:FALSE");
    add("keyUsage", "critical,digitalSignature,cRLSign");
    add("subjectKeyIdentifier", "hash");
  }
  void add(const char* name, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf(nullptr, &context, name, value);
    X509_add_ext(certificate_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  base::Buffer certificate() const {
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    return der_of(certificate_.get());
  }
  // That revokes the certificate itself; `since` is written as it is.
  base::Buffer list(const std::string& since) const {
    const ListHandle list(X509_CRL_new());
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
    ASN1_TIME* time = ASN1_TIME_new();
    ASN1_TIME_set_string_X509(time, "20260101000000Z");
    X509_CRL_set1_lastUpdate(list.get(), time);
    X509_CRL_set1_nextUpdate(list.get(), time);
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate_.get()));
    ASN1_STRING_set(time, since.data(), static_cast<int>(since.size()));
    X509_REVOKED_set_revocationDate(entry, time);
    ASN1_TIME_free(time);
    X509_CRL_add0_revoked(list.get(), entry);
    X509_CRL_sort(list.get());
    X509_CRL_sign(list.get(), key_.get(), EVP_sha256());
    base::Buffer der(static_cast<std::size_t>(i2d_X509_CRL(list.get(), nullptr)));
    unsigned char* at = data_of(der);
    i2d_X509_CRL(list.get(), &at);
    return der;
  }

  KeyHandle key_;
  CertificateHandle certificate_;
};

TEST_F(UnreadableTime, InACertificateMakesItUnfit) {
  const base::Buffer good = certificate();
  EXPECT_EQ(Chains({good}, {}).judge(good).outcome, ChainOutcome::trusted);
  ASN1_STRING_set(X509_getm_notAfter(certificate_.get()), "at noon", -1);
  const base::Buffer der = certificate();
  Chains chains({der}, {});
  EXPECT_EQ(chains.judge(der).outcome, ChainOutcome::unfit);
  EXPECT_NE(chains.judge(der).why, "");
  EXPECT_TRUE(chains.judge(der).links.empty());
}

TEST_F(UnreadableTime, InAListMakesItNone) {
  const auto status_by = [&](const base::Buffer& list) {
    RevocationLists lists;
    lists.add({list});
    return lists.status_of({certificate(), certificate()});
  };
  const base::Buffer good = list("260601000000Z"), bad = list("at noon");
  EXPECT_TRUE(status_by(good).revoked_since_us);
  EXPECT_NO_THROW(facts_of_list(good));
  EXPECT_FALSE(status_by(bad).any_list);
  EXPECT_THROW(facts_of_list(bad), base::Error);
  EXPECT_THROW(list_from_file(bad), base::Error);
  const TestFolder folder;
  base::write_new_durably(folder / "good.crl", good);
  EXPECT_EQ(load_trust(folder.path()).crls.size(), 1u);
  base::write_new_durably(folder / "bad.crl", bad);
  EXPECT_THROW(load_trust(folder.path()), base::Error);
}

}  // namespace
}  // namespace custody::test
