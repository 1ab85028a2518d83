// SPDX-License-Identifier: Apache-2.0
// Authorities between signers and the root that a verifier trusts: carried along, and never believed.
#include "chain-of-custody/chain.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/file.h"
#include "chain-of-custody/identity_exchange.h"
#include "forge.h"
#include "programs.h"
#include "tests/support/below_a_root.h"

namespace custody::test {
namespace {

using support::below_a_root;
using support::BelowARoot;
using Files = std::map<std::string, base::Buffer, std::less<>>;

const BelowARoot& people() {
  static const BelowARoot made = below_a_root();
  return made;
}
const BelowARoot& strangers() {
  static const BelowARoot made = below_a_root();
  return made;
}
TrustAnchors trusting(const base::Buffer& root) {
  TrustAnchors anchors;
  anchors.certificates = {root};
  return anchors;
}

// A ledger whose signer's authority is below the root.
struct Below {
  TestFolder folder;
  std::unique_ptr<Ledger> ledger = Ledger::create(places_in(folder), genesis_facts(), *people().signer);
  Below() { ledger->append(add_exhibit(kPhone, "KK-A-0001")); }
  LedgerContent content() const { return read_ledger(places_in(folder).folder); }
  Files edition() const {
    Files files;
    for (auto& [name, bytes] : edition_files(content(), {{kPhone, Opening::whole}}))
      files["x/" + name] = bytes;
    return files;
  }
};
VerifyReport verify_edition(const Files& files, const TrustAnchors& anchors) {
  VerifyReport report;
  const LedgerContent content = ledger_from_files(*base::files_in_memory(files), "x/", report);
  verify_ledger(content, Coverage::edition, anchors, report);
  return report;
}
std::string file_of(const base::Buffer& certificate) {
  return "x/certificates/" + fingerprint_of(certificate) + ".pem";
}

TEST(Chain, WhoKnowsTheRootAloneVerifies) {
  const Below below;
  const TrustAnchors root = trusting(people().root);
  const VerifyReport whole = verify_ledger_folder(places_in(below.folder).folder, root);
  EXPECT_EQ(whole.verdict(), Verdict::verified) << impossible_codes(whole);
  const VerifyReport edition = verify_edition(below.edition(), root);
  EXPECT_EQ(edition.verdict(), Verdict::verified) << impossible_codes(edition);
}
TEST(Chain, OneCopyOfEachIsKept) {
  const Below below;
  below.ledger->append(check_image(kPhone));
  EXPECT_EQ(std::ranges::count(below.content().certificates, people().authority), 1);
  EXPECT_EQ(below.content().certificates.size(), 2u) << "the signer's and his authority's, not the root's";
}
TEST(Chain, ACopyOfTheDatabaseHasItToo) {
  const Below below;
  std::filesystem::create_directories(below.folder / "copy");
  for (const char* name : {"ledger.db", "disclosures.db", "checkpoint"})
    std::filesystem::copy_file(places_in(below.folder).folder / name, below.folder / "copy" / name);
  EXPECT_EQ(verify_ledger_folder(below.folder / "copy", trusting(people().root)).verdict(),
            Verdict::verified);
}
TEST(Chain, WithoutItNothingIsProven) {
  const Below below;
  Files files = below.edition();
  ASSERT_EQ(files.erase(file_of(people().authority)), 1u);
  EXPECT_EQ(verify_edition(files, trusting(people().root)).verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(verify_edition(files, trusting(people().root))), "signature.chain");
  EXPECT_EQ(verify_edition(files, trusting(people().authority)).verdict(), Verdict::verified)
      << "who trusts the authority itself needs no root";
}
TEST(Chain, WhatComesAlongIsNotBelieved) {
  const Below below;
  Files files = below.edition();
  EXPECT_EQ(impossible_codes(verify_edition(files, trusting(strangers().root))), "signature.chain");
  files[file_of(people().root)] = base::to_buffer(base::as_bytes(certificate_to_pem(people().root)));
  EXPECT_EQ(impossible_codes(verify_edition(files, trusting(strangers().root))), "signature.chain")
      << "a root that comes along is no anchor";
  // Authorities of the same names and other keys help nobody.
  files.erase(file_of(people().authority));
  files[file_of(strangers().authority)] =
      base::to_buffer(base::as_bytes(certificate_to_pem(strangers().authority)));
  EXPECT_EQ(impossible_codes(verify_edition(files, trusting(people().root))), "signature.chain");
}
TEST(Chain, OnlyTheShownSignersAuthoritiesAreCarried) {
  const Below below;
  const base::Event added{"key.add",
                          {},
                          base::Json::object({{"cert_sha256", fingerprint_of(strangers().person)},
                                              {"certificate", base::to_base64(strangers().person)},
                                              {"subject", strangers().signer->subject()}}),
                          true};
  below.ledger->append(added);
  Ledger::open(places_in(below.folder), *strangers().signer)->append(add_exhibit(kDisk, "KK-A-0002"));
  EXPECT_EQ(below.content().certificates.size(), 4u);
  const Files files = below.edition();
  EXPECT_TRUE(files.contains(file_of(people().authority)));
  EXPECT_FALSE(files.contains(file_of(strangers().person)));
  EXPECT_FALSE(files.contains(file_of(strangers().authority)));
  TrustAnchors both = trusting(people().root);
  both.certificates.push_back(strangers().root);
  EXPECT_EQ(verify_whole(below.content(), both).verdict(), Verdict::verified);
}

TEST(Chain, IssuersAreFoundWhateverTheirOrder) {
  const BelowARoot& p = people();
  const std::vector<base::Buffer> expected{p.authority};
  EXPECT_EQ(issuers_between(p.person, {p.authority}), expected);
  EXPECT_EQ(issuers_between(p.person, {p.root, anna().certificate(), p.authority, p.person}), expected);
  EXPECT_EQ(issuers_between(p.person, {base::Buffer(3), p.authority, p.authority}), expected);
  EXPECT_TRUE(issuers_between(p.person, {}).empty());
  EXPECT_TRUE(issuers_between(p.person, {p.root}).empty());
  EXPECT_TRUE(issuers_between(anna().certificate(), {p.root, p.authority}).empty())
      << "who vouches for himself";
}

// An identity made of a PKCS#12 file, as an authority's programs write them: with the chain, the root, and
// more.
TEST(Chain, OfAnIdentityFromPkcs12) {
  SKIP_WITHOUT_PROGRAM("openssl");
  const TestFolder folder;
  const auto at = [&](const char* name) { return (folder / name).string(); };
  base::write_durably(
      folder / "leaf.cnf",
      base::as_bytes("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                     "extendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\n"
                     "authorityKeyIdentifier=keyid\n"));
  base::write_durably(folder / "ca.cnf",
                      base::as_bytes("basicConstraints=critical,CA:TRUE\n"
                                     "keyUsage=critical,keyCertSign,cRLSign\n"
                                     "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"));
  const std::string key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
  const std::string sign = " -CAcreateserial -days 90 -extfile ";
  const Answer made = ask(
      "cd " + folder.path().string() +
      " && openssl req -x509 -days 90 -subj /CN=Root -addext keyUsage=critical,keyCertSign,cRLSign" + key +
      "-keyout root.key -out root.pem && openssl req -subj /CN=Below" + key +
      "-keyout below.key -out below.csr && " +
      "openssl x509 -req -in below.csr -CA root.pem -CAkey root.key" + sign + "ca.cnf -out below.pem && " +
      "openssl req -subj /CN=Officer" + key + "-keyout leaf.key -out leaf.csr && " +
      "openssl x509 -req -in leaf.csr -CA below.pem -CAkey below.key" + sign + "leaf.cnf -out leaf.pem && " +
      "openssl req -x509 -days 9 -subj /CN=Nobody" + key + "-keyout other.key -out other.pem && " +
      "cat other.pem root.pem below.pem >chain.pem && " +
      "openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile chain.pem -passout pass:sesame -out "
      "leaf.p12");
  ASSERT_EQ(made.code, 0) << made.said;
  import_pkcs12(folder / "ids", {"officer", "Officer", "", "", 90}, base::read_file(folder / "leaf.p12"),
                "sesame", "");
  const auto signer = unlock_signer(folder / "ids", "officer", [] { return std::string(); });
  ASSERT_EQ(signer->issuers().size(), 1u);
  const auto ledger = Ledger::create(places_in(folder), genesis_facts(), *signer);
  ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  const TrustAnchors root = load_trust(folder / "root.pem");
  EXPECT_EQ(verify_ledger_folder(places_in(folder).folder, root).verdict(), Verdict::verified);
  // OpenSSL needs the same help, and says the same without it.
  const std::string verify = "openssl verify -x509_strict -purpose smimesign -CAfile " + at("root.pem") + " ";
  EXPECT_EQ(ask(verify + "-untrusted " + at("below.pem") + " " + at("leaf.pem")).code, 0);
  const Answer without = ask(verify + at("leaf.pem"));
  EXPECT_NE(without.code, 0);
  EXPECT_NE(without.said.find("unable to get local issuer certificate"), std::string::npos) << without.said;
}

}  // namespace
}  // namespace custody::test
