// SPDX-License-Identifier: Apache-2.0
// A handover between two ledgers: what the files show, what the receiving ledger refuses, and what a verifier
// of both sees when somebody forged one. The attacker holds a ledger's key and one person's.
#include "chain-of-custody/handover.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "other_voices.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

// Anna at station a offers the phone to Boris at station b: entry 2 of a.
class Handover : public testing::Test {
 protected:
  Handover() {
    a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
    a.ledger->append(offer_to(boris(), {kPhone}, Json::object({{"seal", "S-17"}})));
  }
  // Nothing is wrong with any signature, note or tree of it.
  static void expect_stock_tools_notice_nothing(const LedgerContent& content, const Station& station) {
    if (has_stock_tools())
      EXPECT_EQ(stock_tools(content, trusting_all(), station.key().public_key()), kStockToolsNoticeNothing);
  }
  VerifyReport together() { return verify_together({a.content(), b.content()}); }
  // Boris signs his acceptance (the last entry of b) anew, with something changed.
  VerifyReport with_acceptance(const std::function<void(Json&)>& change, const Signer& signer = boris()) {
    LedgerContent forged = b.content();
    sign_again(forged.entries.back(), signer, change);
    reseal_as(forged, b.key());
    expect_stock_tools_notice_nothing(forged, b);
    return verify_together({a.content(), forged});
  }

  Station a{"station-a", anna()}, b{"station-b", boris()};
};

TEST_F(Handover, GoesAndIsReceipted) {
  accept_from(a, 2, b);
  VerifyReport report = together();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  EXPECT_TRUE(states(report, "accepted (evidence.example/KK-2026/station-b, entry 1), not receipted yet"));
  receipt_from(b, 1, a);
  report = together();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  EXPECT_TRUE(states(report, "station-a and evidence.example/KK-2026/station-b witness each other"));
  EXPECT_TRUE(states(report, "station-b holds a checkpoint over the first 3 entries of"));
  EXPECT_EQ(exhibits_of(b.content()).at(0).label, "KK-A-0001");
  EXPECT_EQ(exhibits_of(b.content()).at(0).uid, kPhone);
}
TEST_F(Handover, ComesBack) {
  accept_from(a, 2, b);
  receipt_from(b, 1, a);
  EXPECT_THROW(a.ledger->append(offer_to(clara(), {kPhone})), base::Error) << "it is not here";
  b.ledger->append(offer_to(anna(), {kPhone}));
  accept_from(b, 2, a);
  receipt_from(a, 4, b);
  a.ledger->append(offer_to(clara(), {kPhone}));
  EXPECT_EQ(together().verdict(), Verdict::verified);
}
TEST_F(Handover, OtherExhibitsAreNotInTheFile) {
  a.ledger->append(add_exhibit(kDisk, "KK-A-0002"));
  base::Event both = add_exhibit("a3000000000000000000000000000003", "KK-A-0003");
  both.exhibits.push_back(add_exhibit("a4000000000000000000000000000004", "KK-A-0004").exhibits[0]);
  a.ledger->append(both);
  a.ledger->append(offer_to(boris(), {"a3000000000000000000000000000003"}));
  const std::string file = write_handover(handover_file(a.content(), 5, HandoverKind::offer));
  const HandoverFile read = read_handover(base::as_bytes(file));
  EXPECT_EQ(read.entries.size(), 3u) << "genesis, registration, offer";
  std::size_t disclosures = 0;
  for (const HandoverEntry& entry : read.entries) disclosures += entry.disclosures.size();
  EXPECT_EQ(disclosures, 2u);
  EXPECT_EQ(check_handover(read, HandoverKind::offer).exhibits.size(), 1u);
}

// Whatever byte of the file is another: it is refused, or says nothing else.
TEST_F(Handover, EveryPartOfTheFileCounts) {
  const std::string file = write_handover(handover_file(a.content(), 2, HandoverKind::offer));
  const std::string genuine = sent(a, 2, HandoverKind::offer).body_sha256;
  std::size_t refused = 0, tried = 0;
  for (std::size_t at = 0; at < file.size(); at += 13, ++tried) {
    std::string altered = file;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    try {
      EXPECT_EQ(check_handover(read_handover(base::as_bytes(altered)), HandoverKind::offer).body_sha256,
                genuine);
    } catch (const base::Error&) {
      ++refused;
    }
  }
  EXPECT_EQ(refused, tried);
}
TEST_F(Handover, TheFileIsReadStrictly) {
  const std::string file = write_handover(handover_file(a.content(), 2, HandoverKind::offer));
  const auto refused = [](const std::string& text) {
    EXPECT_THROW(read_handover(base::as_bytes(text)), base::Error) << text.substr(0, 60);
  };
  refused("");
  refused("{}");
  refused(" " + file);
  refused(file + "\n");
  refused(std::string(kMaximalHandoverFile + 1, ' '));
  std::string more = file;
  more.insert(1, "\"a\":\"b\",");
  refused(more);
  const HandoverFile read = read_handover(base::as_bytes(file));
  EXPECT_THROW(check_handover(read, HandoverKind::acceptance), base::Error);
  HandoverFile without = read;
  without.entries.erase(without.entries.begin() + 1);
  EXPECT_THROW(check_handover(without, HandoverKind::offer), base::Error) << "not registered";
  HandoverFile twice = read;
  twice.entries.insert(twice.entries.begin() + 1, twice.entries[1]);
  EXPECT_THROW(check_handover(twice, HandoverKind::offer), base::Error) << "an entry twice";
}

TEST_F(Handover, T08_OfferAcceptedAgainFromTheSameFile) {
  accept_from(a, 2, b);
  EXPECT_THROW(accept_from(a, 2, b), base::Error);
  LedgerContent forged = b.content();
  forged.entries.push_back(forged.entries.back());
  reseal_as(forged, b.key());
  const VerifyReport report = verify_together({a.content(), forged});
  expect_stock_tools_notice_nothing(forged, b);
  EXPECT_TRUE(says(report, "custody.state", "same offer was accepted before"));
  EXPECT_TRUE(says(report, "exhibit.n", "entry 2"));
}
TEST_F(Handover, T09_AcceptanceOfAnotherLedgersOffer) {
  Station other("station-a", anna());  // the same name, another genesis
  other.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  other.ledger->append(offer_to(boris(), {kPhone}));
  accept_from(other, 2, b);
  EXPECT_THROW(receipt_from(b, 1, a), base::Error);
  EXPECT_TRUE(says(together(), "link.ledger", "began apart"));
}
// The releasing ledger made again from nothing, with another key, after the offer was accepted.
TEST_F(Handover, T14_ReleasingLedgerRebuiltWithANewKey) {
  accept_from(a, 2, b);
  LedgerContent rebuilt = a.content();
  sign_again(rebuilt.entries[0], anna(), [](Json& body) { body.set("title", "Another case"); });
  reseal_as(rebuilt, a.key());
  const VerifyReport report = verify_together({rebuilt, b.content()});
  EXPECT_TRUE(says(report, "link.ledger", "station-b, entry 1"));
}
// The releasing station restores yesterday's copy and goes on: inside, nothing is wrong with it any more.
TEST_F(Handover, T23_ReleasingLedgerRolledBackAndContinued) {
  accept_from(a, 2, b);
  LedgerContent restored = a.content();
  restored.entries.pop_back();
  reseal_as(restored, a.key());
  VerifyReport report = verify_together({restored, b.content()});
  EXPECT_EQ(failed_codes(report), "custody.state") << "both hold the phone";
  EXPECT_EQ(impossible_codes(report), "link.checkpoint") << "the copy is too short to tell";
  Entry other = a.content().entries.back();
  sign_again(other, anna(), [](Json& body) { body.set("purpose", "storage"); });
  restored.entries.push_back(other);
  reseal_as(restored, a.key());
  report = verify_together({restored, b.content()});
  EXPECT_TRUE(says(report, "link.checkpoint", "written anew"));
  expect_stock_tools_notice_nothing(restored, a);
  // The restored ledger by itself shows nothing: only the other ledger does.
  EXPECT_EQ(failed_codes(verify_together({restored})), "");
}

TEST_F(Handover, T130_AcceptedByAnotherThanNamed) {
  Station c("station-c", clara());
  accept_from(a, 2, c);
  const VerifyReport report = verify_together({a.content(), c.content()});
  EXPECT_EQ(failed_codes(report), "link.receiver");
  EXPECT_THROW(receipt_from(c, 1, a), base::Error) << "the first ledger records no such acceptance";
  expect_stock_tools_notice_nothing(c.content(), c);
}
TEST_F(Handover, T131_AcceptedWithoutAnOffer) {
  accept_from(a, 2, b);
  const VerifyReport report = with_acceptance([](Json& body) {
    Json from = body.at("from");
    from.set("index", "1");  // the registration
    body.set("from", from);
  });
  EXPECT_EQ(failed_codes(report), "link.offer");
}
TEST_F(Handover, T132_AcceptedAnAlteredOffer) {
  accept_from(a, 2, b);
  EXPECT_EQ(failed_codes(with_acceptance([](Json& body) { body.set("offer_sha256", std::string(64, '1')); })),
            "custody.state link.offer");
  // Anna alters her offer afterwards, and holds the key of her ledger.
  LedgerContent altered = a.content();
  sign_again(altered.entries[2], anna(), [](Json& body) { body.set("purpose", "disposal"); });
  reseal_as(altered, a.key());
  expect_stock_tools_notice_nothing(altered, a);
  EXPECT_TRUE(says(verify_together({altered, b.content()}), "link.checkpoint", "written anew"));
  EXPECT_EQ(failed_codes(verify_together({altered})), "");
}
TEST_F(Handover, T133_OneOfferAcceptedInTwoLedgers) {
  Station second("station-b2", boris());
  accept_from(a, 2, b);
  accept_from(a, 2, second);
  const VerifyReport report = verify_together({a.content(), b.content(), second.content()});
  EXPECT_EQ(failed_codes(report), "custody.state link.twice");
  EXPECT_TRUE(says(report, "link.twice", "station-b2, entry 1"));
  expect_stock_tools_notice_nothing(b.content(), b);
  expect_stock_tools_notice_nothing(second.content(), second);
}
TEST_F(Handover, T135_SealExchangedOnTheWay) {
  accept_from(a, 2, b, [](base::Event& event) { event.exhibits[0].members.set("seal", "S-18"); });
  EXPECT_TRUE(says(together(), "custody.state", "offered under the seal S-17 and accepted under S-18"));
  EXPECT_THROW(receipt_from(b, 1, a), base::Error);
  expect_stock_tools_notice_nothing(b.content(), b);
}
// The offer is taken back although it was accepted.
TEST_F(Handover, T159_ActInTheReleasingLedgerAfterAcceptanceElsewhere) {
  const std::string offer = body_sha256_of(a, 2);
  accept_from(a, 2, b);
  EXPECT_THROW(a.ledger->append(end_acquisition(kPhone)), base::Error) << "it is offered";
  a.ledger->append(withdrawal_of(offer, kPhone));  // this ledger cannot know
  a.ledger->append(end_acquisition(kPhone));
  const VerifyReport report = together();
  EXPECT_EQ(failed_codes(report), "custody.state");
  EXPECT_TRUE(says(report, "custody.state", "station-a, entry 3"));
  expect_stock_tools_notice_nothing(a.content(), a);
  EXPECT_THROW(receipt_from(b, 1, a), base::Error);
}
TEST_F(Handover, T160_LinkToALedgerThatIsNotThere) {
  accept_from(a, 2, b);
  const VerifyReport report = verify_together({b.content()});
  EXPECT_EQ(report.verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(report), "link.ledger");
  EXPECT_TRUE(says(report, "link.ledger", "evidence.example/KK-2026/station-a, and that ledger is not here"));
  expect_stock_tools_notice_nothing(b.content(), b);
}
TEST_F(Handover, ProofOfAnotherEntryInTheReceipt) {
  accept_from(a, 2, b);
  b.ledger->append(add_exhibit(kDisk, "KK-B-0001"));
  receipt_from(b, 1, a);
  LedgerContent forged = a.content();
  const auto proof_of = [&](std::uint64_t index) {
    std::vector<base::Digest> hashes;
    for (const Entry& entry : b.content().entries) hashes.push_back(base::leaf_hash(entry.leaf));
    return format_tlog_proof(prove_leaf(hashes, index, b.content().checkpoint));
  };
  sign_again(forged.entries[3], anna(),
             [&](Json& body) { body.set("proof", base::to_base64(base::as_bytes(proof_of(2)))); });
  reseal_as(forged, a.key());
  EXPECT_EQ(failed_codes(verify_together({forged, b.content()})), "link.receipt");
}

}  // namespace
}  // namespace custody::test
