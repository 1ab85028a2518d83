// SPDX-License-Identifier: Apache-2.0
// Until when a kept ledger proves what, on several days of its life.
#include "chain-of-custody/time_archive.h"

#include <gtest/gtest.h>

#include "authority.h"
#include "base/error.h"
#include "base/time.h"
#include "chain-of-custody/anchoring.h"
#include "forge.h"

namespace custody::test {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

Stamp stamp(std::uint64_t entry, std::uint64_t size, std::int64_t at, std::int64_t until) {
  Stamp one{entry, size, {}, at, at};
  one.judgement.outcome = TokenOutcome::trusted;
  one.judgement.authority = "CN=Alpha";
  one.judgement.proves_until_us = until;
  return one;
}

// The genuine small ledger, as if these tokens were in it: "kind what: state" of each line.
std::vector<std::string> states(const std::vector<Stamp>& stamps, std::int64_t now, int within,
                                TimeBrackets::Belief belief = TimeBrackets::Belief::trusted) {
  const LedgerContent content = genuine()->content;
  const TimeBrackets brackets({stamps, content.entries.size()}, now, belief);
  std::vector<std::string> lines;
  for (const ArchiveLine& line : archive_lines(content, brackets, now, now + within * kDay))
    lines.push_back(line.what + ": " + std::string(name_of(line.lasting)));
  return lines;
}
const std::string& anna_is() {
  static const std::string subject = anna().subject();
  return subject;
}

// Anna's certificate was made now, for 30 days.
TEST(Archive, SignaturesLastAsLongAsTheirCertificate) {
  const std::int64_t now = base::now_utc_us();
  using Lines = std::vector<std::string>;
  EXPECT_EQ(states({}, now, 10), Lines{anna_is() + ": lasts"});
  EXPECT_EQ(states({}, now, 90), Lines{anna_is() + ": renew now"});
  EXPECT_EQ(states({}, now + 60 * kDay, 90), Lines{anna_is() + ": ended"});
}
TEST(Archive, AnchorsCarryOn) {
  const std::int64_t now = base::now_utc_us(), late = now + 60 * kDay;
  const Stamp short_lived = stamp(3, 3, now, now + 20 * kDay);
  const Stamp whole = stamp(7, 7, now + kDay, now + 1000 * kDay);
  const Stamp too_late = stamp(7, 7, now + 40 * kDay, now + 1000 * kDay);
  using Lines = std::vector<std::string>;
  EXPECT_EQ(states({short_lived}, now, 10), (Lines{"entry 3: lasts", anna_is() + ": lasts"}));
  EXPECT_EQ(states({short_lived}, now, 90), (Lines{"entry 3: renew now", anna_is() + ": renew now"}));
  EXPECT_EQ(states({short_lived}, late, 90), (Lines{"entry 3: ended", anna_is() + ": ended"}));
  EXPECT_EQ(states({short_lived, whole}, late, 90),
            (Lines{"entry 3: renewed", "entry 7: lasts", anna_is() + ": renewed"}));
  EXPECT_EQ(states({short_lived, too_late}, late, 90),
            (Lines{"entry 3: ended", "entry 7: lasts", anna_is() + ": ended"}));
}
TEST(Archive, WhatYouDoNotTrustIsNotCounted) {
  const std::int64_t now = base::now_utc_us();
  Stamp foreign = stamp(7, 7, now, now + 1000 * kDay);
  foreign.judgement.outcome = TokenOutcome::untrusted;
  using Lines = std::vector<std::string>;
  EXPECT_EQ(states({foreign}, now, 90), (Lines{"entry 7: not counted", anna_is() + ": renew now"}));
  EXPECT_EQ(states({foreign}, now, 90, TimeBrackets::Belief::sound),
            (Lines{"entry 7: lasts", anna_is() + ": renewed"}));
}

TEST(PendingQueries, AreRememberedUntilTheyAreAnswered) {
  SKIP_WITHOUT_OPENSSL();
  const TestFolder folder;
  const Authority authority;
  const PendingQueries queries(folder / "q");
  const base::Buffer about = base::to_buffer(base::as_bytes("about this"));
  const TimeQuery first = queries.ask(about), second = queries.ask(about);
  const TimeToken token = read_reply(authority.reply(first.der));
  const auto found = queries.find(token);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->about, about);
  EXPECT_EQ(found->query.nonce, first.nonce);
  EXPECT_NE(found->query.nonce, second.nonce);
  queries.forget(first);
  EXPECT_FALSE(queries.find(token).has_value());
  TimeToken nameless = token;
  nameless.nonce.clear();
  EXPECT_FALSE(queries.find(nameless).has_value());
  nameless.nonce.assign(5000, std::byte{'a'});
  EXPECT_FALSE(queries.find(nameless).has_value());
}
TEST(Anchoring, KnowsItsOwnEarlierStates) {
  const auto ledger = genuine();
  const base::Buffer quoted = quoted_checkpoint(ledger->content);
  EXPECT_EQ(size_of_quoted(quoted), ledger->content.entries.size());
  EXPECT_TRUE(is_earlier_state(quoted, ledger->content));
  EXPECT_FALSE(is_earlier_state(quoted, another_genuine()->content));
  LedgerContent shorter = ledger->content;
  shorter.entries.pop_back();
  EXPECT_FALSE(is_earlier_state(quoted, shorter));
  EXPECT_TRUE(latest_claim(7, ledger->content).has_value());
  EXPECT_FALSE(latest_claim(0, ledger->content).has_value());
  LedgerContent foreign = ledger->content;
  foreign.checkpoint = another_genuine()->content.checkpoint;
  EXPECT_THROW(quoted_checkpoint(foreign), base::Error);
}

}  // namespace
}  // namespace custody::test
