// SPDX-License-Identifier: Apache-2.0
// Each gap planted alone is found, it and no other, with its entry; and what a later entry closes is none.
#include "chain-of-custody/gaps.h"

#include <gtest/gtest.h>

#include "made_ledger.h"
#include "stations.h"
#include "tests/support/page.h"

namespace custody::test {
namespace {

constexpr char kOne[] = "b1000000000000000000000000000001";
constexpr char kTwo[] = "b2000000000000000000000000000002";

// "code label station:entry", each once, joined by "; ". Unwitnessed ends have a test of their own.
std::string found(const std::vector<LedgerContent>& ledgers, int minute_now, GapRules rules = {}) {
  rules.now_us = kRaid_us + minute_now * kMinute_us;
  std::string text;
  for (const Gap& gap : gaps_of(ledgers, rules)) {
    if (gap.code == "ledger.unwitnessed") continue;
    const std::string station = gap.at.ledger.substr(gap.at.ledger.rfind('/') + 1);
    text += (text.empty() ? "" : "; ") + gap.code + (gap.label.empty() ? "" : " " + gap.label) + " " +
            station + ":" + std::to_string(gap.at.entry);
  }
  return text;
}
std::string sentences(const std::vector<LedgerContent>& ledgers, int minute_now) {
  GapRules rules;
  rules.now_us = kRaid_us + minute_now * kMinute_us;
  std::string text;
  for (const Gap& gap : gaps_of(ledgers, rules)) text += gap.what + "\n";
  return text;
}

// One exhibit, registered and imaged, by station a; what a test adds stands between or after.
struct Imaged {
  MadeLedger a{"a"};
  explicit Imaged(Json statement = phone("P")) {
    a.add("exhibit.add", 10, {{kOne, std::move(statement)}});
    a.add("acquire.begin", 20, {{kOne, begun()}});
    a.add("acquire.end", 30, {{kOne, ended()}});
  }
  std::string found(int minute_now) const { return test::found({a.content()}, minute_now); }
};

TEST(Gaps, ACleanCaseHasNone) {
  EXPECT_EQ(Imaged().found(600), "");
  EXPECT_EQ(found({MadeLedger("a").content()}, 600), "");
}

TEST(Gaps, NoImage) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P", {{"seized_at", "2026-11-22T05:30:00Z"}})}});
  EXPECT_EQ(found({a.content()}, 60), "image.none P a:1");
  EXPECT_NE(sentences({a.content()}, 60).find("No image of it is whole 1 h 30 min after it was seized."),
            std::string::npos)
      << "the seizure, not the entry";
  a.add("acquire.begin", 20, {{kOne, begun()}});
  a.add("acquire.end", 30, {{kOne, ended()}});
  EXPECT_EQ(found({a.content()}, 60), "");
}
TEST(Gaps, NothingIsToBeImagedOfPapersAndOfAComputerWhoseDisksAreExhibits) {
  MadeLedger a("a");
  char last = '1';
  for (const char* kind : {"document", "container", "account", "other"})
    a.add("exhibit.add", 10, {{std::string(31, '0') + last++, phone("X", {{"kind", kind}})}});
  EXPECT_EQ(stories_of(std::vector{a.content()}).size(), 4u);
  EXPECT_EQ(found({a.content()}, 60), "");
  a.add("exhibit.add", 11, {{kOne, phone("PC", {{"kind", "pc"}})}});
  EXPECT_EQ(found({a.content()}, 60), "image.none PC a:5");
  a.add("exhibit.add", 12, {{kTwo, phone("PC-disk", {{"kind", "disk"}, {"parent", kOne}})}});
  EXPECT_EQ(found({a.content()}, 60), "image.none PC-disk a:6") << "the disk stands for the computer";
  MadeLedger b("b");
  b.add("exhibit.add", 10, {{kOne, phone("P")}});
  b.add("exhibit.add", 11, {{kTwo, phone("P-sim", {{"kind", "sim"}, {"parent", kOne}})}});
  EXPECT_EQ(found({b.content()}, 60), "image.none P b:1; image.none P-sim b:2")
      << "a phone is more than its SIM";
}
TEST(Gaps, TheFirstImageCameLate) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P", {{"seized_at", "2026-11-21T05:00:00Z"}})}});
  a.add("acquire.begin", 20, {{kOne, begun()}});
  a.add("acquire.end", 30, {{kOne, ended()}});
  EXPECT_EQ(found({a.content()}, 60), "image.late P a:3");
  EXPECT_NE(sentences({a.content()}, 60).find("came 1 d 1 h after it was seized"), std::string::npos);
  GapRules patient;
  patient.first_image_within_us = 26 * kHour_us;
  EXPECT_EQ(found({a.content()}, 60, patient), "");
}

TEST(Gaps, BegunAndNeverEnded) {
  Imaged one;
  one.a.add("acquire.begin", 40, {{kOne, begun("a2")}});
  EXPECT_EQ(one.found(60), "image.begun P a:4") << "another image does not say what became of this one";
  one.a.add("acquire.end", 50, {{kOne, ended("a2", {{"outcome", "interrupted"}})}});
  EXPECT_EQ(one.found(60), "");
}
TEST(Gaps, AnAcquisitionThatWasCutOff) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P")}});
  a.add("acquire.begin", 20, {{kOne, begun()}});
  a.add("acquire.end", 30, {{kOne, ended("a1", {{"outcome", "interrupted"}, {"read_bytes", "1024"}})}});
  EXPECT_EQ(found({a.content()}, 60), "image.none P a:1; image.partial P a:3");
  EXPECT_NE(sentences({a.content()}, 60).find("1024 of 4096 bytes were read"), std::string::npos);
  a.add("acquire.begin", 40, {{kOne, begun()}});
  a.add("acquire.end", 50, {{kOne, ended()}});
  EXPECT_EQ(found({a.content()}, 60), "") << "it went on and was finished";
}
TEST(Gaps, BytesThatCouldNotBeRead) {
  const auto damaged = [](const char* bad, const char* not_attempted) {
    MadeLedger a("a");
    a.add("exhibit.add", 10, {{kOne, phone("P")}});
    a.add("acquire.begin", 20, {{kOne, begun()}});
    a.add("acquire.end", 30,
          {{kOne, ended("a1", {{"outcome", "complete_with_bad_ranges"},
                               {"bad_bytes", bad},
                               {"not_attempted_bytes", not_attempted}})}});
    return a;
  };
  MadeLedger a = damaged("512", "0");
  EXPECT_EQ(found({a.content()}, 60), "image.partial P a:3");
  EXPECT_EQ(found({damaged("0", "512").content()}, 60), "image.partial P a:3");
  a.add("acquire.begin", 40, {{kOne, begun("a2")}});
  a.add("acquire.end", 50, {{kOne, ended("a2")}});
  EXPECT_EQ(found({a.content()}, 60), "") << "another acquisition read all";
}

TEST(Gaps, AnImageThatNobodyReadBack) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P")}});
  a.add("acquire.end", 30, {{kOne, ended("a1", {{"read_back", "not_done"}})}});
  EXPECT_EQ(found({a.content()}, 60), "image.unread P a:2");
  const auto check = [&](const char* name, const char* result) {
    a.add("verify", 40, {{kOne, with({{"acquisition", name}, {"object", "image"}, {"result", result}})}});
  };
  check("a2", "equal");
  EXPECT_EQ(found({a.content()}, 60), "image.unread P a:2") << "that was another image";
  check("a1", "unreadable");
  EXPECT_EQ(found({a.content()}, 60), "image.unread P a:4");
  check("a1", "different");
  EXPECT_EQ(found({a.content()}, 60), "image.different P a:5");
  check("a1", "equal");
  EXPECT_EQ(found({a.content()}, 60), "");
  EXPECT_EQ(Imaged().found(60), "");
  MadeLedger adopted("a");
  adopted.add("exhibit.add", 10, {{kOne, phone("P")}});
  adopted.add("acquire.end", 30, {{kOne, ended("a1", {{"adopted", true}, {"read_back", "nothing_stated"}})}});
  EXPECT_EQ(found({adopted.content()}, 60), "") << "there was nothing to compare with, and now it has a hash";
}
TEST(Gaps, WhatWasReceivedAndIsAnotherThanWasStated) {
  const auto received = [](const char* name, const char* stated) {
    return ended(name, {{"stated", stated}, {"what", "image"}, {"read_back", ""}});
  };
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P")}});
  a.add("receive", 20, {{kOne, received("a1", "none")}});
  EXPECT_EQ(found({a.content()}, 60), "") << "it is whole as it came, and was read";
  a.add("receive", 30, {{kOne, received("a2", "different")}});
  EXPECT_EQ(found({a.content()}, 60), "received.different P a:3");
  a.add("receive", 40, {{kOne, received("a3", "equal")}});
  EXPECT_EQ(found({a.content()}, 60), "received.different P a:3") << "what came first came";
}
TEST(Gaps, AnImageThatWasToBeCheckedByNow) {
  Imaged one;
  one.a.add("handover", 40, {{kOne, with({{"image", "pending"}, {"image_due", "2026-11-22T07:00:00Z"}})}});
  EXPECT_EQ(one.found(59), "");
  EXPECT_EQ(one.found(61), "image.due P a:4");
  one.a.add("verify", 62, {{kOne, with({{"object", "image"}, {"result", "equal"}})}});
  EXPECT_EQ(one.found(63), "");
}

TEST(Gaps, AnOfferThatNobodyAccepted) {
  Imaged one;
  const std::uint64_t offer = one.a.add("handover.offer", 40, {{kOne, Json::object()}});
  EXPECT_EQ(one.found(60), "offer.open P a:4");
  one.a.add("handover.withdraw", 50, {{kOne, Json::object()}},
            with({{"offer_sha256", one.a.body_sha256(offer)}}));
  EXPECT_EQ(one.found(60), "");
}
// Over both ledgers; the clock of the second is an hour behind, and what is quoted comes first all the same.
TEST(Gaps, AnAcceptanceThatIsNotReceipted) {
  Imaged one;
  const std::uint64_t offer = one.a.add("handover.offer", 40, {{kOne, Json::object()}});
  MadeLedger b("b", Json::object(), -kHour_us);
  const std::uint64_t acceptance = accept(b, 50, one.a, offer, kOne, "P");
  EXPECT_EQ(found({one.a.content(), b.content()}, 60), "offer.unreceipted P b:1");
  receipt(one.a, 55, b, acceptance, kOne);
  EXPECT_EQ(found({one.a.content(), b.content()}, 60), "");
  EXPECT_EQ(found({b.content(), one.a.content(), one.a.content()}, 60), "") << "in whatever order, and twice";
}
TEST(Gaps, WhatPassedToAnotherStationIsJudgedOverBothLedgers) {
  MadeLedger a("a"), b("b");
  a.add("exhibit.add", 10, {{kOne, phone("P", {{"seal", "Z-1"}})}});
  a.add("unseal", 20, {{kOne, Json::object()}});
  const std::uint64_t offer = a.add("handover.offer", 40, {{kOne, Json::object()}});
  const std::uint64_t acceptance = accept(b, 50, a, offer, kOne, "Q");
  receipt(a, 55, b, acceptance, kOne);
  EXPECT_EQ(found({a.content(), b.content()}, 60), "image.none Q a:1; seal.open Q a:2")
      << "under the label that it bears now; and what b does not say, a said";
  b.add("acquire.end", 70, {{kOne, ended("a1-b")}});
  b.add("seal", 71, {{kOne, with({{"seal", "Z-2"}})}});
  EXPECT_EQ(found({a.content(), b.content()}, 80), "");
}

TEST(Gaps, UseByAnotherThanTheHolder) {
  Imaged one;
  one.a.who = "b";
  one.a.add("extract", 40, {{kOne, begun()}});
  EXPECT_EQ(one.found(60), "") << "work on a copy needs nobody's custody";
  one.a.add("acquire.begin", 41, {{kOne, begun("a2")}});
  one.a.who = "a";
  one.a.add("acquire.end", 42, {{kOne, ended("a2")}});
  EXPECT_EQ(one.found(60), "use.other P a:5");
}

TEST(Gaps, BehindASessionStandsThePersonWhoOpenedIt) {
  Imaged one;
  const std::string session = base::sha256(base::as_bytes(std::string_view("night"))).hex();
  one.a.add("session.open", 40, {}, with({{"cert_sha256", session}}));
  one.a.who = "night";
  one.a.add("acquire.begin", 41, {{kOne, begun("a2")}});
  one.a.add("acquire.end", 42, {{kOne, ended("a2")}});
  EXPECT_EQ(one.found(60), "");
  one.a.who = "another night";
  one.a.add("acquire.end", 43, {{kOne, ended("a2")}});
  EXPECT_EQ(one.found(60), "use.other P a:7");
}

TEST(Gaps, OnTheNetworkAndNotIsolated) {
  const auto on_network = [](std::initializer_list<Json::Member> more) {
    Json statement = phone("P", {{"network", "on"}, {"power", "on"}});
    for (const auto& [name, value] : more) statement.set(name, value);
    return Imaged(statement);
  };
  Imaged one = on_network({{"isolation", "none"}});
  EXPECT_EQ(one.found(15), "") << "it takes a few minutes";
  EXPECT_EQ(one.found(60), "network.open P a:1");
  EXPECT_NE(sentences({one.a.content()}, 60).find("not isolated for 50 min"), std::string::npos);
  EXPECT_EQ(on_network({}).found(60), "network.open P a:1") << "nothing was said of an isolation";
  EXPECT_EQ(on_network({{"isolation", "faraday"}}).found(60), "");
  EXPECT_EQ(on_network({{"power", "off"}}).found(60), "");
  EXPECT_EQ(on_network({{"network", "unknown"}}).found(60), "");
  one.a.add("isolate", 61, {{kOne, with({{"isolation", "airplane"}})}});
  EXPECT_EQ(one.found(90), "");
  one.a.add("isolate", 91, {{kOne, with({{"isolation", "none"}})}});
  EXPECT_EQ(one.found(120), "network.open P a:5") << "it was taken out of the bag";
  one.a.add("return", 121, {{kOne, Json::object()}});
  EXPECT_EQ(one.found(200), "");
}

TEST(Gaps, NeitherSerialNorPhotograph) {
  const auto told = [](std::initializer_list<Json::Member> more) {
    Json statement = with({{"label", "P"}, {"kind", "phone"}, {"serial_reason", "worn off"}});
    for (const auto& [name, value] : more) statement.set(name, value);
    return Imaged(statement);
  };
  Imaged one = told({});
  EXPECT_EQ(one.found(60), "identity.none P a:1");
  EXPECT_EQ(told({{"photos", Json::array()}}).found(60), "identity.none P a:1");
  EXPECT_EQ(told({{"photos", Json::array({std::string(64, 'a')})}}).found(60), "");
  EXPECT_EQ(told({{"kind", "container"}}).found(60), "");
  one.a.add("amend", 40, {{kOne, with({{"serial", "357"}})}}, with({{"reason", "read inside"}}));
  EXPECT_EQ(one.found(60), "");
}

TEST(Gaps, ASealThatWasOpened) {
  Imaged one(phone("P", {{"seal", "Z-1"}}));
  EXPECT_EQ(one.found(60), "seal.open P a:2") << "whoever images a thing opens what it was sealed in";
  EXPECT_NE(sentences({one.a.content()}, 60).find("opened by acquire.begin, which does not say so"),
            std::string::npos);
  one.a.add("handover", 70, {{kOne, with({{"seal", "Z-2"}})}});
  EXPECT_EQ(one.found(90), "");
}

TEST(Gaps, WhatIsPackedIsAsSealedAsItsContainer) {
  Imaged one(phone("P", {{"seal", "Z-1"}}));
  one.a.add("pack", 40, {{kOne, with({{"container", kTwo}})}});
  EXPECT_EQ(one.found(60), "");
}

TEST(Gaps, WhatAnExhibitRestsOn) {
  MadeLedger silent("a", with({{"authority", ""}}));
  silent.add("exhibit.add", 10, {{kOne, phone("P", {{"kind", "document"}})}});
  EXPECT_EQ(found({silent.content()}, 60), "authority.none P a:1");
  silent.add("exhibit.add", 11, {{kTwo, phone("B", {{"kind", "container"}})}});
  EXPECT_EQ(found({silent.content()}, 60), "authority.none P a:1") << "a bag was not seized";
  silent.add("amend", 12, {{kOne, with({{"authority", "17/2026"}})}}, with({{"reason", "left out"}}));
  EXPECT_EQ(found({silent.content()}, 60), "authority.unknown P a:1");
  const Json order = with({{"number", "17/2026"},
                           {"kind", "order"},
                           {"issuer", "court"},
                           {"from", "2026-11-22T06:30:00Z"},
                           {"until", "2026-11-22T07:00:00Z"}});
  silent.add("authority.add", 13, {}, order);
  EXPECT_EQ(found({silent.content()}, 20), "authority.over P a:4") << "it has not begun";
  EXPECT_EQ(found({silent.content()}, 40), "");
  EXPECT_EQ(found({silent.content()}, 60), "authority.over P a:4");
  EXPECT_NE(sentences({silent.content()}, 60).find("Its authority, order 17/2026, ended 2026-11-22"),
            std::string::npos);
  MadeLedger other("b");
  Json renewal = order;
  renewal.set("number", "18/2026").set("renews", "17/2026").set("until", "2026-12-22T07:00:00Z");
  other.add("authority.add", 61, {}, renewal);
  EXPECT_EQ(found({silent.content(), other.content()}, 62), "") << "renewed in another ledger";
}
TEST(Gaps, WhatTheCaseRestsOnIsKnown) {
  MadeLedger a("a", with({{"authority", "warrant 12/2026"}}));
  a.add("exhibit.add", 10, {{kOne, phone("P", {{"kind", "document"}, {"authority", "warrant 12/2026"}})}});
  a.add("exhibit.add", 10, {{kTwo, phone("Q", {{"kind", "document"}, {"authority", "12/2026"}})}});
  EXPECT_EQ(found({a.content()}, 60), "authority.unknown Q a:2");
}
TEST(Gaps, WhatIsRestricted) {
  Imaged one;
  one.a.add("restrict", 40, {{kOne, Json::object()}}, with({{"reason", "consent-withdrawn"}}));
  const Json ids = Json::array({std::string(26, 'a'), std::string(26, 'b')});
  one.a.add("restrict", 41, {{kOne, with({{"records", ids}})}}, with({{"reason", "privilege"}}));
  EXPECT_EQ(one.found(60), "restriction.open P a:4; restriction.open P a:5");
  EXPECT_NE(sentences({one.a.content()}, 60).find("2 records of it are restricted (privilege)"),
            std::string::npos);
  one.a.add("unrestrict", 42, {{kOne, Json::object()}}, with({{"lifts", "restriction"}}));
  EXPECT_EQ(one.found(60), "restriction.open P a:5");
  one.a.add("return", 43, {{kOne, Json::object()}});
  EXPECT_EQ(one.found(60), "") << "nobody is to decide of what was given back";
}

TEST(Gaps, ALedgerThatIsNamedAndNotHere) {
  MadeLedger a("a"), b("b");
  a.add("exhibit.add", 10, {{kOne, phone("P")}});
  const std::uint64_t offer = a.add("handover.offer", 20, {{kOne, Json::object()}});
  const std::uint64_t acceptance = accept(b, 30, a, offer, kOne, "P");
  receipt(a, 40, b, acceptance, kOne);
  b.add("acquire.end", 50, {{kOne, ended()}});
  EXPECT_EQ(found({a.content()}, 60), "ledger.missing a:3") << "b may have imaged it";
  EXPECT_EQ(found({b.content()}, 60), "identity.none P b:1; ledger.missing b:1")
      << "the serial number stands in a";
  EXPECT_EQ(found({a.content(), b.content()}, 60), "");
  MadeLedger c("c", with({{"continues", with({{"ledger", "police.example/KK-2026/gone"}, {"size", "3"}})}}));
  EXPECT_EQ(found({c.content()}, 60), "ledger.missing c:0");
}

TEST(Gaps, AClockThatWasSet) {
  Imaged one;
  one.a.clock_off_us = -30 * kMinute_us;
  one.a.add("extract", 90, {{kOne, begun()}});
  EXPECT_EQ(one.found(200), "clock.step a:4");
  EXPECT_NE(sentences({one.a.content()}, 200).find("set back by 1800 seconds before entry 4"),
            std::string::npos);
}

// A station that died: its ledger goes on in another, with what was open, and a copy of it lies beside.
TEST(Gaps, AStationThatIsGone) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{kOne, phone("P")}, {kTwo, phone("Q")}});
  a.add("acquire.begin", 20, {{kOne, begun()}});
  const std::uint64_t offer = a.add("handover.offer", 25, {{kTwo, Json::object()}});
  MadeLedger d(
      "d",
      with({{"continues", with({{"ledger", a.origin()}, {"size", "4"}, {"checkpoint", a.checkpoint(4)}})}}));
  d.add("exhibit.continue", 40, {{kOne, phone("P")}});
  d.add("exhibit.continue", 40, {{kTwo, phone("Q", {{"offer_sha256", a.body_sha256(offer)}})}});
  const std::vector<LedgerContent> both{a.content(), d.content()};
  EXPECT_EQ(found(both, 60), "image.none P a:1; image.begun P a:2; image.none Q a:1; offer.open Q a:3");
  EXPECT_EQ(found({d.content()}, 60),
            "image.none P d:1; image.none Q d:2; offer.open Q d:2; ledger.missing d:0");
  d.add("handover.withdraw", 50, {{kTwo, Json::object()}}, with({{"offer_sha256", a.body_sha256(offer)}}));
  d.add("acquire.end", 50, {{kOne, ended("a1-d")}, {kTwo, ended("a1-d")}});
  EXPECT_EQ(found({a.content(), d.content()}, 60), "image.begun P a:2") << "nobody can say how that ended";
}

std::string unwitnessed(const std::vector<LedgerContent>& ledgers) {
  GapRules rules;
  rules.now_us = base::now_utc_us();
  std::string text;
  for (const Gap& gap : gaps_of(ledgers, rules))
    if (gap.code == "ledger.unwitnessed")
      text += (text.empty() ? "" : "; ") + gap.at.ledger.substr(gap.at.ledger.rfind('/') + 1) + ":" +
              std::to_string(gap.at.entry) + " " + gap.what;
  return text;
}
// By the real writer: what each holds of the other after a handover.
TEST(Gaps, WhatAnotherLedgerQuotesIsWitnessed) {
  Station a("station-a", anna()), b("station-b", boris());
  a.ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  EXPECT_NE(unwitnessed({a.content()})
                .find("station-a:0 Nobody else vouches for entries 0 to 1: the ledger is alone"),
            std::string::npos)
      << unwitnessed({a.content()});
  const std::uint64_t offer = a.ledger->append(offer_to(boris(), {kPhone})).index;
  const std::uint64_t acceptance = accept_from(a, offer, b).index;
  receipt_from(b, acceptance, a);
  const std::string both = unwitnessed({a.content(), b.content()});
  EXPECT_NE(both.find("station-a:3 Nobody else vouches for entry 3; the last word was that of the ledger "
                      "evidence.example/KK-2026/station-b"),
            std::string::npos)
      << both;
  EXPECT_EQ(both.find("station-b"), both.rfind("station-b")) << "a's receipt holds all of b: " << both;
  // A quotation that is of no state of the ledger is nobody's word.
  LedgerContent other = a.content();
  other.entries.pop_back();
  other.entries.pop_back();
  EXPECT_NE(unwitnessed({other, b.content()}).find("station-a:0"), std::string::npos);
}

TEST(Gaps, ThePageExplainsEachCode) {
  std::string rows = "| code | what is open | what closes it |\n|---|---|---|\n";
  for (const GapMeaning& one : all_gap_codes())
    rows += "| `" + std::string(one.code) + "` | " + std::string(one.meaning) + " | " +
            std::string(one.closed_by) + " |\n";
  support::expect_page_block("gaps.md", "codes", rows);
}

}  // namespace
}  // namespace custody::test
