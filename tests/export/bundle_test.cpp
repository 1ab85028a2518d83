// SPDX-License-Identifier: Apache-2.0
#include "export/bundle.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support.h"

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

}  // namespace
}  // namespace exporter::test
