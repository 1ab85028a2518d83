// SPDX-License-Identifier: Apache-2.0
// Writes sample bundles to the folder that HOLDFAST_LOOK names, for a person to look at in a browser.
#include <cstdlib>

#include <gtest/gtest.h>

#include "support.h"

namespace exporter::test {
namespace {

TEST(Look, WriteSampleBundles) {
  const char* folder = std::getenv("HOLDFAST_LOOK");
  if (folder == nullptr) GTEST_SKIP() << "HOLDFAST_LOOK names no folder";
  SampleCase sample;
  base::Json request = plain_request();
  write_bundle(sample.inputs(request), std::filesystem::path(folder) / "plain", *sample.ledger, officer());
  request.set("pseudonymise_people", true)
      .set("decisions", base::Json::array({decision(sample.sample.ids["thai"], {}),
                                           decision(sample.sample.ids["plan"], {"text"}, "PRIVILEGE")}));
  write_bundle(sample.inputs(request), std::filesystem::path(folder) / "people", *sample.ledger, officer());
}

}  // namespace
}  // namespace exporter::test
