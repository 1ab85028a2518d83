// SPDX-License-Identifier: Apache-2.0
// Which device is to be taken now: the order, the reasons, and what is left out.
#include "chain-of-custody/next_exhibit.h"

#include <gtest/gtest.h>

#include "made_ledger.h"

namespace custody::test {
namespace {

std::string uid(int number) {
  return "c" + std::string(30, '0') + std::to_string(number);
}

std::vector<NextExhibit> next_of(const std::vector<LedgerContent>& ledgers, NextRules rules = {}) {
  rules.now_us = kRaid_us + 240 * kMinute_us;
  return next_exhibits(stories_of(ledgers), rules);
}
std::string labels(const std::vector<NextExhibit>& list) {
  std::string text;
  for (const NextExhibit& one : list) text += (text.empty() ? "" : " ") + one.label;
  return text;
}

TEST(NextExhibit, UnlockedThenBatteryThenOpenVolumesThenTheExaminersReasonThenTheOldest) {
  MadeLedger a("a");
  a.add("exhibit.add", 10, {{uid(1), phone("NEWER")}});
  a.add("exhibit.add", 5, {{uid(2), phone("OLDER")}});
  a.add("exhibit.add", 20, {{uid(3), phone("REASON", {{"first_reason", "it rang all the time"}})}});
  a.add("exhibit.add", 20, {{uid(4), phone("OPEN", {{"kind", "pc"}, {"encryption", "open"}})}});
  a.add("exhibit.add", 20, {{uid(5), phone("LOW15", {{"power", "on"}, {"battery", "15"}})}});
  a.add("exhibit.add", 20, {{uid(6), phone("LOW3", {{"power", "on"}, {"battery", "3"}})}});
  a.add("exhibit.add", 20,
        {{uid(7), phone("UNLOCKED", {{"lock", "unlocked"}, {"power", "on"}, {"battery", "90"}})}});
  a.add("exhibit.add", 220,
        {{uid(8), phone("BOTH", {{"lock", "unlocked"}, {"power", "on"}, {"battery", "12"}})}});
  const std::vector<NextExhibit> list = next_of({a.content()});
  EXPECT_EQ(labels(list), "BOTH UNLOCKED LOW3 LOW15 OPEN REASON OLDER NEWER");
  EXPECT_EQ(
      sentence_of(list.front()).english,
      "Take BOTH now: it is unlocked, its battery was at 12 % at 09:40Z and it has had no hash for 20 min.");
  EXPECT_EQ(list[5].reasons.front().english, "the examiner wrote: it rang all the time");
}
TEST(NextExhibit, ALowBatteryCountsWhereTheDeviceIsOn) {
  MadeLedger a("a");
  a.add("exhibit.add", 1, {{uid(1), phone("FIRST")}});
  a.add("exhibit.add", 2, {{uid(2), phone("OFF", {{"power", "off"}, {"battery", "3"}})}});
  a.add("exhibit.add", 3, {{uid(3), phone("FULL", {{"power", "on"}, {"battery", "21"}})}});
  a.add("exhibit.add", 4, {{uid(4), phone("ODD", {{"power", "on"}, {"battery", "-4"}})}});
  EXPECT_EQ(labels(next_of({a.content()})), "FIRST OFF FULL ODD");
  a.add("isolate", 5, {{uid(3), with({{"battery", "20"}})}});
  EXPECT_EQ(labels(next_of({a.content()})), "FULL FIRST OFF ODD") << "the last word counts";
}
TEST(NextExhibit, WhatIsImagedOfferedOrGoneIsLeftOut) {
  MadeLedger a("a"), b("b");
  for (int i = 1; i <= 8; ++i) a.add("exhibit.add", i, {{uid(i), phone("P" + std::to_string(i))}});
  a.add("exhibit.add", 9, {{uid(9), phone("PAPER", {{"kind", "document"}})}});
  EXPECT_EQ(labels(next_of({a.content()})), "P1 P2 P3 P4 P5 P6 P7 P8");
  a.add("acquire.end", 20, {{uid(1), ended()}});
  const std::uint64_t offer =
      a.add("handover.offer", 21, {{uid(2), Json::object()}, {uid(3), Json::object()}});
  a.add("return", 22, {{uid(4), Json::object()}});
  a.add("destroy", 23, {{uid(5), Json::object()}});
  a.add("acquire.end", 24,
        {{uid(6), ended("a1", {{"outcome", "complete_with_bad_ranges"}, {"bad_bytes", "512"}})}});
  a.add("acquire.begin", 25, {{uid(7), begun()}});
  NextRules at_work;
  at_work.at_work = true;
  const std::vector<NextExhibit> list = next_of({a.content()}, at_work);
  EXPECT_EQ(labels(list), "P8 P7") << "what is at work comes last";
  EXPECT_TRUE(list.back().under_way && !list.back().cut_off);
  // Another station has what it accepted.
  const std::uint64_t acceptance = accept(b, 30, a, offer, uid(2), "P2");
  receipt(a, 31, b, acceptance, uid(2));
  EXPECT_EQ(labels(next_of({a.content()}, at_work)), "P8 P7");
  EXPECT_EQ(labels(next_of({a.content(), b.content()}, at_work)), "P2 P8 P7");
  NextRules of_a = at_work, of_b = at_work;
  of_a.ledger = a.origin();
  of_b.ledger = b.origin();
  EXPECT_EQ(labels(next_of({a.content(), b.content()}, of_a)), "P8 P7");
  EXPECT_EQ(labels(next_of({a.content(), b.content()}, of_b)), "P2");
}
TEST(NextExhibit, WhatWasCutOffComesBeforeEverything) {
  MadeLedger a("a");
  a.add("exhibit.add", 1, {{uid(1), phone("UNLOCKED", {{"lock", "unlocked"}})}});
  a.add("exhibit.add", 2, {{uid(2), phone("CUT")}});
  a.add("acquire.begin", 10, {{uid(2), begun()}});
  const std::vector<NextExhibit> list = next_of({a.content()});
  ASSERT_EQ(labels(list), "CUT UNLOCKED");
  EXPECT_TRUE(list[0].cut_off && !list[0].under_way);
  EXPECT_EQ(list[0].reasons.front().english, "its acquisition a1 began at 06:10Z and was cut off");
}
TEST(NextExhibit, AnImageThatIsNotWhatItWasIsNone) {
  MadeLedger a("a");
  a.add("exhibit.add", 1, {{uid(1), phone("P")}});
  a.add("acquire.end", 20, {{uid(1), ended()}});
  a.add("verify", 21, {{uid(1), with({{"object", "image"}, {"result", "different"}})}});
  const std::vector<NextExhibit> list = next_of({a.content()});
  ASSERT_EQ(labels(list), "P");
  EXPECT_EQ(list[0].reasons.front().english, "the image of a1 is different");
}
TEST(NextExhibit, TheTimeOfAnotherDayHasItsDate) {
  MadeLedger a("a");
  a.add("exhibit.add", -600, {{uid(1), phone("P", {{"power", "on"}, {"battery", "7"}})}});
  EXPECT_EQ(next_of({a.content()}).at(0).reasons.front().english,
            "its battery was at 7 % at 2026-11-21 20:00Z");
}

}  // namespace
}  // namespace custody::test
