// SPDX-License-Identifier: Apache-2.0
#include "tools/scanned_label.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

constexpr char kUid[] = "d7b9919430db966c5caa3c66ff8880eb";
const std::string kText = std::string("HOLDFAST:1:KK-2026:KK-A-0007:") + kUid;

custody::ExhibitView exhibit(const std::string& label) {
  custody::ExhibitView view;
  view.uid = kUid;
  view.label = label;
  view.case_id = "KK-2026";
  return view;
}

std::string refusal(const std::string& text, const custody::ExhibitView& view) {
  try {
    tools::require_same(tools::read_scanned(text), view);
    return "";
  } catch (const base::Error& error) {
    return error.what();
  }
}

TEST(ScannedLabel, IsWrittenAndReadInOneForm) {
  EXPECT_EQ(tools::text_of({"KK-2026", "KK-A-0007", kUid}), kText);
  EXPECT_EQ(refusal(kText, exhibit("KK-A-0007")), "");
  EXPECT_TRUE(tools::is_scanned(kText));
  EXPECT_FALSE(tools::is_scanned("KK-A-0007"));
}

TEST(ScannedLabel, IsOfThisCaseAndOfWhatBearsItNow) {
  EXPECT_EQ(refusal(kText, exhibit("KK-A-0017")),
            "the scanned label says KK-A-0007, and that exhibit is called KK-A-0017 now");
  custody::ExhibitView other = exhibit("KK-A-0007");
  other.case_id = "KK-2027";
  EXPECT_EQ(refusal(kText, other), "the scanned label KK-A-0007 of the case KK-2026 is of no exhibit here");
  other = exhibit("KK-A-0007");
  other.uid[0] = '0';
  EXPECT_NE(refusal(kText, other), "") << "the same label on another thing";
}

TEST(ScannedLabel, WhatIsCutOrMadeUpIsNone) {
  for (const std::string& text :
       {kText.substr(0, kText.size() - 1), kText + "0", kText.substr(0, 20), kText + ":1",
        std::string("HOLDFAST:1:KK 2026:KK-A-0007:") + kUid, std::string("HOLDFAST:1:KK-2026:../x:") + kUid,
        std::string("HOLDFAST:1:KK-2026::") + kUid})
    EXPECT_EQ(refusal(text, exhibit("KK-A-0007")), "what was scanned is no whole label") << text;
  EXPECT_EQ(refusal(std::string("HOLDFAST:2:KK-2026:KK-A-0007:") + kUid, exhibit("KK-A-0007")),
            "the scanned label is of another version than this program knows");
}

}  // namespace
