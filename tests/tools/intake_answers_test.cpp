// SPDX-License-Identifier: Apache-2.0
#include "tools/intake_answers.h"

#include <cstdlib>
#include <ctime>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.h"
#include "tools/device_clock.h"
#include "tools/intake_facts.h"

namespace {

using base::Json;

const std::int64_t kNow = *base::parse_utc("2026-11-21T07:03:10Z");  // 14:03:10 in +07:00

// In Phnom Penh, which has no summer time.
class Answers : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "Asia/Phnom_Penh", 1);
    tzset();
    std::tm local{};
    const std::time_t now = kNow / 1'000'000;
    localtime_r(&now, &local);
    if (local.tm_gmtoff != 7 * 3600) GTEST_SKIP() << "no time zones are installed here";
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
};

std::string said(const std::optional<Json>& told) {
  return told ? told->canonical() : "not understood";
}

TEST(Answer, AKindIsAnyBeginningOfIt) {
  EXPECT_EQ(said(tools::answered_kind("p")), R"({"kind":"phone"})");
  EXPECT_EQ(said(tools::answered_kind("pc")), R"({"kind":"pc"})");
  EXPECT_EQ(said(tools::answered_kind("sim-b, 64 slots")), R"({"description":"64 slots","kind":"sim-box"})");
  EXPECT_EQ(said(tools::answered_kind("sim of KK-A-0007, blue")),
            R"({"description":"blue","kind":"sim","parent":"KK-A-0007"})");
  EXPECT_EQ(said(tools::answered_kind("phone black, cracked")),
            R"({"description":"black, cracked","kind":"phone"})");
  EXPECT_EQ(said(tools::answered_kind("xbox")), "not understood");
  EXPECT_EQ(said(tools::answered_kind("")), "not understood");
}

TEST(Answer, NoSerialNeedsItsReason) {
  EXPECT_EQ(said(tools::answered_serial(" R58M123 ")), R"({"serial":"R58M123"})");
  EXPECT_EQ(said(tools::answered_serial("- label torn off")), R"({"serial_reason":"label torn off"})");
  EXPECT_EQ(said(tools::answered_serial("-")), "not understood");
  EXPECT_EQ(said(tools::answered_serial("")), "not understood");
}

TEST(Answer, PowerLockAndBatteryInAnyOrder) {
  EXPECT_EQ(said(tools::answered_power("45% on unl")), R"({"battery":"45","lock":"unlocked","power":"on"})");
  EXPECT_EQ(said(tools::answered_power("on locked op")),
            R"({"encryption":"open","lock":"locked","power":"on"})");
  EXPECT_EQ(said(tools::answered_power("")), R"({"lock":"unknown","power":"unknown"})");
  EXPECT_EQ(said(tools::answered_power(" unknown ")), R"({"lock":"unknown","power":"unknown"})");
  EXPECT_EQ(said(tools::answered_power("on unlocked battery 12 %")),
            R"({"battery":"12","lock":"unlocked","power":"on"})")
      << "with the words of the question";
  EXPECT_EQ(said(tools::answered_power("on locked, volumes open")),
            R"({"encryption":"open","lock":"locked","power":"on"})");
  EXPECT_EQ(said(tools::answered_power("battery")), "not understood");
  EXPECT_EQ(said(tools::answered_power("101")), "not understood");
  EXPECT_EQ(said(tools::answered_power("on off")), "not understood") << "it is not both";
  EXPECT_EQ(said(tools::answered_power("on 45 46")), "not understood");
  EXPECT_EQ(said(tools::answered_power("warm")), "not understood");
}

TEST(Answer, NothingSaidOfIsolationIsNone) {
  EXPECT_EQ(said(tools::answered_isolation("f online")), R"({"isolation":"faraday","network":"on"})");
  EXPECT_EQ(said(tools::answered_isolation("off")), R"({"isolation":"off"})");
  EXPECT_EQ(said(tools::answered_isolation("offline")), R"({"isolation":"none","network":"off"})");
  EXPECT_EQ(said(tools::answered_isolation("")), R"({"isolation":"none"})");
  EXPECT_EQ(said(tools::answered_isolation("bag")), "not understood");
}

TEST(Answer, APlaceIsRoomFloorDesk) {
  EXPECT_EQ(tools::answered_place("301, 3, 14").canonical(), R"({"desk":"14","floor":"3","room":"301"})");
  EXPECT_EQ(tools::answered_place("301").canonical(), R"({"room":"301"})");
  EXPECT_EQ(tools::answered_place("room 301, floor 3, desk 14").canonical(),
            R"({"desk":"14","floor":"3","room":"301"})");
  EXPECT_EQ(tools::answered_place("roomy").canonical(), R"({"room":"roomy"})");
  EXPECT_EQ(tools::answered_place("301, 3 ! unlocked, 4 %").canonical(),
            R"({"first_reason":"unlocked, 4 %","floor":"3","room":"301"})");
  EXPECT_EQ(tools::answered_place("!").canonical(), "{}");
  EXPECT_EQ(tools::answered_place("-,2").canonical(), R"({"floor":"2"})");
  EXPECT_EQ(tools::answered_place("a, b, c, by the window").canonical(),
            R"({"desk":"c, by the window","floor":"b","room":"a"})");
}

TEST_F(Answers, ASealAndAClock) {
  const auto told = [](std::string_view answer) {
    const auto both = tools::answered_seal_and_clock(answer, kNow);
    return both ? both->seal + "|" + both->clock.canonical() : "not understood";
  };
  EXPECT_EQ(told("TE-0417, 14:03:40"), R"(TE-0417|{"clock_offset_s":"30"})");
  EXPECT_EQ(told("TE-0417"), "TE-0417|{}");
  EXPECT_EQ(told("14:03:00"), R"(|{"clock_offset_s":"-10"})");
  EXPECT_EQ(told("- screen not touched"), R"(|{"clock_offset_reason":"screen not touched"})") << "no seal";
  EXPECT_EQ(told("- none, 14:03:40"), R"(|{"clock_offset_s":"30"})");
  EXPECT_EQ(told("-, -30"), R"(|{"clock_offset_s":"-30"})");
  EXPECT_EQ(told("TE 1, - screen broken"), R"(TE 1|{"clock_offset_reason":"screen broken"})");
  EXPECT_EQ(told("TE 1, 14.03"), "not understood") << "a mistyped time is no reason";
}

TEST_F(Answers, AClockInItsOwnZoneOrOurs) {
  const auto offset = [](std::string_view shows) {
    const auto reading = tools::read_clock(shows, kNow);
    return reading ? std::to_string(reading->offset_s) + " " + reading->zone : "none";
  };
  EXPECT_EQ(offset("2026-11-21 14:03:10"), "0 +07:00");
  EXPECT_EQ(offset("2026-11-21 07:03:10Z"), "0 +00:00");
  EXPECT_EQ(offset("2026-11-21T15:03:10 +08:00"), "0 +08:00");
  EXPECT_EQ(offset("2026-11-21 03:33:10 -03:30"), "0 -03:30");
  EXPECT_EQ(offset("2025-11-21 14:03:10"), "-31536000 +07:00") << "a year behind";
  EXPECT_EQ(offset("14:03"), "20 +07:00") << "the middle of the minute";
  for (const char* wrong : {"", "14", "14:60", "24:00", "2026-02-30 14:00", "2026-11-21", "14:03 +15:00",
                            "14:03 07:00", "14:03:10 pm", "2026-11-21 14:03:10 +0700"})
    EXPECT_EQ(offset(wrong), "none") << wrong;
}

TEST(Fact, ValuesOfClosedLists) {
  using Pairs = std::vector<std::pair<const char*, const char*>>;
  const Pairs good{{"kind", "sim-box"},
                   {"power", "on"},
                   {"battery", "0"},
                   {"battery", "100"},
                   {"isolation", "cable-pulled"},
                   {"isolated_at", "2026-11-21T16:19:24Z"},
                   {"clock_offset_s", "-30"},
                   {"label", "KK-A-0001"},
                   {"room", "ห้อง 3"}};
  for (const auto& one : good)
    EXPECT_EQ(tools::fault_of(one.first, one.second).value_or("well"), "well") << one.first;
  const Pairs wrong{{"kind", "Phone"},
                    {"power", "ON"},
                    {"battery", "101"},
                    {"battery", "007"},
                    {"battery", "45%"},
                    {"lock", "open"},
                    {"isolated_at", "2026-11-21 16:19"},
                    {"clock_offset_s", "-"},
                    {"clock_offset_s", "1.5"},
                    {"label", "KK/1"},
                    {"label", "-x"},
                    {"room", ""},
                    {"room", "\xff"},
                    {"suspect", "yes"}};
  for (const auto& one : wrong)
    EXPECT_TRUE(tools::fault_of(one.first, one.second)) << one.first << " " << one.second;
}

TEST(Fact, AValueOrItsReasonAndNeverBoth) {
  Json members = Json::object({{"serial", "1"}, {"clock_offset_s", "0"}});
  EXPECT_FALSE(tools::fault_of(members));
  members.set("serial_reason", "torn off");
  EXPECT_TRUE(tools::fault_of(members));
  EXPECT_TRUE(tools::fault_of(Json::object({{"serial", "1"}})));
}

// 490154203237518 is the example of a valid IMEI that is printed most; the others differ in a digit, or swap
// two.
TEST(Fact, AnImeiHasACheckDigit) {
  EXPECT_FALSE(tools::is_mistyped_imei("490154203237518"));
  EXPECT_TRUE(tools::is_mistyped_imei("490154203237519"));
  EXPECT_TRUE(tools::is_mistyped_imei("490154203237581"));
  EXPECT_FALSE(tools::is_mistyped_imei("R58M123")) << "no IMEI at all";
  EXPECT_FALSE(tools::is_mistyped_imei("49015420323751")) << "fourteen digits";
}

}  // namespace
