// SPDX-License-Identifier: Apache-2.0
// Acts that more than one person signs: two independent signatures over the same bytes, one entry.
#include <gtest/gtest.h>

#include "base/error.h"
#include "forge.h"

namespace custody::test {
namespace {

using base::Json;

base::Event add_boris() {
  base::Event event{"key.add", {}, Json::object(), true};
  event.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  return event;
}
base::Event hand_over() {
  base::Event event{"handover", {}, Json::object({{"purpose", "storage"}}), false};
  event.exhibits.push_back({kPhone, Json::object({{"seal", "S-17"}}), Json::object()});
  return event;
}

class Parties : public testing::Test {
 protected:
  Parties() : ledger(small_ledger(folder)) {
    ledger->append(add_boris());
    ledger->append(hand_over(), {&boris()});
    content = read_ledger(places_in(folder).folder);
    anchors.certificates = {anna().certificate(), boris().certificate()};
  }
  std::string failed() {
    reseal(content, log_key_of(folder));
    return failed_codes(verify_whole(content, anchors));
  }
  Entry& last() { return content.entries.back(); }

  TestFolder folder;
  std::unique_ptr<Ledger> ledger;
  LedgerContent content;
  TrustAnchors anchors;
};

TEST_F(Parties, BothSignOneEntry) {
  ASSERT_EQ(last().signatures.size(), 2u);
  const Json body = open_body(last()).body;
  EXPECT_EQ(body.at("parties").items()[0].at("role").text(), "releasing");
  EXPECT_EQ(body.at("parties").items()[1].at("role").text(), "receiving");
  EXPECT_EQ(body.at("parties").items()[1].at("cert_sha256").text(), fingerprint_of(boris().certificate()));
  EXPECT_EQ(verify_whole(content, anchors).verdict(), Verdict::verified);
  EXPECT_EQ(verify_whole(content, trusting(anna())).verdict(), Verdict::not_proven) << "Boris is unknown";
}
TEST_F(Parties, TheWriterRefusesOnePersonAsBoth) {
  EXPECT_THROW(ledger->append(hand_over(), {&anna()}), base::Error);
  EXPECT_THROW(ledger->append(hand_over()), base::Error) << "a party is missing";
  EXPECT_THROW(ledger->append(check_image(kPhone), {&boris()}), base::Error) << "a party too many";
  EXPECT_EQ(reopened(folder)->size(), 9u);
}
TEST_F(Parties, TheWriterRefusesSomebodyWhoMayNotSign) {
  const TestFolder other;
  const auto without = small_ledger(other);
  EXPECT_THROW(without->append(hand_over(), {&boris()}), base::Error);
}
// An attacker who holds the log key and no person's.
TEST_F(Parties, T40_ReceivingSignatureStripped) {
  last().signatures.pop_back();
  EXPECT_EQ(failed(), "leaf.signatures");
}
TEST_F(Parties, T42_BothSignaturesByOnePerson) {
  sign_again(last(), anna(), [](Json& body) {
    Json parties = body.at("parties");
    for (Json& party : parties.items()) party.set("cert_sha256", fingerprint_of(anna().certificate()));
    body.set("parties", parties);
  });
  last().signatures.push_back(last().signatures.front());
  EXPECT_EQ(failed(), "act.table");
}
TEST_F(Parties, RolesExchanged) {
  std::swap(last().signatures[0], last().signatures[1]);
  EXPECT_EQ(failed(), "signature.party");
}

}  // namespace
}  // namespace custody::test
