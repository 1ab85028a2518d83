// SPDX-License-Identifier: Apache-2.0
// What the authority bars stays behind, whatever the request says, with its reason and in no file.
#include <gtest/gtest.h>

#include "base/error.h"
#include "export/leak_scan.h"
#include "export/proofs.h"
#include "export/schedule.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;
using custody::Barrier;

constexpr char kPlan[] = "转账USDT before noon";
constexpr char kHello[] = "Hello, I saw the job advertisement. Is it still open?";

class AuthorityTest : public testing::Test {
 protected:
  Edition edition(const Json& request = plain_request()) {
    return build_edition(request_of(request), sample_.segments, made_.sight());
  }
  const base::RecordId& id(const std::string& name) const { return sample_.sample.ids.at(name); }
  const EditionRecord* find(const Edition& edition, const std::string& name) const {
    for (const EditionRecord& record : edition.records)
      if (record.record.id == id(name)) return &record;
    return nullptr;
  }
  // All files of a bundle, one after another.
  std::string all_of(const std::string& name) const {
    std::string all;
    for (const auto& [file, bytes] : sample_.files(name)) all.append(file).append(base::as_text(bytes));
    return all;
  }
  // The first messages of the sample are of 09:01 and 09:03; the warrant begins at 10:00.
  void warrant_from_ten() {
    made_.authority(
        "W-1", "warrant",
        Json::object({{"periods", Json::array({Json::object({{"from", "2026-03-14T10:00:00Z"},
                                                             {"until", "2026-03-15T00:00:00Z"}})})}}));
    made_.exhibit(kPhone, "W-1");
  }
  SampleCase sample_;
  support::MadeSight made_;
};

TEST_F(AuthorityTest, WithholdsWhatIsOutOfScopeAndWhatHangsOnIt) {
  warrant_from_ten();
  const Edition made = edition();
  for (const char* name : {"hello", "answer", "media", "reaction", "call"})
    EXPECT_EQ(find(made, name), nullptr) << name;
  for (const char* name : {"thai", "plan", "contact", "msgstore", "visit"})
    EXPECT_NE(find(made, name), nullptr) << name;
  EXPECT_EQ(made.withheld_by_reason.at("OUT_OF_SCOPE"), 5u);
  EXPECT_EQ(made.barred.at(kPhone), (store::NotShown{{Barrier::out_of_scope, 5}}));
  EXPECT_EQ(made.barred.count(kLaptop), 0u);
}

TEST_F(AuthorityTest, TheRequestCannotLetItOut) {
  warrant_from_ten();
  Json request = plain_request();
  request.set("types", Json::array({"message", "media"}));
  request.set("decisions",
              Json::array({decision(id("hello"), {}, "VICTIM"), decision(id("answer"), {"key"})}));
  request.set("not_searched", Json::array({Json::object({{"record", id("hello")}, {"field", "text"}})}));
  const Edition made = edition(request);
  EXPECT_EQ(find(made, "hello"), nullptr);
  EXPECT_EQ(find(made, "answer"), nullptr);
  for (const WithheldRecord& record : made.withheld) EXPECT_NE(record.cause->reason, "VICTIM");
  const LeakScan scan(made, "");
  EXPECT_THROW(scan.check("a file", kHello), base::Error);
}

TEST_F(AuthorityTest, AKindThatIsNotNamedStaysBehindAndAnAddressBookIsItsOwn) {
  made_.authority("W-1", "warrant", Json::object({{"data", Json::array({"contacts"})}}));
  made_.exhibit(kPhone, "W-1");
  const Edition made = edition();
  EXPECT_EQ(find(made, "hello"), nullptr);
  EXPECT_EQ(find(made, "victim"), nullptr) << "a party of messages";
  ASSERT_NE(find(made, "contact"), nullptr);
  EXPECT_TRUE(find(made, "contact")->withholds("participant"));
  EXPECT_FALSE(find(made, "contact")->withholds("name"));
}

TEST_F(AuthorityTest, WhatIsPrivilegedStaysBehindWhereverItIsRepeated) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "privilege", {id("thai")});
  const Edition made = edition();
  EXPECT_EQ(find(made, "thai"), nullptr);
  EXPECT_TRUE(find(made, "quote")->withholds("quoted_text"));
  EXPECT_TRUE(find(made, "quote")->withholds("quoted_key"));
  EXPECT_EQ(made.withheld_by_reason.at("PRIVILEGE"), 1u);
  EXPECT_NE(schedule_json(made).find("\"PRIVILEGE\": \"1\""), std::string::npos);
}

// "dense" wrote in scope what somebody else wrote outside it: it is released in its own right.
TEST_F(AuthorityTest, WordsOutOfScopeMayStandInWhatIsInScope) {
  Sample sample = make_sample();
  for (base::Record& record : sample.phone.records)
    if (record.id == sample.ids["plan"]) record.set("text", base::Text{kHello});
  SampleCase made{std::move(sample)};
  warrant_from_ten();
  made.sight = made_.sight();
  made.write(plain_request(), "ed1");
  const Edition edition = build_edition(request_of(plain_request()), made.segments, made_.sight());
  EXPECT_EQ(find(edition, "hello"), nullptr);
  ASSERT_NE(find(edition, "plan"), nullptr);
  EXPECT_FALSE(find(edition, "plan")->withholds("text"));
  EXPECT_GE(LeakScan(edition, "").unsearched_barred(), 1u);
}

TEST_F(AuthorityTest, OfAWithdrawnConsentOnlyTheHeaderTravels) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "consent-withdrawn");
  sample_.sight = made_.sight();
  const BundleFacts facts = sample_.write(plain_request(), "ed1");
  EXPECT_EQ(facts.withheld_by_reason.at("CONSENT"), sample_.sample.phone.records.size() - 1);
  const std::string all = all_of("ed1");
  for (const char* text : {kPlan, kHello, kVictimName, kThai, kTronAddress, "msgstore"})
    EXPECT_EQ(all.find(text), std::string::npos) << text;
  EXPECT_NE(all.find("panel.example"), std::string::npos) << "the other exhibit is released";
  EXPECT_EQ(failed_codes(custody::verify_bundle(*sample_.set("ed1"), trusting_officer())), "");
}

// The same strings are there where nothing bars: the tests above can fail.
TEST_F(AuthorityTest, WithTheOtherOfficersSignatureAllOfItTravels) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "consent-withdrawn");
  made_.unrestrict(kPhone, "restriction");
  sample_.sight = made_.sight();
  EXPECT_EQ(sample_.write(plain_request(), "ed1").withheld, 0u);
  const std::string all = all_of("ed1");
  for (const char* text : {kPlan, kHello, kVictimName, kThai, kTronAddress, "msgstore"})
    EXPECT_NE(all.find(text), std::string::npos) << text;
}

TEST_F(AuthorityTest, NothingOfWhatStaysBehindStandsInAnyFile) {
  warrant_from_ten();
  made_.restrict(kPhone, "privilege", {id("plan")});
  sample_.sight = made_.sight();
  sample_.write(plain_request(), "ed1");
  const std::string all = all_of("ed1");
  for (const char* text : {kPlan, kHello, "the room, first floor", "IMG-20260314"})
    EXPECT_EQ(all.find(text), std::string::npos) << text;
  EXPECT_NE(all.find(kVictimName), std::string::npos);
  EXPECT_EQ(failed_codes(custody::verify_bundle(*sample_.set("ed1"), trusting_officer())), "");
}

}  // namespace
}  // namespace exporter::test
