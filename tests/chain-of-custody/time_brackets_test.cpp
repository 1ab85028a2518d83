// SPDX-License-Identifier: Apache-2.0
// Anchors in a ledger, made by the real writer and two time authorities, forged, renewed and outlived.
#include "chain-of-custody/time_brackets.h"

#include <gtest/gtest.h>

#include "authority.h"
#include "base/time.h"
#include "chain-of-custody/anchoring.h"
#include "chain-of-custody/clock_remarks.h"
#include "forge.h"
#include "other_voices.h"

namespace custody::test {
namespace {

using base::Json;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

const Authority& alpha() {  // its certificate ends after 30 days
  static const Authority authority(AuthorityShape{.days = 30});
  return authority;
}
const Authority& beta() {
  static const Authority authority(AuthorityShape{.name = "Beta", .days = 400});
  return authority;
}
TrustAnchors trusting(const std::vector<const Authority*>& authorities) {
  TrustAnchors anchors = test::trusting(anna());
  for (const Authority* one : authorities) anchors.time_authorities.push_back(one->root());
  return anchors;
}

// A small ledger in a folder, that can be anchored and read again.
struct Anchored {
  TestFolder folder;
  std::unique_ptr<Ledger> ledger = small_ledger(folder);

  LedgerContent content() const { return read_ledger(places_in(folder).folder); }
  base::Event event(const Authority& authority) const {
    const base::Buffer quoted = quoted_checkpoint(content());
    const TimeQuery query = make_query(base::sha256(quoted));
    const TimeToken token = read_reply(authority.reply(query.der));
    return anchor_event(quoted, token);
  }
  void anchor(const Authority& authority) { ledger->append(event(authority)); }
  VerifyReport verify(const std::vector<const Authority*>& authorities) const {
    return verify_whole(content(), trusting(authorities));
  }
};

std::string all_statements(const VerifyReport& report) {
  std::string text;
  for (const std::string& statement : report.statements) text += statement + '\n';
  return text;
}
bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Checks of the tokens alone, as on another day.
VerifyReport on_day(const LedgerContent& content, const std::vector<const Authority*>& authorities, int day) {
  VerifyReport report;
  Findings findings(report);
  const TrustAnchors anchors = trusting(authorities);
  const TimeBrackets brackets(
      read_times(content, TimeAuthorities(anchors.time_authorities, anchors.crls), findings),
      base::now_utc_us() + day * kDay);
  brackets.check_tokens(findings);
  findings.finish("tokens");
  report.statements = brackets.statements({});
  return report;
}

// An anchored ledger as bytes, with what it takes to forge it.
struct Forged : Genuine {
  explicit Forged(const Anchored& from) : Genuine{from.content(), log_key_of(from.folder)} {}
  // Changes the body of the last entry, which is the anchor, has Anna sign it and seals the tree anew.
  std::string with(const std::function<void(Json&)>& change) {
    sign_again(content.entries.back(), anna(), change);
    reseal_it();
    return failed_codes(verify_whole(content, trusting({&alpha()})));
  }
};

TEST(TimeBrackets, AnAnchorSaysWhenTheEntriesWereThereAtTheLatest) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  const VerifyReport report = anchored.verify({&alpha()});
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  const std::string said = all_statements(report);
  EXPECT_TRUE(says(said, "Entries 0 to 6: claimed ")) << said;
  EXPECT_TRUE(says(said, "says the time authority CN=Alpha,O=Test Time.")) << said;
  EXPECT_TRUE(says(said, "Entry 7: claimed ")) << said;
  EXPECT_TRUE(says(said, "nobody else vouches")) << said;
  EXPECT_TRUE(says(said, "The longest time in which nobody else is known to have held a checkpoint")) << said;
}
TEST(TimeBrackets, ATokenThatNobodyTrustsIsNotPossibleAndNotFalse) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  const VerifyReport report = anchored.verify({&beta()});
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(impossible_codes(report), "time.token");
  EXPECT_TRUE(says(all_statements(report), "nobody else vouches"));
  // With a second authority, of whom the verifier knows one, nothing is missing.
  anchored.anchor(beta());
  EXPECT_EQ(anchored.verify({&beta()}).verdict(), Verdict::verified);
}
TEST(TimeBrackets, TheFirstTrustedTokenCounts) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  anchored.ledger->append(check_image(kPhone));
  anchored.anchor(beta());
  VerifyReport report;
  Findings findings(report);
  const auto brackets = [&](const std::vector<const Authority*>& authorities) {
    return TimeBrackets(
        read_times(anchored.content(), TimeAuthorities(trusting(authorities).time_authorities, {}), findings),
        base::now_utc_us());
  };
  const TimeBrackets both = brackets({&alpha(), &beta()}), one = brackets({&beta()});
  EXPECT_EQ(both.not_after_of(6)->by, "the time authority CN=Alpha,O=Test Time");
  EXPECT_EQ(one.not_after_of(6)->by, "the time authority CN=Beta,O=Test Time");
  EXPECT_EQ(both.not_after_of(8)->by, "the time authority CN=Beta,O=Test Time");
  EXPECT_FALSE(both.not_after_of(9).has_value());
  EXPECT_FALSE(both.not_before().has_value());
  // A witness that saw the ledger earlier narrows the bracket of what it saw.
  TimeBrackets witnessed = brackets({&alpha()});
  witnessed.witnessed(3, 5 * kSecond, "the witness w");
  EXPECT_EQ(witnessed.not_after_of(2)->utc_us, 5 * kSecond);
  EXPECT_EQ(witnessed.not_after_of(3)->by, "the time authority CN=Alpha,O=Test Time");
}

// In an edition the anchor is shown, and of what it covers perhaps the leaves alone.
TEST(TimeBrackets, AnchorsCoverWhatIsWithheld) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  LedgerContent content = anchored.content();
  for (std::size_t i = 1; i < 7; ++i) content.entries[i].body.reset();
  EXPECT_EQ(on_day(content, {&alpha()}, 0).verdict(), Verdict::verified);
  flip(content.entries[3].leaf, 100);
  EXPECT_EQ(failed_codes(on_day(content, {&alpha()}, 0)), "time.anchor");
}

TEST(Tamper, T60_AnchorWithTheTokenOfAnotherCheckpoint) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  const base::Event earlier = anchored.event(alpha());
  anchored.ledger->append(check_image(kPhone));
  anchored.anchor(alpha());
  Forged forged(anchored);
  EXPECT_EQ(forged.with([&](Json& body) {
    body.set("token", earlier.members.at("token")).set("stamped", earlier.members.at("stamped"));
  }),
            "time.token");
  const base::Buffer token = base::from_base64(earlier.members.at("token").text());
  EXPECT_FALSE(openssl_accepts(token, quoted_checkpoint(anchored.content()), alpha()));
}
TEST(Tamper, T66_AnchorOfANewerCheckpointOrOfAnotherHistory) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  Forged forged(anchored);
  const auto quoting = [&](std::uint64_t size, const base::Digest& root) {
    const Checkpoint checkpoint{parse_checkpoint(parse_note(forged.content.checkpoint).text).origin, size,
                                root};
    const base::Buffer quoted = signed_checkpoint(checkpoint, forged.key);
    const TimeToken token = read_reply(alpha().reply(make_query(base::sha256(quoted)).der));
    // Token and checkpoint agree, as openssl says; only the ledger shows that there was no such checkpoint.
    EXPECT_TRUE(openssl_accepts(token.der, quoted, alpha()));
    const base::Event event = anchor_event(quoted, token);
    return forged.with([&](Json& body) {
      for (const auto& [name, value] : event.members.members()) body.set(name, value);
    });
  };
  const Checkpoint genuine = parse_checkpoint(parse_note(quoted_checkpoint(forged.content)).text);
  EXPECT_EQ(quoting(9, base::sha256(base::as_bytes("to come"))), "time.anchor");
  EXPECT_EQ(quoting(8, genuine.root), "time.anchor");
  EXPECT_EQ(quoting(7, base::sha256(base::as_bytes("another"))), "time.anchor");
  EXPECT_EQ(quoting(0, base::sha256({})), "time.anchor");
}
TEST(Tamper, AnchorThatStatesAnotherTimeThanItsToken) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("stamped", "2026-01-01T00:00:00Z"); }),
            "time.anchor");
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("authority", "CN=Another"); }), "time.anchor");
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("size", "6"); }), "time.anchor");
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("token", "MAA="); }), "time.token");
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("token", "!"); }), "time.token");
  EXPECT_EQ(Forged(anchored).with([](Json& body) { body.set("checkpoint", "!"); }), "time.anchor");
}

// The genesis holds a token that was made after the anchor's: one of the two is not what it says.
TEST(Tamper, T65_AnchorOlderThanTheLedgersBeginning) {
  LedgerTimes times;
  times.entries = 3;
  const auto stamp = [](std::uint64_t entry, std::uint64_t size, std::int64_t at) {
    Stamp one{entry, size, {}, at - kSecond, at + kSecond};
    one.judgement.outcome = TokenOutcome::trusted;
    one.judgement.proves_until_us = 1000 * kDay;
    return one;
  };
  const auto failed = [&](std::int64_t begins, std::int64_t anchored) {
    times.stamps = {stamp(0, 0, begins), stamp(2, 2, anchored)};
    VerifyReport report;
    Findings findings(report);
    TimeBrackets(times, 100 * kDay).check_tokens(findings);
    return failed_codes(report);
  };
  EXPECT_EQ(failed(10 * kDay, 11 * kDay), "");
  EXPECT_EQ(failed(11 * kDay, 10 * kDay), "time.bracket");
}
// A token that covers an anchor is younger than the token in it.
TEST(Tamper, T65_AnchorOlderThanOneThatItCovers) {
  const auto stamp = [](std::uint64_t entry, std::uint64_t size, std::int64_t at) {
    Stamp one{entry, size, {}, at - kSecond, at + kSecond};
    one.judgement.outcome = TokenOutcome::trusted;
    one.judgement.proves_until_us = 1000 * kDay;
    return one;
  };
  const auto failed = [&](const std::vector<Stamp>& stamps) {
    VerifyReport report;
    Findings findings(report);
    TimeBrackets({stamps, 9}, 100 * kDay).check_tokens(findings);
    return failed_codes(report);
  };
  EXPECT_EQ(failed({stamp(2, 2, 10 * kDay), stamp(5, 4, 11 * kDay)}), "");
  EXPECT_EQ(failed({stamp(2, 2, 10 * kDay), stamp(5, 4, 9 * kDay)}), "time.bracket");
  // Asked earlier and recorded later: it covers nothing of the other.
  EXPECT_EQ(failed({stamp(2, 2, 10 * kDay), stamp(5, 2, 9 * kDay)}), "");
}
TEST(Tamper, T65_ClaimBeforeTheLedgersBeginning) {
  SKIP_WITHOUT_OPENSSL();
  const TestFolder folder;
  GenesisFacts facts = genesis_facts();
  const base::Buffer value = base::random_bytes(32);
  const TimeToken token = read_reply(alpha().reply(make_query(base::sha256(value)).der));
  facts.members.set("not_before", not_before_member(value, token));
  Ledger::create(places_in(folder), facts, anna())->append(add_exhibit(kPhone, "KK-A-0001"));
  Genuine ledger{read_ledger(places_in(folder).folder), log_key_of(folder)};
  const auto verify = [&] { return verify_whole(ledger.content, trusting({&alpha()})); };
  EXPECT_EQ(verify().verdict(), Verdict::verified) << impossible_codes(verify());
  EXPECT_TRUE(says(all_statements(verify()), "not made before 20")) << all_statements(verify());
  sign_again(ledger.content.entries[1], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", base::format_utc(base::now_utc_us() - 60 * kSecond)));
  });
  ledger.reseal_it();
  EXPECT_TRUE(says(failed_codes(verify()), "time.bracket")) << failed_codes(verify());
  EXPECT_TRUE(openssl_accepts(token.der, value, alpha())) << "nothing is wrong with the token";
  if (has_stock_tools()) EXPECT_EQ(ledger.stock(), kStockToolsNoticeNothing);
  // A value that the token is not over.
  sign_again(ledger.content.entries[0], anna(), [&](Json& body) {
    Json member = body.at("not_before");
    body.set("not_before", member.set("value", base::to_base64(base::random_bytes(32))));
  });
  EXPECT_TRUE(says(failed_codes(verify()), "time.token"));
}

TEST(Tamper, T69_ClaimedTimeAfterTheBracket) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  Forged forged(anchored);
  TimeBrackets brackets({{}, 7}, base::now_utc_us());
  brackets.witnessed(7, 1000 * kSecond, "the witness w");
  const auto failed = [&](std::int64_t claimed, std::int64_t signed_at) {
    VerifyReport report;
    Findings findings(report);
    brackets.check_entry(6, claimed, signed_at, findings);
    return failed_codes(report);
  };
  EXPECT_EQ(failed(999 * kSecond, 1000 * kSecond), "");
  EXPECT_EQ(failed(1000 * kSecond, 1000 * kSecond + kClockTolerance_us), "");
  EXPECT_EQ(failed(1000 * kSecond, 1001 * kSecond + kClockTolerance_us), "time.bracket");
  EXPECT_EQ(failed(1001 * kSecond + kClockTolerance_us, 1000 * kSecond), "time.bracket");
  // The same through the whole verification: an entry claims to be of the next hour, and all that follows is
  // made anew over it, with a genuine token.
  const Entry anchor = forged.content.entries.back();
  forged.content.entries.pop_back();
  sign_again(forged.content.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", base::format_utc(base::now_utc_us() + 3600 * kSecond)));
  });
  forged.reseal_it();
  const base::Buffer quoted = quoted_checkpoint(forged.content);
  const base::Event event =
      anchor_event(quoted, read_reply(alpha().reply(make_query(base::sha256(quoted)).der)));
  forged.content.entries.push_back(anchor);
  EXPECT_EQ(forged.with([&](Json& body) {
    for (const auto& [name, value] : event.members.members()) body.set(name, value);
  }),
            "time.bracket time.order");
  EXPECT_TRUE(openssl_accepts(base::from_base64(event.members.at("token").text()), quoted, alpha()));
  if (has_stock_tools()) EXPECT_EQ(forged.stock(), kStockToolsNoticeNothing);
}

TEST(Tamper, T53_CertificateIsJudgedAtTheBracket) {
  ChainResult chain;
  chain.not_before_us = 10 * kDay;
  chain.not_after_us = 20 * kDay;
  const auto judged = [&](std::optional<std::int64_t> bracket, std::int64_t now) {
    TimeBrackets brackets({{}, 1}, now);
    if (bracket) brackets.witnessed(1, *bracket, "the witness w");
    VerifyReport report;
    Findings findings(report);
    brackets.check_validity(0, chain, "somebody", findings);
    return failed_codes(report) + impossible_codes(report);
  };
  EXPECT_EQ(judged(15 * kDay, 1000 * kDay), "");                  // ended since: valid
  EXPECT_EQ(judged({}, 15 * kDay), "");                           // nobody vouches, and it has not ended
  EXPECT_EQ(judged({}, 1000 * kDay), "signature.validity");       // not possible
  EXPECT_EQ(judged(25 * kDay, 15 * kDay), "signature.validity");  // known only after its end
  EXPECT_EQ(judged(5 * kDay, 15 * kDay), "signature.validity");   // known before it was valid
}

TEST(Tamper, T70_AuthorityEndedWithoutRenewalAndWith) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  anchored.anchor(alpha());
  const std::vector<const Authority*> both{&alpha(), &beta()};
  EXPECT_EQ(on_day(anchored.content(), both, 10).verdict(), Verdict::verified);
  // Beta's certificate lives on, Alpha's has ended.
  const VerifyReport ended = on_day(anchored.content(), both, 60);
  EXPECT_EQ(failed_codes(ended), "");
  EXPECT_EQ(impossible_codes(ended), "time.token");
  EXPECT_TRUE(says(all_statements(ended), "nobody else vouches"));
  anchored.anchor(beta());  // over a checkpoint that covers the first anchor
  const VerifyReport renewed = on_day(anchored.content(), both, 60);
  EXPECT_EQ(renewed.verdict(), Verdict::verified) << impossible_codes(renewed);
  EXPECT_TRUE(says(all_statements(renewed), "Alpha")) << all_statements(renewed);
  // Both have ended.
  EXPECT_EQ(impossible_codes(on_day(anchored.content(), both, 500)), "time.token");
}
// What openssl says of the same token on the same days.
TEST(Tamper, T70_OpensslSaysTheSameOfTheToken) {
  SKIP_WITHOUT_OPENSSL();
  Anchored anchored;
  const base::Event event = anchored.event(alpha());
  const TestFolder folder;
  base::write_durably(folder / "token", base::from_base64(event.members.at("token").text()));
  base::write_durably(folder / "data", base::from_base64(event.members.at("checkpoint").text()));
  const auto accepted = [&](int day) {
    return runs("cd " + folder.path().string() +
                " && openssl ts -verify -token_in -in token -data data -attime " +
                std::to_string((base::now_utc_us() + day * kDay) / kSecond) + " -CAfile " +
                alpha().root_pem().string());
  };
  EXPECT_TRUE(accepted(10));
  EXPECT_FALSE(accepted(60));
}
// Renewal came too late: it was made when the older token proved nothing any more.
TEST(Tamper, T70_RenewalAfterTheEndIsNone) {
  LedgerTimes times;
  times.entries = 4;
  const auto stamp = [](std::uint64_t entry, std::int64_t at, std::int64_t until) {
    Stamp one{entry, entry, {}, at, at};
    one.judgement.outcome = TokenOutcome::trusted;
    one.judgement.proves_until_us = until;
    return one;
  };
  times.stamps = {stamp(1, 1 * kDay, 10 * kDay), stamp(2, 5 * kDay, 30 * kDay),
                  stamp(3, 40 * kDay, 90 * kDay)};
  const TimeBrackets brackets(times, 50 * kDay);
  EXPECT_FALSE(brackets.proves(0));  // renewed by the second, which was not renewed in time
  EXPECT_FALSE(brackets.proves(1));
  EXPECT_TRUE(brackets.proves(2));
  EXPECT_EQ(brackets.not_after_of(0)->utc_us, 40 * kDay);
  times.stamps[2].earliest_us = times.stamps[2].latest_us = 20 * kDay;
  const TimeBrackets in_time(times, 50 * kDay);
  EXPECT_TRUE(in_time.proves(0));
  EXPECT_EQ(in_time.renewed_by(0), 1u);
  EXPECT_EQ(in_time.not_after_of(0)->utc_us, 1 * kDay);
}

TEST(Tamper, T67_StepsOfTheWallClockAndNewBootsAreSaid) {
  ClockRemarks remarks;
  EXPECT_TRUE(remarks.next("entry 0", "a", 1000, 1000 * kSecond));
  EXPECT_TRUE(remarks.next("entry 1", "a", 61'000, 1060 * kSecond));
  EXPECT_TRUE(remarks.sentences().empty());
  EXPECT_TRUE(remarks.next("entry 2", "a", 62'000, 961 * kSecond));
  EXPECT_TRUE(remarks.next("entry 3", "a", 63'000, 2062 * kSecond));
  EXPECT_TRUE(remarks.next("entry 4", "b", 10, 2100 * kSecond));
  EXPECT_TRUE(remarks.next("entry 5", "c", 10, 1100 * kSecond));
  EXPECT_FALSE(remarks.next("entry 6", "c", 9, 1100 * kSecond));  // T68
  const std::vector<std::string> expected{"The wall clock was set back by 100 seconds before entry 2.",
                                          "The wall clock was set forward by 1100 seconds before entry 3.",
                                          "The wall clock was set back by 1000 seconds before entry 5.",
                                          "The machine was started anew before entry 4, entry 5."};
  EXPECT_EQ(remarks.sentences(), expected);
}
TEST(ClockRemarks, NumbersOfStrangersDoNotOverflow) {
  ClockRemarks remarks;
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(remarks.next("entry 0", "a", -largest, 0));
  EXPECT_TRUE(remarks.next("entry 1", "a", largest, 0));
  EXPECT_FALSE(remarks.next("entry 2", "a", -largest, 0));
}

}  // namespace
}  // namespace custody::test
