// SPDX-License-Identifier: Apache-2.0
// Several ledgers of one case: names, labels, and a lost station's ledger that goes on elsewhere.
#include "chain-of-custody/ledger_links.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "chain-of-custody/continuation.h"
#include "other_voices.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

TEST(LedgerLinks, ACopyOfALedgerIsNoSecondLedger) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  const LedgerContent earlier = a.content();
  a.ledger->append(check_image(kPhone));
  EXPECT_EQ(verify_together({earlier, a.content()}).verdict(), Verdict::verified);
}
TEST(LedgerLinks, T153_TwoLedgersOfOneName) {
  Station one("station-a", anna()), other("station-a", anna());
  const VerifyReport report = verify_together({one.content(), other.content()});
  EXPECT_EQ(failed_codes(report), "link.name");
  EXPECT_TRUE(says(report, "link.name", "began apart"));
  // One after the other each is good.
  if (has_second_verifier())
    for (const Station* station : {&one, &other})
      EXPECT_EQ(second_verifier(station->places.folder, trusting_all()), "VERIFIED");
}
TEST(LedgerLinks, T153_TwoCopiesThatGoDifferentWays) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  LedgerContent forked = a.content();
  a.ledger->append(check_image(kPhone));
  Entry other = a.content().entries.back();
  sign_again(other, anna(), [](Json& body) { body.set("nonce", "AAAAAAAAAAAAAAAAAAAAAA"); });
  forked.entries.push_back(other);
  reseal_as(forked, a.key());
  EXPECT_EQ(failed_codes(verify_together({forked})), "") << "alone it shows nothing";
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forked, trusting_all(), a.key().public_key()), kStockToolsNoticeNothing);
  EXPECT_TRUE(says(verify_together({a.content(), forked}), "link.name", "forked"));
}
TEST(LedgerLinks, T161_SameLabelOtherUidFromTwoStations) {
  Station a("station-a", anna()), b("station-b", boris());
  a.ledger->append(add_exhibit(kPhone, "KK-0001"));
  b.ledger->append(add_exhibit(kDisk, "KK-0001"));
  const VerifyReport report = verify_together({a.content(), b.content()});
  EXPECT_EQ(report.verdict(), Verdict::verified);
  EXPECT_TRUE(states(report, "Two exhibits bear the label KK-0001"));
  if (has_second_verifier())
    for (const Station* station : {&a, &b})
      EXPECT_EQ(second_verifier(station->places.folder, trusting_all()), "VERIFIED");
}
// A thing that came back is held here again: that another ledger holds it too is seen.
TEST(LedgerLinks, OneThatCameBackIsHeldInTwoLedgers) {
  Station a("station-a", anna()), b("station-b", boris()), c("station-c", clara());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(offer_to(boris(), {kPhone}));
  accept_from(a, 2, b);
  receipt_from(b, 1, a);
  b.ledger->append(offer_to(anna(), {kPhone}));
  accept_from(b, 2, a);
  receipt_from(a, 4, b);
  const VerifyReport alone = verify_together({a.content(), b.content()});
  EXPECT_EQ(alone.verdict(), Verdict::verified) << failed_codes(alone);
  c.ledger->append(add_exhibit(kPhone, "KK-C-0001"));
  EXPECT_TRUE(
      says(verify_together({a.content(), b.content(), c.content()}), "custody.state", "hold it at once"));
}
// An acceptance of long ago is no receipt for what is offered now.
TEST(LedgerLinks, AReceiptForAnEarlierOffer) {
  Station a("station-a", anna()), b("station-b", boris());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(offer_to(boris(), {kPhone}));
  accept_from(a, 2, b);
  const ShownHandover acceptance = sent(b, 1, HandoverKind::acceptance);
  const base::Event receipt = receipt_of(acceptance, a.content());
  a.ledger->append(receipt);
  b.ledger->append(offer_to(anna(), {kPhone}));
  accept_from(b, 2, a);
  receipt_from(a, 4, b);
  a.ledger->append(offer_to(boris(), {kPhone}));
  EXPECT_THROW(receipt_of(acceptance, a.content()), base::Error) << "the writer does not make it";
  a.ledger->append(receipt);
  EXPECT_TRUE(
      says(verify_together({a.content(), b.content()}), "link.receipt", "another offer than the open one"));
}
TEST(LedgerLinks, OneThingRegisteredInTwoLedgers) {
  Station a("station-a", anna()), b("station-b", boris());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  b.ledger->append(add_exhibit(kPhone, "KK-B-0001"));
  EXPECT_TRUE(says(verify_together({a.content(), b.content()}), "custody.state", "hold it at once"));
}

// What bundles carry: each ledger shows one exhibit, and hides the other.
TEST(LedgerLinks, EditionsAreFollowedToo) {
  Station a("station-a", anna()), b("station-b", boris());
  base::Event two = add_exhibit(kPhone, "KK-A-0001");
  two.exhibits.push_back(add_exhibit(kDisk, "KK-A-0002").exhibits[0]);
  a.ledger->append(two);
  a.ledger->append(offer_to(boris(), {kPhone, kDisk}));
  accept_from(a, 2, b);
  receipt_from(b, 1, a);
  const auto verified = [&](const std::vector<const Station*>& stations) {
    VerifyReport report;
    std::vector<LedgerContent> ledgers;
    for (const Station* station : stations) {
      std::map<std::string, base::Buffer, std::less<>> files;
      for (auto& [name, bytes] : edition_files(station->content(), {{kPhone, Opening::whole}}))
        files["data/custody/s/" + name] = bytes;
      ledgers.push_back(ledger_from_files(*base::files_in_memory(files), "data/custody/s/", report));
      verify_ledger(ledgers.back(), Coverage::edition, trusting_all(), report);
    }
    verify_links(ledgers, report);
    return report;
  };
  const VerifyReport both = verified({&a, &b});
  EXPECT_EQ(both.verdict(), Verdict::verified_in_part) << failed_codes(both) << impossible_codes(both);
  EXPECT_TRUE(says(verified({&b}), "link.ledger", "station-a, and that ledger is not here"));
}

// Station b is lost after its third entry: the phone is there, the disk is offered. Anna and Clara go on.
class Continued : public testing::Test {
 protected:
  Continued() {
    b.ledger->append(add_exhibit(kPhone, "KK-B-0001"));
    b.ledger->append(add_exhibit(kDisk, "KK-B-0002"));
    b.ledger->append(offer_to(anna(), {kDisk}));
    mirror = b.content();
  }
  VerifyReport continued_by(const Json& continues, const base::Event& takeover, const Signers& custodians) {
    Station next("station-d", anna(), Json::object({{"continues", continues}}), custodians);
    next.ledger->append(takeover);
    return verify_together({b.content(), next.content()});
  }
  Station b{"station-b", boris()};
  LedgerContent mirror;
};
TEST_F(Continued, ByTwoPeopleFromTheCopy) {
  const Continuation on = continuation_of(mirror);
  EXPECT_EQ(on.size, 4u);
  ASSERT_EQ(on.takeover.exhibits.size(), 2u);
  EXPECT_EQ(on.on_offer.size(), 1u);
  EXPECT_EQ(on.left_out.size(), 0u);
  const VerifyReport report = continued_by(on.continues, on.takeover, {&clara()});
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  EXPECT_TRUE(states(report, "station-d holds a checkpoint over the first 4 entries of"));
}
TEST_F(Continued, ByOnePersonAlone) {
  const Continuation on = continuation_of(mirror);
  EXPECT_EQ(failed_codes(continued_by(on.continues, on.takeover, {})), "link.continued");
}
TEST_F(Continued, WithoutTheLostLedger) {
  const Continuation on = continuation_of(mirror);
  Station next("station-d", anna(), Json::object({{"continues", on.continues}}), {&clara()});
  next.ledger->append(on.takeover);
  const VerifyReport report = verify_together({next.content()});
  EXPECT_EQ(report.verdict(), Verdict::not_proven);
  EXPECT_TRUE(says(report, "link.ledger", "evidence.example/KK-2026/station-b"));
}
// What was offered goes on as an offer, or somebody could have what another accepted.
TEST_F(Continued, AnExhibitThatWasOfferedIsTakenOverAsIfHeld) {
  Continuation on = continuation_of(mirror);
  base::ExhibitStatement& disk = on.takeover.exhibits[1];
  ASSERT_EQ(disk.uid, kDisk);
  Json held = Json::object();
  for (const auto& [name, value] : disk.members.members())
    if (name != "offer_sha256") held.set(name, value);
  disk.members = held;
  EXPECT_TRUE(says(continued_by(on.continues, on.takeover, {&clara()}), "custody.state",
                   "was not there to be taken over"));
  disk.members.set("offer_sha256", std::string(64, '1'));
  EXPECT_TRUE(
      says(continued_by(on.continues, on.takeover, {&clara()}), "custody.state", "not with this offer"));
  on.takeover.exhibits[0].members.set("offer_sha256",
                                      body_sha256_of(b, 3));  // the phone was offered to nobody
  EXPECT_TRUE(says(continued_by(on.continues, on.takeover, {&clara()}), "custody.state", "KK-B-0001"));
}
class ContinuedWithAnOffer : public Continued {
 protected:
  ContinuedWithAnOffer() {
    const Continuation on = continuation_of(mirror);
    next = std::make_unique<Station>("station-d", clara(), Json::object({{"continues", on.continues}}),
                                     Signers{&anna()});
    next->ledger->append(on.takeover);
  }
  VerifyReport verified(const Station* third = nullptr) {
    std::vector<LedgerContent> ledgers{b.content(), next->content()};
    if (third) ledgers.push_back(third->content());
    return verify_together(ledgers);
  }
  std::unique_ptr<Station> next;
};
TEST_F(ContinuedWithAnOffer, StaysOfferedUntilItIsSettled) {
  EXPECT_THROW(next->ledger->append(end_acquisition(kDisk)), base::Error);
  EXPECT_THROW(next->ledger->append(offer_to(boris(), {kDisk})), base::Error);
  EXPECT_THROW(next->ledger->append(withdrawal_of(std::string(64, '1'), kDisk)), base::Error);
  const VerifyReport report = verified();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
  EXPECT_TRUE(states(report, "KK-B-0002 was offered (evidence.example/KK-2026/station-d, entry 1)"));
  EXPECT_FALSE(states(report, "station-b, entry 3); no acceptance"));
}
TEST_F(ContinuedWithAnOffer, IsWithdrawnAndUsed) {
  next->ledger->append(withdrawal_of(body_sha256_of(b, 3), kDisk));
  next->ledger->append(end_acquisition(kDisk));
  const VerifyReport report = verified();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
}
TEST_F(ContinuedWithAnOffer, IsAcceptedAndReceiptedInTheNewLedger) {
  Station a("station-a", anna());
  accept_from(b, 3, a);
  EXPECT_EQ(verified(&a).verdict(), Verdict::verified) << "accepted, and not receipted yet";
  const ShownHandover acceptance = sent(a, 1, HandoverKind::acceptance);
  EXPECT_THROW(receipt_of(acceptance, next->content()), base::Error)
      << "the copy of the lost ledger is needed";
  const std::vector<LedgerContent> copies{b.content()};
  next->ledger->append(receipt_of(acceptance, next->content(), copies));
  EXPECT_THROW(next->ledger->append(end_acquisition(kDisk)), base::Error) << "it has left";
  const VerifyReport report = verified(&a);
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  EXPECT_TRUE(states(report, "station-a and evidence.example/KK-2026/station-d") ||
              states(report, "station-d holds a checkpoint over the first 2 entries of"));
}
TEST_F(ContinuedWithAnOffer, IsWithdrawnAlthoughItWasAccepted) {
  Station a("station-a", anna());
  accept_from(b, 3, a);
  next->ledger->append(withdrawal_of(body_sha256_of(b, 3), kDisk));
  const VerifyReport report = verified(&a);
  EXPECT_TRUE(says(report, "custody.state", "The offer is taken back that"));
  EXPECT_TRUE(says(report, "custody.state", "hold it at once"));
}
TEST_F(Continued, ActsOfTheLostLedgerAreLeftOut) {
  Continuation on = continuation_of(mirror);
  on.takeover.exhibits[0].members.set("from_n", "7");
  EXPECT_EQ(failed_codes(continued_by(on.continues, on.takeover, {&clara()})), "link.continued");
}
// The station was not lost after all, and works on.
TEST_F(Continued, TheLostStationWorksOn) {
  const Continuation on = continuation_of(mirror);
  b.ledger->append(extract_records(kPhone));
  EXPECT_EQ(continued_by(on.continues, on.takeover, {&clara()}).verdict(), Verdict::verified)
      << "a copy of data";
  b.ledger->append(end_acquisition(kPhone));
  const VerifyReport report = continued_by(on.continues, on.takeover, {&clara()});
  EXPECT_TRUE(says(report, "custody.state", "station-b, entry 5"));
}
TEST_F(Continued, NothingIsBuiltOnADamagedCopy) {
  mirror.entries.pop_back();
  EXPECT_THROW(continuation_of(mirror), base::Error);
}

}  // namespace
}  // namespace custody::test
