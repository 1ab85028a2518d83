// SPDX-License-Identifier: Apache-2.0
// Authorities and restrictions in a ledger: what the writer refuses, and what a verifier says where people
// who help each other wrote it all the same.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/time.h"
#include "chain-of-custody/authority.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/erasure.h"
#include "other_voices.h"
#include "rules.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

base::Event authority(const std::string& number, std::initializer_list<Json::Member> more = {}) {
  Json members = Json::object(
      {{"number", number}, {"kind", "order"}, {"issuer", "Court 4"}, {"from", "2020-01-01T00:00:00Z"}});
  for (const auto& [name, value] : more) members.set(name, value);
  return {"authority.add", {}, members, true};
}
base::Event seized_under(const std::string& number) {
  base::Event event = add_exhibit(kPhone, "P");
  event.exhibits[0].members.set("authority", number);
  return event;
}
base::Event on_phone(const char* act, Json in_clear = Json::object(), Json said = Json::object(),
                     Json hidden = Json::object()) {
  base::Event event{act, {}, std::move(in_clear), false};
  event.exhibits.push_back({kPhone, std::move(said), std::move(hidden)});
  return event;
}
base::Event restriction(const char* reason = "consent-withdrawn", Json hidden = Json::object()) {
  return on_phone("restrict", Json::object({{"reason", reason}}), Json::object(), std::move(hidden));
}
base::Event lift(const char* lifts, Json hidden = Json::object()) {
  return on_phone("unrestrict", Json::object({{"reason", "ruling 9"}, {"lifts", lifts}}), Json::object(),
                  std::move(hidden));
}
base::Event begin() {
  return on_phone("acquire.begin", Json::object(), Json::object({{"acquisition", "a1"}}));
}
base::Event access() {
  return on_phone("access", Json::object({{"purpose", "inspection"}}));
}
Json some_records() {
  return Json::object({{"records", Json::array({std::string(26, 'a')})}});
}
bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

// As the clock of the rules says nothing, all is judged at 1970.
TEST(Restriction, NothingIsLookedAtUntilItIsLifted) {
  Rules rules;
  rules.take(add_exhibit(kPhone, "P"), anna());
  EXPECT_EQ(rules.take(restriction(), anna()), "");
  for (const base::Event& event : {begin(), access(), extract_records(kPhone)})
    EXPECT_TRUE(has(Rules(rules).take(event, anna()),
                    "exhibit P: Nothing of it may be looked at. It is restricted since"))
        << event.act;
  for (const base::Event& event : {end_acquisition(kPhone), check_image(kPhone)})
    EXPECT_EQ(Rules(rules).take(event, anna()), "") << event.act << ": what was read is kept and told";
  EXPECT_EQ(rules.take(restriction("privilege"), anna()), "");
  EXPECT_EQ(rules.take(lift("restriction"), anna(), &boris()), "");
  EXPECT_EQ(rules.take(begin(), anna()), "");
  EXPECT_TRUE(has(rules.take(lift("restriction"), anna(), &boris()), "none is in force here"));
}
TEST(Restriction, WhatDoesNotBarIsNotLifted) {
  Rules rules;
  rules.take(add_exhibit(kPhone, "P"), anna());
  for (const char* lifts : {"restriction", "validity", "scope", "records"})
    EXPECT_NE(Rules(rules).take(lift(lifts), anna(), &boris()), "") << lifts;
  rules.take(authority("17"), anna());
  rules.take(on_phone("amend", Json::object({{"reason", "left out"}}), Json::object({{"authority", "16"}})),
             anna());
  EXPECT_EQ(Rules(rules).take(lift("scope"), anna(), &boris()), "") << "another ledger may know what 16 is";
  rules.take(on_phone("amend", Json::object({{"reason", "misread"}}), Json::object({{"authority", "17"}})),
             anna());
  EXPECT_TRUE(
      has(Rules(rules).take(lift("scope"), anna(), &boris()), "Its authority, order 17, covers all of it"));
  EXPECT_TRUE(has(Rules(rules).take(access(), anna()), "Its authority, order 17, begins 2020-01-01"))
      << "it is 1970";
  EXPECT_EQ(Rules(rules).take(lift("validity"), anna(), &boris()), "");
  rules.take(authority("17", {{"from", "1960-01-01T00:00:00Z"}, {"data", Json::array({"calls"})}}), anna());
  EXPECT_TRUE(has(Rules(rules).take(lift("validity"), anna(), &boris()), "is in force"));
  EXPECT_EQ(Rules(rules).take(lift("scope"), anna(), &boris()), "");
  EXPECT_EQ(Rules(rules).take(access(), anna()), "") << "what is out of scope is a matter of records";
}

std::string refused(Station& station, const base::Event& event, const Signers& others = {}) {
  try {
    station.ledger->append(event, others);
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}
void admit_boris(Station& station) {
  station.ledger->append({"key.add",
                          {},
                          Json::object({{"cert_sha256", fingerprint_of(boris().certificate())},
                                        {"certificate", base::to_base64(boris().certificate())},
                                        {"subject", boris().subject()}}),
                          true});
}

TEST(Restriction, WhatNobodyCanReadIsNotSigned) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "P"));
  const auto wrong = [&](const char* name, Json value) {
    return refused(a, authority("17", {{name, std::move(value)}}));
  };
  EXPECT_TRUE(has(wrong("kind", "rumour"), "none of warrant, order, consent and request"));
  EXPECT_TRUE(has(wrong("until", "soon"), "no time"));
  EXPECT_TRUE(has(wrong("until", "2019-01-01T00:00:00Z"), "ends before it begins"));
  EXPECT_TRUE(has(wrong("data", Json::array({"thoughts"})), "no list of kinds of data"));
  EXPECT_NE(wrong("data", Json::array()), "") << "an empty list would cover all, or nothing";
  EXPECT_NE(wrong("data", "calls"), "");
  EXPECT_NE(wrong("periods", Json::array({Json::object({{"from", "2020-01-01T00:00:00Z"}})})), "");
  EXPECT_NE(wrong("periods", Json::array()), "");
  EXPECT_NE(wrong("document", "paper.pdf"), "");
  EXPECT_NE(wrong("issuer", ""), "");
  EXPECT_TRUE(has(refused(a, restriction("because")), "none of consent-withdrawn"));
  EXPECT_NE(refused(a, restriction("privilege", Json::object({{"records", Json::array()}}))), "");
  EXPECT_NE(refused(a, restriction("privilege", Json::object({{"records", Json::array({"all"})}}))), "");
  EXPECT_EQ(refused(a, restriction("privilege", some_records())), "") << "whether it exists is not asked";
  EXPECT_EQ(verify_together({a.content()}).verdict(), Verdict::verified);
}

TEST(Restriction, TwoPersonsLift) {
  Station a("station-a", anna());
  admit_boris(a);
  a.ledger->append(add_exhibit(kPhone, "P"));
  a.ledger->append(restriction());
  EXPECT_NE(refused(a, begin()), "");
  EXPECT_NE(refused(a, lift("restriction")), "") << "one person";
  EXPECT_NE(refused(a, lift("restriction"), {&anna()}), "") << "one person twice";
  EXPECT_NE(refused(a, lift("records"), {&boris()}), "") << "which records?";
  EXPECT_NE(refused(a, lift("restriction", some_records()), {&boris()}), "") << "the whole, or records?";
  EXPECT_NE(refused(a, lift("everything"), {&boris()}), "");
  EXPECT_EQ(refused(a, lift("records", some_records()), {&boris()}), "");
  EXPECT_NE(refused(a, begin()), "") << "only that record was lifted";
  EXPECT_EQ(refused(a, lift("restriction"), {&boris()}), "");
  EXPECT_EQ(refused(a, begin()), "");
  EXPECT_EQ(verify_together({a.content()}).verdict(), Verdict::verified);
  const Cover cover = Authorities({a.content()}).cover_of(kPhone, base::now_utc_us());
  EXPECT_EQ(cover.whole, Barrier::none);
  EXPECT_EQ(cover.records.size(), 1u);
}

TEST(Restriction, AfterTheLedgerWasClosed) {
  Station a("station-a", anna());
  admit_boris(a);
  a.ledger->append(add_exhibit(kPhone, "P"));
  a.ledger->append({"close", {}, Json::object({{"reason", "trial over"}}), true});
  EXPECT_EQ(refused(a, restriction()), "");
  EXPECT_EQ(refused(a, lift("restriction"), {&boris()}), "");
  EXPECT_EQ(verify_together({a.content()}).verdict(), Verdict::verified);
}

// An edition that shows not which records were restricted must not look like one that barred the exhibit.
TEST(Restriction, OfRecordsThatAnEditionWithholds) {
  Station a("station-a", anna());
  a.ledger->append(add_exhibit(kPhone, "P"));
  a.ledger->append(restriction("privilege", some_records()));
  a.ledger->append(extract_records(kPhone));
  const LedgerContent content = a.content();
  const std::string text(base::as_text(*content.entries[2].body));
  EXPECT_FALSE(has(text, std::string(26, 'a').c_str())) << "ids are not in the body";
  std::map<std::string, base::Buffer, std::less<>> placed;
  for (const auto& [name, bytes] : edition_files(content, {{kPhone, Opening::without_digests}}))
    placed.emplace("data/custody/station-a/" + name, bytes);
  VerifyReport report;
  const LedgerContent shown =
      ledger_from_files(*base::files_in_memory(std::move(placed)), "data/custody/station-a/", report);
  verify_ledger(shown, Coverage::edition, trusting_all(), report);
  EXPECT_EQ(failed_codes(report), "");
}

// Whatever a lift said that was erased: nobody is accused.
TEST(Restriction, WhatWasErasedIsNotHeldAgainstAnybody) {
  Station a("station-a", anna());
  admit_boris(a);
  a.ledger->append(add_exhibit(kPhone, "P"));
  a.ledger->append(restriction());
  a.ledger->append(lift("restriction"), {&boris()});
  a.ledger->append(begin());
  a.ledger->append(erasure_of(a.content(), kPhone, "order 4/2027"));
  EXPECT_EQ(failed_codes(verify_together({a.content()})), "");
}

// --- forged
// -------------------------------------------------------------------------------------------------

TEST(Tamper, T164_LookedAtAfterTheAuthorityHadEnded) {
  Station a("station-a", anna());
  a.ledger->append(authority("17", {{"until", "2099-01-01T00:00:00Z"}}));
  a.ledger->append(seized_under("17"));
  a.ledger->append(extract_records(kPhone));
  EXPECT_EQ(verify_together({a.content()}).verdict(), Verdict::verified);
  LedgerContent forged = a.content();
  sign_again(forged.entries[1], anna(), [](Json& body) { body.set("until", "2021-01-01T00:00:00Z"); });
  reseal_as(forged, a.key());
  const VerifyReport report = verify_together({forged});
  EXPECT_EQ(failed_codes(report), "custody.state");
  EXPECT_TRUE(says(report, "custody.state",
                   "entry 3, exhibit P: Nothing of it may be looked at. Its authority, order 17, ended"));
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forged, trusting_all(), a.key().public_key()), kStockToolsNoticeNothing);
}
TEST(Tamper, T164_OneOfficerLiftsAlone) {
  Station a("station-a", anna());
  admit_boris(a);
  a.ledger->append(add_exhibit(kPhone, "P"));
  a.ledger->append(restriction());
  a.ledger->append(lift("restriction"), {&boris()});
  LedgerContent forged = a.content();
  Entry& last = forged.entries.back();
  sign_again(last, anna(), [](Json& body) {
    Json second = body.at("parties").items()[0];
    second.set("role", "custodian");
    body.set("parties", Json::array({body.at("parties").items()[0], second}));
  });
  last.signatures.push_back(anna().sign_detached(*last.body));
  reseal_as(forged, a.key());
  EXPECT_EQ(failed_codes(verify_together({forged})), "act.table");
  sign_again(last, anna(),
             [](Json& body) { body.set("parties", Json::array({body.at("parties").items()[0]})); });
  reseal_as(forged, a.key());
  EXPECT_EQ(failed_codes(verify_together({forged})), "act.table");
}
TEST(Tamper, T164_AScopeThatNobodyCanRead) {
  Station a("station-a", anna());
  a.ledger->append(authority("17", {{"data", Json::array({"calls"})}}));
  LedgerContent forged = a.content();
  sign_again(forged.entries[1], anna(), [](Json& body) { body.set("data", Json::array({"everything"})); });
  reseal_as(forged, a.key());
  EXPECT_EQ(failed_codes(verify_together({forged})), "act.table");
}

}  // namespace
}  // namespace custody::test
