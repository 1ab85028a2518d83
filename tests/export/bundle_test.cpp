// SPDX-License-Identifier: Apache-2.0
#include "export/bundle.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/signed_how.h"
#include "support.h"
#include "tests/support/below_a_root.h"

namespace exporter::test {
namespace {

using base::Json;

TEST(Bundle, NothingWithheldIsVerified) {
  SampleCase sample;
  const BundleFacts facts = sample.write(plain_request(), "ed1");
  EXPECT_EQ(facts.redacted, 0u);
  EXPECT_EQ(facts.withheld, 0u);
  const auto report =
      custody::verify_bundle(*base::files_in_folder(sample.bundle("ed1")), trusting_officer());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED") << complaints(report);
}

TEST(Bundle, PseudonymsVerifyInPart) {
  SampleCase sample;
  const BundleFacts facts = sample.write(plain_request().set("pseudonymise_people", true), "ed1");
  EXPECT_GT(facts.redacted, 0u);
  const auto report = custody::verify_bundle(*sample.set("ed1"), trusting_officer());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
}

TEST(Bundle, UnknownSignerIsNotProven) {
  SampleCase sample;
  sample.write(plain_request(), "ed1");
  const auto report = custody::verify_bundle(*sample.set("ed1"), {{stranger().certificate()}});
  EXPECT_EQ(name_of(report.verdict()), "NOT PROVEN") << complaints(report);
}

// Who signs the bundle is below a root; the recipient knows the root.
TEST(Bundle, AnAuthorityBelowTheRootComesAlong) {
  SampleCase sample;
  const support::BelowARoot person = support::below_a_root();
  write_bundle(sample.inputs(plain_request()), sample.bundle("ed1"), *sample.ledger, *person.signer);
  const auto verify = [&](const base::Buffer& anchor) {
    custody::TrustAnchors anchors = trusting_officer();  // who signed the ledger
    anchors.certificates.push_back(anchor);
    return custody::verify_bundle(*sample.set("ed1"), anchors);
  };
  EXPECT_EQ(name_of(verify(person.root).verdict()), "VERIFIED") << complaints(verify(person.root));
  EXPECT_EQ(name_of(verify(support::below_a_root().root).verdict()), "NOT PROVEN");
}

// A slip of paper is no signature, and the page that people read says so; nothing of the slip is in the
// bundle.
TEST(Bundle, TheReportSaysWhoSignedHow) {
  SampleCase sample;
  base::Event event{"handover", {{kPhone, Json::object(), Json::object()}}, Json::object(), false};
  event.members.set("purpose", "storage");
  sample.ledger->append(event, {}, {{"receiving", std::string(64, '7')}});
  sample.write(plain_request(), "ed1");
  const std::string page(base::as_text(base::read_file(sample.bundle("ed1") / "data/report/exhibits.html")));
  EXPECT_NE(page.find("Chain of custody"), page.npos);
  EXPECT_NE(page.find(custody::short_name(officer().subject()) + "; on paper"), page.npos) << page;
  const auto report = custody::verify_bundle(*sample.set("ed1"), trusting_officer());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED") << complaints(report);
  std::string said;
  for (const std::string& statement : report.statements) said += statement + '\n';
  EXPECT_NE(said.find("1 party of an entry is on paper"), said.npos) << said;
}

// What a court reads: one record, which is the header of an empty segment, is no "records".
TEST(Bundle, OneRecordIsCountedAsOne) {
  SampleCase sample_case{Sample()};
  base::Json request = plain_request();
  request.set("exhibits", base::Json::array({"KK-A-0001"}));
  sample_case.write(request, "one");
  const custody::VerifyReport report = custody::verify_bundle(*sample_case.set("one"), trusting_officer());
  std::string said;
  for (const std::string& statement : report.statements) said += statement + '\n';
  EXPECT_NE(said.find("1 record is released whole, 0 in part, 0 are withheld."), said.npos) << said;
}

}  // namespace
}  // namespace exporter::test
