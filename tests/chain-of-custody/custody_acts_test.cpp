// SPDX-License-Identifier: Apache-2.0
// Seals and containers, act by act: in one ledger, in what an edition shows of it, between two ledgers, and
// in one that goes on for another.
#include <gtest/gtest.h>

#include "base/error.h"
#include "chain-of-custody/continuation.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/erasure.h"
#include "rules.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

constexpr char kBox[] = "a3000000000000000000000000000003";
constexpr char kOuter[] = "a4000000000000000000000000000004";

base::Event add_box(const std::string& uid, const std::string& label) {
  base::Event event = add_exhibit(uid, label);
  event.exhibits[0].members.set("kind", "container");
  return event;
}
base::Event act_on(const std::string& act, const std::vector<std::string>& uids,
                   const Json& said = Json::object(), const Json& in_clear = Json::object()) {
  base::Event event{act, {}, in_clear, false};
  for (const std::string& uid : uids) event.exhibits.push_back({uid, said, Json::object()});
  return event;
}
base::Event pack(const std::vector<std::string>& uids, const std::string& box) {
  return act_on("pack", uids, Json::object({{"container", box}}));
}
base::Event seal(const std::string& uid, const std::string& number) {
  return act_on("seal", {uid}, Json::object({{"seal", number}}));
}
base::Event unseal(const std::string& uid, const std::string& number) {
  return act_on("unseal", {uid}, Json::object({{"seal", number}}), Json::object({{"reason", "imaging"}}));
}
base::Event begin(const std::string& uid) {
  return act_on("acquire.begin", {uid}, Json::object({{"acquisition", "a1"}}));
}
// As the verb does it: each says which container it is in.
base::Event offer_of(const std::vector<std::string>& uids, const std::string& box) {
  base::Event event = offer_to(boris(), uids);
  for (base::ExhibitStatement& one : event.exhibits)
    if (one.uid != box) one.members.set("container", box);
  return event;
}
bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

class OfOneLedger : public testing::Test {
 protected:
  OfOneLedger() {
    rules.take(add_exhibit(kPhone, "P"), anna());
    rules.take(add_exhibit(kDisk, "D"), anna());
    rules.take(add_box(kBox, "B"), anna());
    rules.take(add_box(kOuter, "O"), anna());
  }
  std::string take(const base::Event& event) { return rules.take(event, anna()); }
  Rules rules;
};
TEST_F(OfOneLedger, ASealChangesByUnsealThenSeal) {
  EXPECT_EQ(take(seal(kPhone, "S-1")), "");
  EXPECT_TRUE(has(Rules(rules).take(seal(kPhone, "S-2"), anna()), "bears the seal S-1"));
  EXPECT_TRUE(has(Rules(rules).take(unseal(kPhone, "S-7"), anna()), "last said to bear S-1"));
  EXPECT_EQ(take(unseal(kPhone, "S-1")), "");
  EXPECT_TRUE(has(Rules(rules).take(unseal(kPhone, "S-1"), anna()), "no seal is known to be on it"));
  const base::Event handed = act_on("handover", {kPhone}, Json::object({{"seal", "S-2"}}));
  EXPECT_TRUE(has(Rules(rules).take(handed, anna(), &boris()), "nothing says that it was sealed again"));
  EXPECT_EQ(take(seal(kPhone, "S-2")), "");
  EXPECT_EQ(rules.take(handed, anna(), &boris()), "");
  EXPECT_TRUE(rules.states.remarks().empty());
}
// Ledgers of programs that had no `unseal` stay valid.
TEST_F(OfOneLedger, WhatAnAcquisitionOpensIsARemark) {
  take(seal(kPhone, "S-1"));
  EXPECT_EQ(take(act_on("locate", {kPhone}, Json::object({{"room", "12"}}))), "");
  EXPECT_EQ(rules.states.find(kPhone)->seal, "S-1") << "to carry it somewhere opens nothing";
  EXPECT_EQ(take(begin(kPhone)), "");
  ASSERT_EQ(rules.states.remarks().size(), 1u);
  EXPECT_EQ(rules.states.remarks()[0],
            "The seal S-1 of exhibit P was opened by entry 7 (acquire.begin) without an unseal.");
  EXPECT_EQ(take(act_on("handover", {kPhone}, Json::object({{"seal", "S-3"}}))), "");
}
TEST_F(OfOneLedger, WhatIsPackedIsLeftAlone) {
  EXPECT_EQ(take(pack({kPhone, kDisk}, kBox)), "");
  EXPECT_TRUE(has(Rules(rules).take(begin(kPhone), anna()), "in the container B since entry 5"));
  EXPECT_EQ(Rules(rules).take(extract_records(kPhone), anna()), "");
  EXPECT_TRUE(has(Rules(rules).take(pack({kPhone}, kOuter), anna()), "in the container B"));
  take(seal(kBox, "S-1"));
  const base::Event out = act_on("unpack", {kPhone});
  EXPECT_TRUE(has(Rules(rules).take(out, anna()), "The container B bears the seal S-1"));
  take(unseal(kBox, "S-1"));
  take(act_on("locate", {kBox}, Json::object({{"room", "12"}})));
  EXPECT_EQ(take(out), "");
  EXPECT_EQ(rules.states.find(kPhone)->place.at("room").text(), "12") << "it lies where the box was opened";
  EXPECT_EQ(rules.states.everything_in(kBox), std::vector<std::string>{kDisk});
}
TEST_F(OfOneLedger, ABoxGoesWithEverythingInIt) {
  take(pack({kPhone}, kBox));
  take(pack({kBox}, kOuter));
  EXPECT_EQ(rules.states.everything_in(kOuter), (std::vector<std::string>{kBox, kPhone}));
  for (const std::vector<std::string>& some :
       {std::vector<std::string>{kOuter}, {kOuter, kBox}, {kPhone}, {kBox, kPhone}}) {
    const base::Event event = act_on("handover", some);
    EXPECT_FALSE(Rules(rules).take(event, anna(), &boris()).empty()) << some.size();
  }
  EXPECT_EQ(rules.take(act_on("handover", {kPhone, kOuter, kBox}), anna(), &boris()), "");
  EXPECT_EQ(rules.states.find(kPhone)->container, kBox);
  EXPECT_EQ(rules.states.find(kPhone)->holder, fingerprint_of(boris().certificate()));
}
TEST_F(OfOneLedger, NothingFollowsTheEndButDataAndPapers) {
  const Json reason = Json::object({{"reason", "order 4"}});
  EXPECT_EQ(take(act_on("return", {kPhone}, Json::object(), reason)), "");
  EXPECT_TRUE(has(rules.take(act_on("destroy", {kDisk}, Json::object(), reason), boris(), &clara()),
                  "Neither of the two"));
  EXPECT_TRUE(has(Rules(rules).take(begin(kPhone), anna()), "returned by entry 5"));
  for (const char* act : {"extract", "verify", "amend", "erase", "disclose"})
    EXPECT_EQ(take(act_on(act, {kPhone})), "") << act;
}
// The state of a forged ledger may hold what no writer makes; it is read all the same.
TEST_F(OfOneLedger, ABoxInItselfEndsNoReadingOfIt) {
  take(pack({kOuter}, kBox));
  EXPECT_FALSE(take(pack({kBox}, kOuter)).empty());
  EXPECT_EQ(rules.states.everything_in(kBox).size(), 2u);
}

class OfAStation : public testing::Test {
 protected:
  OfAStation() {
    a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
    a.ledger->append(add_exhibit(kDisk, "KK-A-0002"));
    a.ledger->append(add_box(kBox, "KK-A-0100"));
    a.ledger->append(pack({kPhone, kDisk}, kBox));
    a.ledger->append(seal(kBox, "S-1"));
  }
  Station a{"station-a", anna()};
};
TEST_F(OfAStation, AnEditionMayWithholdTheBoxOrWhatIsInIt) {
  a.ledger->append(unseal(kBox, "S-1"));
  a.ledger->append(act_on("unpack", {kDisk}));
  a.ledger->append(pack({kDisk}, kBox));
  a.ledger->append(offer_of({kBox, kPhone, kDisk}, kBox));
  for (const std::vector<std::string>& shown : {std::vector<std::string>{kPhone}, {kBox}, {kDisk, kBox}}) {
    std::map<std::string, Opening> openings;
    for (const std::string& uid : shown) openings[uid] = Opening::whole;
    std::map<std::string, base::Buffer, std::less<>> placed;
    for (const auto& [name, bytes] : edition_files(a.content(), openings))
      placed.emplace("data/custody/station-a/" + name, bytes);
    VerifyReport report;
    const LedgerContent content =
        ledger_from_files(*base::files_in_memory(std::move(placed)), "data/custody/station-a/", report);
    verify_ledger(content, Coverage::edition, trusting_all(), report);
    EXPECT_EQ(failed_codes(report), "") << shown.size();
  }
}
TEST_F(OfAStation, WhatWasErasedOfTheBoxLeavesTheRestAlone) {
  a.ledger->append(unseal(kBox, "S-1"));
  a.ledger->append(erasure_of(a.content(), kBox, "order 4/2027"));
  std::unique_ptr<Ledger> again = a.reopened(anna());
  EXPECT_EQ(failed_codes(verify_whole(a.content(), trusting_all())), "");
  again->append(act_on("unpack", {kPhone}));
  again->append(begin(kPhone));
  EXPECT_EQ(failed_codes(verify_whole(a.content(), trusting_all())), "");
}

class BetweenStations : public OfAStation {
 protected:
  BetweenStations() { a.ledger->append(offer_of({kBox, kPhone, kDisk}, kBox)); }
  VerifyReport accepted(const std::function<void(base::Event&)>& change) {
    accept_from(a, 6, b, change);
    return verify_together({a.content(), b.content()});
  }
  Station b{"station-b", boris()};
};
TEST_F(BetweenStations, WhatIsInTheBoxComesInIt) {
  const VerifyReport report = accepted({});
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
  const ExhibitStates states = custody_of(b.content());
  EXPECT_EQ(states.find(kPhone)->container, kBox);
  EXPECT_EQ(states.find(kBox)->seal, "");
  EXPECT_THROW(b.ledger->append(begin(kPhone)), base::Error);
  receipt_from(b, 1, a);
  EXPECT_EQ(custody_of(a.content()).find(kPhone)->where, Whereabouts::left);
  b.ledger->append(act_on("unpack", {kPhone}));
  b.ledger->append(begin(kPhone));
  EXPECT_EQ(verify_together({a.content(), b.content()}).verdict(), Verdict::verified);
}
TEST_F(BetweenStations, SomethingWasTakenOutOnTheWay) {
  const VerifyReport report = accepted([](base::Event& event) {
    std::erase_if(event.exhibits, [](const auto& one) { return one.uid == kDisk; });
  });
  EXPECT_EQ(failed_codes(report), "custody.state");
  EXPECT_TRUE(says(report, "custody.state", "that was offered in it"));
  EXPECT_THROW(receipt_from(b, 1, a), base::Error);
}
TEST_F(BetweenStations, AcceptedAsIfItHadBeenUnpacked) {
  const VerifyReport report = accepted([](base::Event& event) {
    for (base::ExhibitStatement& one : event.exhibits) {
      Json loose = Json::object();
      for (const auto& [name, value] : one.members.members())
        if (name != "container") loose.set(name, value);
      one.members = loose;
    }
  });
  EXPECT_TRUE(says(report, "custody.state", "not accepted in the container in which it was offered"));
}
TEST_F(BetweenStations, WithoutItsBoxItIsNotAccepted) {
  EXPECT_THROW(accepted([](base::Event& event) {
                 std::erase_if(event.exhibits, [](const auto& one) { return one.uid == kBox; });
               }),
               base::Error);
}
TEST_F(OfAStation, AnOfferSaysWhatItIsIn) {
  EXPECT_THROW(a.ledger->append(offer_to(boris(), {kBox, kPhone, kDisk})), base::Error);
}

// By two people, from a copy.
TEST_F(OfAStation, ALostStationsBoxIsTakenOverWithWhatIsInIt) {
  const Continuation on = continuation_of(a.content());
  const auto continued = [&](const base::Event& takeover) {
    Station next("station-d", clara(), Json::object({{"continues", on.continues}}), {&boris()});
    next.ledger->append(takeover);
    EXPECT_EQ(custody_of(next.content()).find(kPhone)->container.empty(),
              takeover.exhibits[0].members.find("container") == nullptr);
    return verify_together({a.content(), next.content()});
  };
  const VerifyReport whole = continued(on.takeover);
  EXPECT_EQ(whole.verdict(), Verdict::verified) << failed_codes(whole);
  base::Event loose = on.takeover;
  Json without = Json::object();
  for (const auto& [name, value] : loose.exhibits[0].members.members())
    if (name != "container") without.set(name, value);
  loose.exhibits[0].members = without;
  EXPECT_TRUE(says(continued(loose), "custody.state", "not taken over in the container that it was in"));
  base::Event less = on.takeover;
  std::erase_if(less.exhibits, [](const auto& one) { return one.uid == kDisk; });
  EXPECT_TRUE(says(continued(less), "custody.state", "was taken over, and not the exhibit"));
}
TEST_F(OfAStation, WhatWasReturnedIsNotTakenOver) {
  a.ledger->append(unseal(kBox, "S-1"));
  a.ledger->append(act_on("unpack", {kPhone}));
  a.ledger->append(act_on("return", {kPhone}, Json::object(), Json::object({{"reason", "order 4"}})));
  const Continuation on = continuation_of(a.content());
  ASSERT_EQ(on.left_out.size(), 1u);
  EXPECT_EQ(on.left_out[0].english, "The exhibit KK-A-0001 had been returned; it is not taken over.");
  EXPECT_EQ(on.takeover.exhibits.size(), 2u);
}
// Who receives may sign as well, where that person can.
TEST_F(OfAStation, AReturnIsSignedByOneOrByBoth) {
  const Json reason = Json::object({{"reason", "order 4"}});
  const std::vector<std::string> all{kBox, kPhone, kDisk};
  EXPECT_THROW(a.ledger->append(act_on("return", {kBox}, Json::object(), reason)), base::Error);
  a.ledger->append({"key.add",
                    {},
                    Json::object({{"cert_sha256", fingerprint_of(boris().certificate())},
                                  {"certificate", base::to_base64(boris().certificate())},
                                  {"subject", boris().subject()}}),
                    true});
  a.ledger->append(act_on("return", all, Json::object(), reason), {&boris()});
  const VerifyReport report = verify_whole(a.content(), trusting_all());
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
  const Json parties = open_body(a.content().entries.back()).body.at("parties");
  EXPECT_EQ(parties.items()[1].at("role").text(), "receiving");
}

}  // namespace
}  // namespace custody::test
