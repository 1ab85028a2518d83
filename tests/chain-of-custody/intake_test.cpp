// SPDX-License-Identifier: Apache-2.0
// What is registered at intake, as a verifier finds it: photographs beside the exhibit, and labels that two
// people amend.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "forge.h"

namespace custody::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

class Photographs : public ::testing::Test {
 protected:
  Photographs() {
    ledger_ = Ledger::create(places_in(folder_), genesis_facts(), anna());
    fs::create_directories(photos_);
    base::write_durably(file_, bytes_);
  }
  void register_with(const Json& photos) {
    base::Event event = add_exhibit(kPhone, "KK-A-0001");
    event.exhibits[0].hidden.set("photos", photos);
    ledger_->append(event);
  }
  VerifyReport verify() const { return verify_case(folder_ / "case", trusting(anna())); }

  const TestFolder folder_;
  const base::Buffer bytes_ = base::Buffer(5000, std::byte{7});
  const std::string digest_ = base::sha256(bytes_).hex();
  const fs::path photos_ = folder_ / "case/exhibits/KK-A-0001/photos";
  const fs::path file_ = photos_ / (digest_ + ".jpg");
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Photographs, AreCompared) {
  register_with(Json::array({digest_}));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  base::write_durably(file_, base::Buffer(5000, std::byte{8}));
  EXPECT_EQ(failed_codes(verify()), "photo.file");
  EXPECT_EQ(verify().verdict(), Verdict::damaged);
  fs::remove(file_);
  EXPECT_EQ(impossible_codes(verify()), "photo.file") << "what is not here was not altered here";
  EXPECT_EQ(verify().verdict(), Verdict::not_proven);
}

TEST_F(Photographs, ALinkIsNoPhotograph) {
  register_with(Json::array({digest_}));
  fs::rename(file_, folder_ / "elsewhere.jpg");
  fs::create_symlink(folder_ / "elsewhere.jpg", file_);
  EXPECT_EQ(failed_codes(verify()), "photo.file");
  fs::remove(file_);
  fs::create_directory(file_);
  EXPECT_EQ(failed_codes(verify()), "photo.file");
}

// What stands there in another form becomes no path.
TEST_F(Photographs, WhatIsNoDigestIsToldAndNotOpened) {
  register_with(Json::array({"../../../../outside"}));
  base::write_durably(folder_ / "outside", bytes_);
  EXPECT_EQ(failed_codes(verify()), "photo.file");
}

TEST_F(Photographs, AMemberOfAnotherKindIsTold) {
  register_with(Json("a text"));
  EXPECT_EQ(failed_codes(verify()), "photo.file");
}

TEST_F(Photographs, StandInTheStatementNeverInClear) {
  base::Event event = add_exhibit(kPhone, "KK-A-0001");
  event.exhibits[0].members.set("photos", Json::array({digest_}));
  EXPECT_THROW(ledger_->append(event), base::Error);
}

class AmendedLabel : public ::testing::Test {
 protected:
  AmendedLabel() : ledger_(small_ledger(folder_)) {
    base::Event admit{"key.add", {}, Json::object(), true};
    admit.members.set("cert_sha256", fingerprint_of(boris().certificate()))
        .set("certificate", base::to_base64(boris().certificate()))
        .set("subject", boris().subject());
    ledger_->append(admit);
    anchors_.certificates = {anna().certificate(), boris().certificate()};
  }
  void amend(const Signers& others) {
    base::Event event{"amend", {}, Json::object({{"reason", "misread"}}), false};
    event.exhibits.push_back({kPhone, Json::object({{"label", "KK-A-0017"}}), Json::object()});
    ledger_->append(event, others);
    content_ = read_ledger(places_in(folder_).folder);
  }
  VerifyReport verify() const { return verify_whole(content_, anchors_); }
  bool is_remarked_on() const {
    return std::ranges::any_of(verify().statements, [](const std::string& statement) {
      return statement.find("by the signature of one person alone") != statement.npos;
    });
  }
  const TestFolder folder_;
  std::unique_ptr<Ledger> ledger_;
  LedgerContent content_;
  TrustAnchors anchors_;
};

TEST_F(AmendedLabel, ByTwoPeopleStands) {
  amend({&boris()});
  const Json parties = open_body(content_.entries.back()).body.at("parties");
  ASSERT_EQ(parties.items().size(), 2u);
  EXPECT_EQ(parties.items()[1].at("role").text(), "custodian");
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  EXPECT_FALSE(is_remarked_on());
}

TEST_F(AmendedLabel, ByOneAloneIsRemarkedOnAndNoFault) {
  amend({});
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  EXPECT_TRUE(is_remarked_on());
}

TEST_F(AmendedLabel, OnePersonIsNotTwo) {
  EXPECT_THROW(amend({&anna()}), base::Error);
  EXPECT_EQ(reopened(folder_)->size(), 8u);
}

TEST_F(AmendedLabel, TheSecondInAnotherRoleIsFound) {
  amend({&boris()});
  Entry& last = content_.entries.back();
  sign_again(last, anna(), [](Json& body) {
    Json parties = body.at("parties");
    parties.items()[1].set("role", "witness");
    body.set("parties", parties);
  });
  last.signatures = {anna().sign_detached(*last.body), boris().sign_detached(*last.body)};
  reseal(content_, log_key_of(folder_));
  EXPECT_EQ(failed_codes(verify()), "act.table");
}

}  // namespace
}  // namespace custody::test
