// SPDX-License-Identifier: Apache-2.0
// What was received, and copies, one by one: what the writer refuses, and what a verifier says where somebody
// with the ledger's key and two people's wrote it all the same.
#include <gtest/gtest.h>

#include "base/error.h"
#include "chain-of-custody/erasure.h"
#include "rules.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

base::Event on_phone(const std::string& act, Json said, Json in_clear = Json::object()) {
  return {act, {{kPhone, std::move(said), Json::object()}}, std::move(in_clear), false};
}
base::Event receive(const std::string& name, const std::string& stated = "equal") {
  return on_phone("receive",
                  Json::object({{"acquisition", name},
                                {"what", "image"},
                                {"stated", stated},
                                {"files", "1"},
                                {"outcome", "complete"}}),
                  Json::object({{"from", "Agency B"}, {"request", "17/2026"}}));
}
base::Event copy(const std::string& name, const std::string& of = "a1", const std::string& result = "equal") {
  return on_phone("copy", Json::object({{"acquisition", of}, {"copy", name}, {"result", result}}));
}
base::Event destroy(const std::string& name, bool last = false, const std::string& of = "a1") {
  Json said = Json::object({{"acquisition", of}, {"copy", name}, {"how", "shredded"}});
  if (last) said.set("last", true);
  return on_phone("copy.destroy", said, Json::object({{"reason", "order 4"}}));
}
base::Event checked(const std::string& name, const std::string& result) {
  return on_phone(
      "verify",
      Json::object({{"acquisition", "a1"}, {"object", "copy"}, {"copy", name}, {"result", result}}));
}

class CopyRules : public testing::Test {
 protected:
  CopyRules() { EXPECT_EQ(take(add_exhibit(kPhone, "P")), ""); }
  std::string take(const base::Event& event) { return rules_.take(event, anna(), &boris()); }
  // What the rules would say of it, without taking it in.
  std::string would(const base::Event& event) { return Rules(rules_).take(event, anna(), &boris()); }
  Rules rules_;
};

TEST_F(CopyRules, ANameIsReceivedOnce) {
  EXPECT_EQ(take(receive("a1")), "");
  EXPECT_EQ(would(receive("a1")),
            "custody.state exhibit P: It was received as a1, and that is told of by entry 2.");
  EXPECT_EQ(would(receive("a2")), "");
  EXPECT_EQ(take(on_phone("acquire.begin", Json::object({{"acquisition", "a2"}}))), "");
  EXPECT_NE(would(receive("a2")).find("an acquisition that was begun"), std::string::npos);
}
TEST_F(CopyRules, WhatCameIsDataWhereverTheThingIs) {
  EXPECT_EQ(take(on_phone("return", Json::object(), Json::object({{"reason", "order 4"}}))), "");
  EXPECT_EQ(take(receive("a1")), "");
  EXPECT_EQ(take(copy("copy2")), "");
  EXPECT_EQ(take(destroy("copy2")), "");
}
TEST_F(CopyRules, ACopyIsOfSomethingAndHasAnameOfItsOwn) {
  EXPECT_EQ(would(copy("copy2")),
            "custody.state exhibit P: A copy of a1 is registered, and nothing says that this was acquired or "
            "received.");
  take(receive("a1"));
  EXPECT_NE(would(copy("copy1")), "") << "the one that came bears this name";
  EXPECT_NE(would(copy("copy2", "a1", "different")).find("is not equal to it"), std::string::npos);
  EXPECT_EQ(take(copy("copy2")), "");
  EXPECT_EQ(would(copy("copy2")), "custody.state exhibit P: The copy copy2 of a1 was registered by entry 3.");
}
TEST_F(CopyRules, AnAttemptThatWasCutOffIsNothingToCopy) {
  const auto ended = [](const std::string& outcome) {
    return on_phone("acquire.end",
                    Json::object({{"acquisition", "a1"}, {"adopted", true}, {"outcome", outcome}}));
  };
  take(ended("interrupted"));
  EXPECT_NE(would(copy("copy2")), "");
  take(ended("complete_with_bad_ranges"));
  EXPECT_EQ(would(copy("copy2")), "");
}
TEST_F(CopyRules, WhatWasWrittenTwiceAtOnceAreTwoCopies) {
  Json said = Json::object({{"acquisition", "a1"}, {"adopted", true}, {"outcome", "complete"}});
  said.set("copies", Json::array({"copy2", "copy3"}));
  EXPECT_EQ(take(on_phone("acquire.end", said)), "");
  EXPECT_NE(would(copy("copy3")), "");
  EXPECT_EQ(take(destroy("copy3")), "");
  EXPECT_EQ(rules_.states.find(kPhone)->copies.at("a1").at("copy3").destroyed, 3u);
}
TEST_F(CopyRules, ACopyIsDestroyedOnce) {
  take(receive("a1"));
  take(copy("copy2"));
  EXPECT_EQ(would(destroy("copy7")),
            "custody.state exhibit P: The copy copy7 of a1 is destroyed, and nothing says that it was made.");
  EXPECT_EQ(take(destroy("copy2")), "");
  EXPECT_EQ(would(destroy("copy2")),
            "custody.state exhibit P: The copy copy2 of a1 was destroyed by entry 4.");
  EXPECT_NE(would(copy("copy2")), "") << "its name is not given again";
}
TEST_F(CopyRules, TheLastIsDestroyedKnowingly) {
  take(receive("a1"));
  take(copy("copy2"));
  EXPECT_EQ(would(destroy("copy1", true)),
            "custody.state exhibit P: It is said to be the last copy of a1, and copy2 remains.");
  EXPECT_EQ(take(destroy("copy1")), "");
  EXPECT_EQ(
      would(destroy("copy2")),
      "custody.state exhibit P: No copy of a1 remains that is equal to it, and the entry does not say so.");
  EXPECT_EQ(take(destroy("copy2", true)), "");
}
TEST_F(CopyRules, WhatWasFoundToDifferIsNoCopyThatRemains) {
  take(receive("a1"));
  take(copy("copy2"));
  EXPECT_EQ(take(checked("copy2", "different")), "");
  EXPECT_NE(would(destroy("copy1")), "");
  EXPECT_EQ(take(checked("copy2", "equal")), "");
  EXPECT_EQ(would(destroy("copy1")), "");
}
// It may have been acquired where it came from.
TEST(CopyRulesElsewhere, WhatCameFromAnotherLedgerMayHaveCopiesThatThisOneDoesNotKnow) {
  Station a("station-a", anna()), b("station-b", boris());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(receive("a1"));
  a.ledger->append(offer_to(boris(), {kPhone}));
  accept_from(a, 3, b);
  b.ledger->append(copy("copy2-station-b"));
  EXPECT_THROW(b.ledger->append(copy("copy2-station-b")), base::Error);
  const VerifyReport report = verify_together({a.content(), b.content()});
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
}

// Real ledgers, whose last statement is changed and signed again by all of its parties.
class ForgedCopies : public testing::Test {
 protected:
  ForgedCopies() {
    station.ledger->append({"key.add",
                            {},
                            Json::object({{"cert_sha256", fingerprint_of(boris().certificate())},
                                          {"certificate", base::to_base64(boris().certificate())},
                                          {"subject", boris().subject()}}),
                            true});
    station.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
    station.ledger->append(receive("a1"));
    station.ledger->append(copy("copy2"));
    station.ledger->append(copy("copy3"));
  }
  void destroyed(const std::string& name, bool last = false) {
    station.ledger->append(destroy(name, last), {&boris()});
  }
  void refused(const base::Event& event) {
    const bool two = event.act == "copy.destroy";
    EXPECT_THROW(station.ledger->append(event, two ? Signers{&boris()} : Signers{}), base::Error)
        << event.act;
  }
  // The failed codes of the ledger with its last statement changed; before, nothing fails in it.
  std::string forged(const std::function<void(Json&)>& change) {
    EXPECT_EQ(failed_codes(verify_together({station.content()})), "");
    LedgerContent content = station.content();
    Entry& last = content.entries.back();
    const bool two = last.signatures.size() == 2;
    state_again(last, anna(), change);
    if (two) last.signatures.push_back(boris().sign_detached(*last.body));
    reseal_as(content, station.key());
    return failed_codes(verify_together({content}));
  }
  Station station{"station-a", anna()};
};
TEST_F(ForgedCopies, ACopyUnderANameThatIsTaken) {
  refused(copy("copy2"));
  EXPECT_EQ(forged([](Json& said) { said.set("copy", "copy2"); }), "custody.state");
}
TEST_F(ForgedCopies, ACopyOfWhatIsNotThere) {
  refused(copy("copy2", "a9"));
  EXPECT_EQ(forged([](Json& said) { said.set("acquisition", "a9"); }), "custody.state");
}
TEST_F(ForgedCopies, ACopyThatIsNotEqual) {
  refused(copy("copy4", "a1", "different"));
  EXPECT_EQ(forged([](Json& said) { said.set("result", "different"); }), "custody.state");
}
TEST_F(ForgedCopies, ReceivedTwice) {
  refused(receive("a1"));
  station.ledger->append(receive("a2"));
  EXPECT_EQ(forged([](Json& said) { said.set("acquisition", "a1"); }), "custody.state");
}
TEST_F(ForgedCopies, DestroyedThatNeverWas) {
  refused(destroy("copy7"));
  destroyed("copy3");
  EXPECT_EQ(forged([](Json& said) { said.set("copy", "copy7"); }), "custody.state");
}
TEST_F(ForgedCopies, DestroyedTwice) {
  destroyed("copy2");
  refused(destroy("copy2"));
  destroyed("copy3");
  EXPECT_EQ(forged([](Json& said) { said.set("copy", "copy2"); }), "custody.state");
}
TEST_F(ForgedCopies, TheLastWithoutSayingSo) {
  destroyed("copy2");
  destroyed("copy3");
  refused(destroy("copy1"));
  destroyed("copy1", true);
  EXPECT_EQ(forged([](Json& said) { said.set("last", false); }), "custody.state");
}
TEST_F(ForgedCopies, TheLastOfThree) {
  refused(destroy("copy2", true));
  destroyed("copy2");
  EXPECT_EQ(forged([](Json& said) { said.set("last", true); }), "custody.state");
}
TEST_F(ForgedCopies, ByOnePersonAlone) {
  EXPECT_THROW(station.ledger->append(destroy("copy2")), base::Error);
}
TEST_F(ForgedCopies, AfterTheEndCopiesAreMadeAndDestroyedAndNothingIsReceived) {
  station.ledger->append({"close", {}, Json::object({{"reason", "trial over"}}), true});
  station.ledger->append(copy("copy4"));
  destroyed("copy2");
  refused(receive("a2"));
  EXPECT_EQ(failed_codes(verify_together({station.content()})), "");
}
// What is told of it can be erased like everything else, and what follows is judged by what is left.
TEST_F(ForgedCopies, WhatWasErasedMayHaveTold) {
  station.ledger->append(erasure_of(station.content(), kPhone, "order 4/2027"));
  const std::unique_ptr<Ledger> again = station.reopened(anna());
  again->append(destroy("copy2"), {&boris()});
  EXPECT_THROW(again->append(destroy("copy2"), {&boris()}), base::Error);
  EXPECT_EQ(failed_codes(verify_together({station.content()})), "");
}

}  // namespace
}  // namespace custody::test
