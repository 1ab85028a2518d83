// SPDX-License-Identifier: Apache-2.0
// Where exhibits are, by one ledger's own acts: what the writer refuses, and what a verifier says where
// somebody with the ledger's key and a person's wrote it all the same.
#include "chain-of-custody/exhibit_state.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/erasure.h"
#include "other_voices.h"
#include "rules.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

base::Event handed(const std::string& uid, Json statement = Json::object()) {
  base::Event event{"handover", {}, Json::object({{"purpose", "storage"}}), false};
  event.exhibits.push_back({uid, std::move(statement), Json::object()});
  return event;
}
base::Event begin_acquisition(const std::string& uid) {
  base::Event event{"acquire.begin", {}, Json::object(), false};
  event.exhibits.push_back({uid, Json::object({{"acquisition", "a1"}}), Json::object()});
  return event;
}
base::Event closing() {
  return {"close", {}, Json::object({{"reason", "trial over"}}), true};
}
base::Event amended(const std::string& uid, const std::string& label) {
  base::Event event{"amend", {}, Json::object({{"reason", "misread"}}), false};
  event.exhibits.push_back({uid, Json::object({{"label", label}}), Json::object()});
  return event;
}

TEST(ExhibitState, OneHolder) {
  Rules rules;
  EXPECT_EQ(rules.take(add_exhibit(kPhone, "P"), anna()), "");
  EXPECT_EQ(rules.take(handed(kPhone), anna(), &boris()), "");
  EXPECT_EQ(rules.states.find(kPhone)->holder, fingerprint_of(boris().certificate()));
  EXPECT_EQ(rules.take(handed(kPhone), anna(), &clara()),
            "custody.state exhibit P: It is handed over by another than the one who holds it since entry 2.");
}
// Data and papers stay when the thing goes, and the end of what began before is told whenever it comes.
TEST(ExhibitState, T137_NothingIsDoneToWhatHasLeft) {
  Rules rules;
  rules.take(add_exhibit(kPhone, "P"), anna());
  rules.take(begin_acquisition(kPhone), anna());
  rules.take(offer_to(boris(), {kPhone}), anna());
  EXPECT_NE(rules.take(begin_acquisition(kPhone), anna()).find("offered by entry 3"), std::string::npos);
  base::Event receipt{"handover.receipt", {{kPhone, {}, {}}}, Json::object(), false};
  EXPECT_EQ(rules.take(receipt, anna()), "");
  EXPECT_EQ(rules.take(end_acquisition(kPhone), anna()), "");
  EXPECT_EQ(rules.take(extract_records(kPhone), anna()), "");
  EXPECT_EQ(rules.take(amended(kPhone, "Q"), anna()), "");
  EXPECT_NE(rules.take(begin_acquisition(kPhone), anna()).find("left this ledger by entry 5"),
            std::string::npos);
  EXPECT_NE(rules.take(receipt, anna()), "") << "no offer is open";
  base::Event unknown{"weigh", {{kPhone, {}, {}}}, Json::object(), false};
  EXPECT_NE(rules.take(unknown, anna()), "") << "an act that the table does not know needs the thing";
}
TEST(ExhibitState, OnlyTheOpenOfferIsWithdrawn) {
  Rules rules;
  rules.take(add_exhibit(kPhone, "P"), anna());
  rules.take(offer_to(boris(), {kPhone}), anna());
  EXPECT_NE(rules.take(withdrawal_of("another", kPhone), anna()), "");
  rules.take(offer_to(boris(), {kPhone}), anna());
  EXPECT_EQ(rules.take(withdrawal_of("4", kPhone), anna()), "");
  EXPECT_NE(rules.take(withdrawal_of("4", kPhone), anna()), "");
}
TEST(ExhibitState, T134_UseByAnotherThanTheHolderIsSaid) {
  const TestFolder folder;
  Station a("station-a", anna());
  base::Event key{"key.add", {}, Json::object(), true};
  key.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  a.ledger->append(key);
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.reopened(boris())->append(end_acquisition(kPhone));
  const VerifyReport report = verify_together({a.content()});
  EXPECT_EQ(report.verdict(), Verdict::verified) << "evidence is saved by whoever is there";
  EXPECT_TRUE(states(report, "entry 3 (acquire.end) on exhibit KK-A-0001 is by another"));
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(a.content(), trusting_all(), a.key().public_key()), kStockToolsNoticeNothing);
}
TEST(ExhibitState, T135_SealNumberChanges) {
  Rules rules;
  base::Event sealed = add_exhibit(kPhone, "P");
  sealed.exhibits[0].members.set("seal", "S-1");
  rules.take(sealed, anna());
  EXPECT_EQ(rules.take(handed(kPhone, Json::object({{"seal", "S-1"}})), anna(), &boris()), "");
  EXPECT_NE(rules.take(handed(kPhone, Json::object({{"seal", "S-2"}})), boris(), &anna())
                .find("bears the seal S-2, and was last said to bear S-1"),
            std::string::npos);
  // Whoever images a thing opens what it was sealed in.
  rules.take(begin_acquisition(kPhone), anna());
  EXPECT_EQ(rules.take(handed(kPhone, Json::object({{"seal", "S-3"}})), anna(), &boris()), "");
}
TEST(ExhibitState, T136_ImageDiffersAndIsAccepted) {
  Rules rules;
  rules.take(add_exhibit(kPhone, "P"), anna());
  const auto stated = [&](Json members) {
    return rules.take(handed(kPhone, std::move(members)), anna(), &anna());
  };
  EXPECT_NE(stated(Json::object({{"image", "different"}})).find("found to differ"), std::string::npos);
  EXPECT_NE(stated(Json::object({{"image", "perhaps"}})), "");
  EXPECT_NE(stated(Json::object({{"image", "pending"}})), "") << "until when?";
  EXPECT_NE(stated(Json::object({{"image", "equal"}, {"image_due", "2026-12-01T12:00:00Z"}})), "");
  EXPECT_NE(stated(Json::object({{"image", "pending"}, {"image_due", "soon"}})), "");
  EXPECT_EQ(stated(Json::object({{"image", "pending"}, {"image_due", "2026-12-01T12:00:00Z"}})), "");
  ASSERT_EQ(rules.states.remarks().size(), 1u);
  EXPECT_NE(rules.states.remarks()[0].find("yet to be checked since entry 7, until 2026-12-01T12:00:00Z"),
            std::string::npos);
  rules.take(check_image(kPhone), anna());
  EXPECT_TRUE(rules.states.remarks().empty());
}
// Both as a ledger: the act was forged by people who help each other, and nothing but the rules is broken.
TEST(Tamper, T136_ImageThatDiffersIsHandedOver) {
  Station a("station-a", anna());
  base::Event key{"key.add", {}, Json::object(), true};
  key.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  a.ledger->append(key);
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  EXPECT_THROW(a.ledger->append(handed(kPhone, Json::object({{"image", "different"}})), {&boris()}),
               base::Error);
  a.ledger->append(handed(kPhone, Json::object({{"image", "equal"}})), {&boris()});
  LedgerContent forged = a.content();
  Entry& last = forged.entries.back();
  state_again(last, anna(), [](Json& statement) { statement.set("image", "different"); });
  last.signatures.push_back(boris().sign_detached(*last.body));
  reseal_as(forged, a.key());
  EXPECT_EQ(failed_codes(verify_together({forged})), "custody.state");
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forged, trusting_all(), a.key().public_key()), kStockToolsNoticeNothing);
}
TEST(Tamper, T137_AcquiredAfterItWasOffered) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(begin_acquisition(kPhone));
  a.ledger->append(offer_to(boris(), {kPhone}));
  EXPECT_THROW(a.ledger->append(begin_acquisition(kPhone)), base::Error);
  // The two last acts change places, with their counters, links and times.
  LedgerContent forged = a.content();
  const auto as = [&](std::size_t from, std::size_t place, const std::string& before) {
    Entry entry = a.content().entries[from];
    const Json time = open_body(a.content().entries[place]).body.at("time");
    state_again(
        entry, anna(),
        [&](Json& statement) {
          statement.set("n", static_cast<std::int64_t>(place)).set("prev_body_sha256", before);
        },
        [&](Json& body) { body.set("time", time); });
    forged.entries[place] = entry;
    return base::sha256(*entry.body).hex();
  };
  as(2, 3, as(3, 2, body_sha256_of(a, 1)));
  reseal_as(forged, a.key());
  const VerifyReport report = verify_together({forged});
  EXPECT_EQ(failed_codes(report), "custody.state");
  EXPECT_TRUE(says(report, "custody.state", "offered by entry 2"));
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forged, trusting_all(), a.key().public_key()), kStockToolsNoticeNothing);
}
TEST(ExhibitState, T138_AmendAddsAndChangesNothing) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(amended(kPhone, "KK-A-0007"));
  const LedgerContent content = a.content();
  const ExhibitView view = exhibits_of(content).at(0);
  EXPECT_EQ(view.label, "KK-A-0007");
  EXPECT_EQ(view.labels, (std::vector<std::string>{"KK-A-0001", "KK-A-0007"}));
  const auto words = [&](std::size_t index) {
    const OpenedBody opened = open_body(content.entries[index]);
    std::string text;
    for (const std::string& line : body_in_words(opened.body, {opened.exhibits[0].members}))
      text += line + "\n";
    return text;
  };
  EXPECT_NE(words(1).find("KK-A-0001"), std::string::npos);
  EXPECT_NE(words(2).find("KK-A-0007"), std::string::npos);
  EXPECT_NE(words(2).find("misread"), std::string::npos);
  // Whoever reads the bodies one by one has both, and nobody tells him which is the later word.
  if (has_second_verifier()) EXPECT_EQ(second_verifier(a.places.folder, trusting_all()), "VERIFIED");
}

TEST(Tamper, T27_EntryAfterClose) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(closing());
  EXPECT_THROW(a.ledger->append(check_image(kPhone)), base::Error);
  EXPECT_EQ(verify_together({a.content()}).verdict(), Verdict::verified);
  // The same entries, the closing before the last of them.
  Station b("station-a", anna());
  b.ledger->append(closing());
  const LedgerContent closed = b.content();
  Station open("station-a", anna());
  open.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  open.ledger->append(check_image(kPhone));
  LedgerContent forged = open.content();
  Entry close = closed.entries[1];
  const Json first = open_body(forged.entries[0]).body;
  sign_again(close, anna(), [&](Json& body) {
    body.set("ledger_genesis", open_body(forged.entries[1]).body.at("ledger_genesis"));
    body.set("scope_prev_body_sha256", base::sha256(*forged.entries[0].body).hex());
    body.set("time", open_body(forged.entries[1]).body.at("time"));
  });
  forged.entries.insert(forged.entries.begin() + 2, close);
  reseal_as(forged, open.key());
  const VerifyReport report = verify_together({forged});
  EXPECT_EQ(failed_codes(report), "close.last");
  EXPECT_TRUE(says(report, "close.last", "entry 3: The ledger was closed by entry 2"));
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forged, trusting_all(), open.key().public_key()), kStockToolsNoticeNothing);
}

// What keeps a closed ledger provable may follow, and nothing that is done to an exhibit.
TEST(Tamper, T27_WhatMayFollowCloseIsAList) {
  for (const ActRule& rule : all_acts()) {
    Rules rules;
    EXPECT_EQ(rules.take(add_exhibit(kPhone, "KK-A-0001"), anna()), "");
    EXPECT_EQ(rules.take(closing(), anna()), "");
    const std::string said = rules.take({std::string(rule.act), {}, Json::object(), false}, anna());
    EXPECT_EQ(said.starts_with("close.last"), !rule.after_close) << rule.act << " " << said;
    EXPECT_EQ(rules.take(amended(kPhone, "KK-A-0002"), anna()).starts_with("close.last"), true)
        << "closed it stays, after " << rule.act;
  }
  Rules rules;
  EXPECT_EQ(rules.take(closing(), anna()), "");
  EXPECT_TRUE(rules.take({"unheard.of", {}, Json::object(), false}, anna()).starts_with("close.last"));
  for (const char* act : {"genesis", "exhibit.add", "exhibit.continue", "acquire.begin", "acquire.end",
                          "extract", "verify", "handover", "handover.offer", "handover.accept",
                          "handover.receipt", "handover.withdraw", "amend", "close"})
    EXPECT_FALSE(find_act(act)->after_close) << act;
}
TEST(ExhibitState, AClosedLedgerIsKeptProvable) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  a.ledger->append(closing());
  const base::Event successor{"key.add",
                              {},
                              Json::object({{"cert_sha256", fingerprint_of(boris().certificate())},
                                            {"certificate", base::to_base64(boris().certificate())},
                                            {"subject", boris().subject()}}),
                              true};
  a.ledger->append(successor);
  a.reopened(boris())->append(erasure_of(a.content(), kPhone, "order 4/2027"));
  EXPECT_THROW(a.reopened(anna())->append(closing()), base::Error);
  EXPECT_THROW(a.reopened(anna())->append(add_exhibit(kDisk, "KK-A-0002")), base::Error);
  const VerifyReport report = verify_together({a.content()});
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(a.content().entries.size(), 5u);
}

}  // namespace
}  // namespace custody::test
