// SPDX-License-Identifier: Apache-2.0
// What may be looked at of an exhibit: scope, validity, restrictions and what lifts them, over one ledger and
// over several; and of single records.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/records.h"
#include "chain-of-custody/authority.h"
#include "made_ledger.h"

namespace custody::test {
namespace {

constexpr char kOne[] = "b1000000000000000000000000000001";
const std::string kIdA(26, 'a'), kIdB(26, 'b'), kIdC(26, 'c');

std::int64_t at(int minute) {
  return kRaid_us + minute * kMinute_us;
}
Json utc(int minute) {
  return base::format_utc(at(minute));
}
std::uint64_t authority(MadeLedger& ledger, int minute, const std::string& number,
                        std::initializer_list<Json::Member> more = {}) {
  Json members = with({{"number", number}, {"kind", "order"}, {"issuer", "court"}, {"from", utc(-1000)}});
  for (const auto& [name, value] : more) members.set(name, value);
  return ledger.add("authority.add", minute, {}, members);
}
void registered(MadeLedger& ledger, const char* number = "17") {
  ledger.add("exhibit.add", 1, {{kOne, phone("P", {{"authority", number}})}});
}
void restricted(MadeLedger& ledger, int minute, const char* reason, Json said = Json::object()) {
  ledger.add("restrict", minute, {{kOne, std::move(said)}}, with({{"reason", reason}}));
}
void lifted(MadeLedger& ledger, int minute, const char* lifts, Json said = Json::object(),
            std::initializer_list<Json::Member> more = {}) {
  Json members = with({{"reason", "ruling"}, {"lifts", lifts}});
  for (const auto& [name, value] : more) members.set(name, value);
  ledger.add("unrestrict", minute, {{kOne, std::move(said)}}, members);
}
Json ids(std::initializer_list<Json> list) {
  return with({{"records", Json::array(list)}});
}
Cover cover(const std::vector<LedgerContent>& ledgers, int minute) {
  return Authorities(ledgers).cover_of(kOne, at(minute));
}
Cover cover(const MadeLedger& ledger, int minute) {
  return cover(std::vector{ledger.content()}, minute);
}

TEST(Authorities, NothingStatedBarsNothing) {
  MadeLedger a("a");
  a.add("exhibit.add", 1, {{kOne, phone("P")}});
  authority(a, 2, "17", {{"until", utc(0)}});
  EXPECT_EQ(cover(a, 9).whole, Barrier::none);
  EXPECT_EQ(Authorities({a.content()}).stated(kOne), "");
  a.add("amend", 3, {{kOne, with({{"authority", "18"}})}}, with({{"reason", "left out"}}));
  EXPECT_EQ(cover(a, 9).whole, Barrier::none) << "nor does a number that the case does not know";
  EXPECT_EQ(Authorities({a.content()}).stated(kOne), "18");
  EXPECT_EQ(Authorities({a.content()}).governing(kOne, at(9)), nullptr);
  a.add("amend", 4, {{kOne, with({{"authority", "17"}})}}, with({{"reason", "misread"}}));
  EXPECT_EQ(cover(a, 9).whole, Barrier::court_order) << "the last word counts";
  EXPECT_EQ(Authorities({a.content()}).cover_of("unheard of", at(9)).whole, Barrier::none);
}

TEST(Authorities, ExpiryRestrictsAtOnce) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"from", utc(5)}, {"until", utc(10)}});
  EXPECT_EQ(cover(a, 4).whole, Barrier::court_order) << "it has not begun";
  EXPECT_EQ(cover(a, 5).whole, Barrier::none);
  EXPECT_EQ(Authorities({a.content()}).cover_of(kOne, at(10) - 1).whole, Barrier::none);
  const Cover over = cover(a, 10);
  EXPECT_EQ(over.whole, Barrier::court_order);
  EXPECT_EQ(over.why.english,
            "Its authority, order 17, ended 2026-11-22 06:10:00Z (entry 2 of police.example/KK-2026/a).");
  MadeLedger b("b");
  registered(b);
  authority(b, 2, "17", {{"kind", "consent"}, {"until", utc(10)}});
  EXPECT_EQ(cover(b, 10).whole, Barrier::consent);
}

TEST(Authorities, TheNewestThatHasBegunGoverns) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"until", utc(10)}});
  authority(a, 3, "18", {{"renews", "17"}, {"from", utc(20)}, {"until", utc(30)}});
  authority(a, 4, "19", {{"renews", "18"}, {"from", utc(29)}, {"data", Json::array({"calls"})}});
  EXPECT_EQ(cover(a, 5).whole, Barrier::none) << "a renewal that is yet to begin takes nothing away";
  EXPECT_EQ(cover(a, 15).whole, Barrier::court_order) << "between the two nothing holds";
  EXPECT_EQ(cover(a, 20).whole, Barrier::none);
  EXPECT_TRUE(cover(a, 20).data.empty());
  EXPECT_EQ(cover(a, 31).data, std::vector<std::string>{"calls"});
  EXPECT_EQ(Authorities({a.content()}).governing(kOne, at(31))->number, "19");
  authority(a, 5, "17", {{"until", utc(40)}});
  EXPECT_EQ(Authorities({a.content()}).governing(kOne, at(31))->entry, 5u)
      << "of one number the last entry holds, and of several that have begun the last";
  EXPECT_EQ(Authorities({a.content()}).all().size(), 4u);
}
TEST(Authorities, ANameSaysItsKindOnce) {
  Authority one;
  one.kind = "order";
  one.number = "17/2026";
  EXPECT_EQ(name_in_words(one), "order 17/2026");
  one.number = "Court Order 17";
  EXPECT_EQ(name_in_words(one), "Court Order 17");
}
TEST(Authorities, RenewalsThatGoRoundInACircleEnd) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"renews", "18"}});
  authority(a, 3, "18", {{"renews", "17"}});
  EXPECT_EQ(Authorities({a.content()}).governing(kOne, at(9))->number, "18");
}

TEST(Authorities, RestrictedUntilItIsLifted) {
  MadeLedger a("a");
  registered(a);
  restricted(a, 3, "consent-withdrawn", with({{"why", "told by telephone"}}));
  restricted(a, 4, "privilege");
  const Cover now = cover(a, 9);
  EXPECT_EQ(now.whole, Barrier::consent) << "the first that is open is named";
  EXPECT_EQ(now.why.english,
            "It is restricted since 2026-11-22 06:03:00Z by entry 2 of police.example/KK-2026/a: the "
            "consent was withdrawn.");
  EXPECT_EQ(now.why.english.find("telephone"), std::string::npos) << "what stands in a statement stays there";
  EXPECT_EQ(Authorities({a.content()}).restrictions(kOne, at(9)).size(), 2u);
  lifted(a, 5, "restriction");
  EXPECT_EQ(cover(a, 9).whole, Barrier::none) << "restricted twice, lifted once: lifted";
  EXPECT_TRUE(Authorities({a.content()}).restrictions(kOne, at(9)).empty());
  restricted(a, 6, "order-ended");
  EXPECT_EQ(cover(a, 9).whole, Barrier::court_order);
  lifted(a, 7, "restriction", Json::object(), {{"until", utc(20)}});
  EXPECT_EQ(cover(a, 19).whole, Barrier::none);
  EXPECT_EQ(cover(a, 20).whole, Barrier::court_order) << "a lift that ends leaves what was before";
  restricted(a, 8, "other");
  EXPECT_EQ(cover(a, 9).whole, Barrier::out_of_scope);
}

TEST(Authorities, ALiftOpensOneThingAndNoMore) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"until", utc(10)}, {"data", Json::array({"messages"})}});
  restricted(a, 3, "privilege");
  lifted(a, 4, "restriction");
  EXPECT_EQ(cover(a, 9).whole, Barrier::none);
  EXPECT_EQ(cover(a, 9).data, std::vector<std::string>{"messages"});
  lifted(a, 5, "scope");
  EXPECT_TRUE(cover(a, 9).data.empty());
  EXPECT_EQ(cover(a, 11).whole, Barrier::court_order) << "the end came later, and binds anew";
  lifted(a, 11, "validity");
  EXPECT_EQ(cover(a, 12).whole, Barrier::none);
  EXPECT_EQ(cover(a, 12).why.english, "");
  authority(a, 13, "18", {{"renews", "17"}, {"data", Json::array({"calls"})}});
  EXPECT_EQ(cover(a, 14).data, std::vector<std::string>{"calls"}) << "so does an authority that came later";
}
TEST(Authorities, AnEndIsNotLiftedBeforeItCame) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"until", utc(10)}});
  lifted(a, 5, "validity");
  EXPECT_EQ(cover(a, 11).whole, Barrier::court_order);
}

TEST(Authorities, SingleRecords) {
  MadeLedger a("a");
  registered(a);
  authority(a, 2, "17", {{"data", Json::array({"calls"})}});
  restricted(a, 3, "privilege", ids({kIdA, kIdB}));
  EXPECT_EQ(cover(a, 9).whole, Barrier::none);
  EXPECT_EQ(cover(a, 9).records,
            (std::map<base::RecordId, Barrier>{{kIdA, Barrier::privilege}, {kIdB, Barrier::privilege}}));
  lifted(a, 4, "records", ids({kIdB, kIdC}));
  EXPECT_EQ(cover(a, 9).records,
            (std::map<base::RecordId, Barrier>{
                {kIdA, Barrier::privilege}, {kIdB, Barrier::none}, {kIdC, Barrier::none}}));
  restricted(a, 5, "consent-withdrawn");
  EXPECT_EQ(cover(a, 9).whole, Barrier::consent);
  EXPECT_EQ(cover(a, 9).records, (std::map<base::RecordId, Barrier>{{kIdA, Barrier::privilege}}))
      << "what was lifted before is barred with all the rest";
  lifted(a, 6, "records", ids({kIdC}));
  EXPECT_EQ(cover(a, 9).records.at(kIdC), Barrier::none) << "though the exhibit is barred";
  lifted(a, 7, "restriction");
  EXPECT_EQ(cover(a, 9).records.at(kIdA), Barrier::privilege) << "who lifts the whole frees no single record";
}

TEST(Authorities, ARestrictionOfRecordsThatAreWithheldBarsAll) {
  MadeLedger a("a");
  registered(a);
  a.add("restrict", 3, {{kOne, with({{"_sd", Json::array({std::string(43, 'A')})}})}},
        with({{"reason", "privilege"}}));
  EXPECT_EQ(cover(a, 9).whole, Barrier::privilege);
  ASSERT_EQ(Authorities({a.content()}).restrictions(kOne, at(9)).size(), 1u);
  EXPECT_FALSE(Authorities({a.content()}).restrictions(kOne, at(9))[0].whole);
}

TEST(Authorities, OverSeveralLedgers) {
  MadeLedger a("a"), b("b");
  registered(a);
  authority(b, 2, "17", {{"until", utc(10)}});
  const std::vector<LedgerContent> early{a.content(), b.content()};
  EXPECT_EQ(cover(early, 11).whole, Barrier::court_order) << "added by another station";
  EXPECT_EQ(cover(a, 11).whole, Barrier::none);
  restricted(a, 12, "privilege");
  lifted(b, 13, "restriction");
  lifted(b, 14, "validity");
  EXPECT_EQ(cover({a.content(), b.content()}, 15).whole, Barrier::privilege)
      << "a restriction is lifted where it stands";
  lifted(b, 15, "records", ids({kIdA}));
  EXPECT_TRUE(cover({a.content(), b.content()}, 16).records.empty());
  lifted(a, 17, "restriction");
  EXPECT_EQ(cover({b.content(), a.content(), a.content()}, 18).whole, Barrier::none);
}

TEST(Authorities, WhoGoesOnForAStationLiftsWhatWasRestrictedThere) {
  MadeLedger a("a");
  registered(a);
  restricted(a, 3, "privilege");
  const std::string size = std::to_string(a.content().entries.size());
  MadeLedger d("d", with({{"continues", with({{"ledger", a.origin()}, {"size", size}})}}), 5 * kMinute_us);
  d.add("exhibit.continue", 6, {{kOne, phone("P")}});
  const auto both = [&] { return std::vector{d.content(), a.content()}; };
  EXPECT_EQ(cover(both(), 9).whole, Barrier::privilege);
  lifted(d, 7, "records", ids({kIdA}));
  EXPECT_EQ(cover(both(), 19).records.at(kIdA), Barrier::none);
  lifted(d, 8, "restriction");
  EXPECT_EQ(cover(both(), 19).whole, Barrier::none);
}

// --- single records against a cover
// -------------------------------------------------------------------------

template <typename Struct>
base::Record record(const Struct& values, const std::string& id = std::string(26, 'x')) {
  base::Record made = base::record_of(values, base::Place{});
  made.id = id;
  return made;
}
base::OptionalTime time_at(int minute) {
  return base::time_from_unix_us(at(minute));
}

TEST(BarrierOf, ByKind) {
  Cover cover;
  cover.data = {"messages", "web"};
  EXPECT_EQ(barrier_of(cover, record(base::Message{})), Barrier::none);
  EXPECT_EQ(barrier_of(cover, record(base::Media{})), Barrier::none);
  EXPECT_EQ(barrier_of(cover, record(base::WebVisit{})), Barrier::none);
  EXPECT_EQ(barrier_of(cover, record(base::Call{})), Barrier::out_of_scope);
  EXPECT_EQ(barrier_of(cover, record(base::Unsupported{})), Barrier::out_of_scope);
  EXPECT_EQ(barrier_of(cover, record(base::Source{})), Barrier::none) << "accounting is shown";
  EXPECT_EQ(barrier_of(cover, record(base::Anomaly{})), Barrier::none);
  EXPECT_EQ(barrier_of(Cover{}, record(base::Call{})), Barrier::none);
}
TEST(BarrierOf, EveryTypeHasAKindThatAnAuthorityMayName) {
  const auto& kinds = kinds_of_data();
  for (const base::RecordType* type : base::all_record_types())
    EXPECT_NE(std::ranges::find(kinds, kind_of_data(type->name)), kinds.end()) << type->name;
  // By default a type would be of the device: what tells of people is not.
  for (const char* type :
       {"account",          "participant",    "conversation", "membership", "contact",
        "message",          "message_change", "receipt",      "reaction",   "media",
        "message_location", "call",           "web_visit",    "download",   "search_term",
        "wallet",           "wallet_vault",   "transaction",  "site_grant", "address_sighting",
        "secret_sighting"})
    EXPECT_NE(kind_of_data(type), "device") << type;
}
TEST(BarrierOf, ByPeriod) {
  Cover cover;
  cover.periods = {{at(0), at(10)}, {at(20), at(30)}};
  base::Message message;
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::none) << "without a time, by its kind alone";
  message.time = time_at(15);
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::out_of_scope);
  message.received = time_at(20);
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::none) << "one of its times lies in a period";
  message.received = time_at(30);
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::out_of_scope) << "an end is exclusive";
  base::Source source;
  source.modified = time_at(15);
  EXPECT_EQ(barrier_of(cover, record(source)), Barrier::none) << "a file's time is not the data's";
}
TEST(BarrierOf, ByIdAndByWhatItIsAPartOf) {
  Cover cover;
  cover.whole = Barrier::consent;
  cover.records = {{kIdA, Barrier::none}, {kIdB, Barrier::privilege}};
  base::Message message;
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::consent);
  EXPECT_EQ(barrier_of(cover, record(message, kIdA)), Barrier::none) << "it was lifted for this one";
  message.conversation = kIdA;
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::none);
  EXPECT_EQ(barrier_of(cover, record(message, kIdB)), Barrier::privilege) << "its own bar comes first";
  cover.whole = Barrier::none;
  message.conversation = kIdB;
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::privilege);
  base::Reaction reaction;
  reaction.message = kIdB;
  EXPECT_EQ(barrier_of(cover, record(reaction)), Barrier::privilege);
  base::AddressSighting sighting;
  sighting.record = kIdB;
  EXPECT_EQ(barrier_of(cover, record(sighting)), Barrier::privilege);
  message.conversation = kIdC;
  message.sender = kIdB;
  EXPECT_EQ(barrier_of(cover, record(message)), Barrier::none) << "of a participant it is no part";
}
TEST(BarrierOf, EachHasItsReasonCode) {
  EXPECT_EQ(reason_code(Barrier::none), "");
  EXPECT_EQ(reason_code(Barrier::out_of_scope), "OUT_OF_SCOPE");
  EXPECT_EQ(reason_code(Barrier::privilege), "PRIVILEGE");
  EXPECT_EQ(reason_code(Barrier::consent), "CONSENT");
  EXPECT_EQ(reason_code(Barrier::court_order), "COURT_ORDER");
}

}  // namespace
}  // namespace custody::test
