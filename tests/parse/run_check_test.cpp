// SPDX-License-Identifier: Apache-2.0
#include "parse/run_check.h"

#include <random>

#include <gtest/gtest.h>

#include "base/records.h"
#include "parse/worker_file.h"
#include "tests/support/extractor_harness.h"

namespace parse {
namespace {

const ExtractorFacts kFacts{"test_lines", 1, {"message"}};
const base::Locator kFile("/a.lines");

struct Lines {
  std::string message, source;
  base::Json known;
};

// What an honest worker says of one message in one file.
Lines honest() {
  const std::uint32_t ordinal = source_ordinal("test_lines", kFile);
  const auto id = [&](const base::Position& position, std::string_view type, std::uint32_t number) {
    return base::record_id(kHarnessRun.exhibit_uid, kHarnessRun.acquisition, kFile, position,
                           base::State::live, type, number);
  };
  base::Message message;
  message.app = base::Word{"lines"};
  message.text = base::Text{"a text of some length, 转账USDT"};
  message.time = base::time_from_unix_ms(1'700'000'000'000);
  message.recipients = {id(base::Range{5, 9}, "participant", 0)};
  base::Record record = base::record_of(message, {id(base::Whole{}, "source", ordinal), base::Range{0, 5}});
  record.id = id(base::Range{0, 5}, "message", 0);
  record.extractor = "test_lines/1";
  base::Source facts;
  facts.path = base::Text{kFile.encoded()};
  facts.size = 5;
  base::Record source = base::record_of(facts, {"", base::Whole{}, base::State::live, ordinal});
  source.id = record.place.source;
  source.extractor = "test_lines/1";
  return {
      base::line_of(record), base::line_of(source),
      base::Json::object({{"locator", kFile.encoded()}, {"ordinal", static_cast<std::int64_t>(ordinal)}})};
}

TEST(PairCheck, TakesWhatIsHonest) {
  const Lines lines = honest();
  PairCheck check(kHarnessRun, kFacts, kFile);
  check.source_known(lines.known);
  check.record(base::as_bytes(lines.message));
  check.source(base::as_bytes(lines.source));
  check.done(base::Json::object({{"outcome", "parsed"}}));
  EXPECT_EQ(check.records(), 1u);
  EXPECT_EQ(check.outcome(), "parsed");
}

TEST(PairCheck, HoldsToTheOrderOfSources) {
  const Lines lines = honest();
  PairCheck check(kHarnessRun, kFacts, kFile);
  EXPECT_THROW(check.record(base::as_bytes(lines.message)), ProtocolError);
  EXPECT_THROW(check.source(base::as_bytes(lines.source)), ProtocolError);
  EXPECT_THROW(check.done(base::Json::object({{"outcome", "parsed"}})), ProtocolError);
  check.source_known(lines.known);
  EXPECT_THROW(check.source_known(lines.known), ProtocolError);
  EXPECT_THROW(check.done(base::Json::object({{"outcome", "parsed"}})), ProtocolError);
  check.source(base::as_bytes(lines.source));
  EXPECT_THROW(check.source(base::as_bytes(lines.source)), ProtocolError);
  EXPECT_THROW(check.record(base::as_bytes(lines.source)), ProtocolError);
}

// One to three changed bytes: what passes is still the canonical line of a record of this pair; nothing but a
// ProtocolError comes out.
TEST(PairCheck, SurvivesChangedLines) {
  const Lines lines = honest();
  std::mt19937 random(20'261'121);
  constexpr int kTurns = 20'000;
  int refused = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    const bool of_source = random() % 4 == 0;
    std::string line = of_source ? lines.source : lines.message;
    for (unsigned i = 0; i <= random() % 3; ++i)
      line[random() % line.size()] = static_cast<char>(random() & 0xffu);
    PairCheck check(kHarnessRun, kFacts, kFile);
    check.source_known(lines.known);
    try {
      of_source ? check.source(base::as_bytes(line)) : check.record(base::as_bytes(line));
      EXPECT_EQ(base::line_of(base::record_from_line(base::as_bytes(line))), line);
    } catch (const ProtocolError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kTurns / 3);  // letters of the text may change: then the line is another honest one
}

}  // namespace
}  // namespace parse
