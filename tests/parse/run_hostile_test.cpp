// SPDX-License-Identifier: Apache-2.0
// A worker that was taken over by the evidence says anything. The parent goes on, keeps nothing of the pair
// in which it lied, and says so. Each lie is one name of evidence (tests/support/hostile_worker.cpp).
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/run_fixture.h"

namespace parse {
namespace {

TestRun run_with(const std::string& lie, bool weak = false) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / lie);
  RunOptions options = options_for(hostile_worker());
  options.allow_weak_sandbox = weak;
  return run_over(folder.path() / lie, options);
}

class PairLie : public testing::TestWithParam<const char*> {};

TEST_P(PairLie, CostsItsPairAndNoOther) {
  const TestRun found = run_with(GetParam());
  ASSERT_EQ(found.of("message").size(), 1u);
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"worker_died at /a.lines"});
  const auto sources = found.of("source");
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(text(*sources[0], "outcome"), "failed");
  EXPECT_EQ(found.of("message")[0]->place.source, sources[1]->id);
  EXPECT_EQ(found.of("segment").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, PairLie,
                         testing::Values("frame_too_long", "frame_of_no_length", "frame_of_unknown_kind",
                                         "frame_cut", "line_not_json", "line_not_canonical", "id_of_another",
                                         "extractor_of_another", "source_unknown", "type_of_another",
                                         "source_of_another_file", "source_missing", "outcome_of_its_own",
                                         "hello_again", "no_end_of_records"),
                         [](const auto& info) { return std::string(info.param); });

TEST(HostileWorker, TellsTheTruthOtherwise) {
  const TestRun found = run_with("no_lie");
  EXPECT_EQ(found.of("message").size(), 2u);
  EXPECT_TRUE(found.anomalies().empty());
}

class ListLie : public testing::TestWithParam<const char*> {};

TEST_P(ListLie, LeavesWhatWasClaimedBefore) {
  const TestRun found = run_with(GetParam());
  ASSERT_FALSE(found.anomalies().empty());
  EXPECT_EQ(found.anomalies().back(), "listing_cut at ");
  EXPECT_EQ(integer(*found.of("tree_count").at(0), "files"), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(All, ListLie,
                         testing::Values("claim_of_unknown", "locator_with_escape", "list_without_end"),
                         [](const auto& info) { return std::string(info.param); });

TEST(HostileWorker, DeathBeforeItsHelloIsAnError) {
  EXPECT_THROW(run_with("dies_at_once"), base::Error);
}

TEST(WeakSandbox, IsRefusedUnlessAllowed) {
  try {
    run_with("no_seccomp");
    FAIL() << "went on without the system-call filter";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("seccomp"), std::string::npos);
    EXPECT_NE(error.advice.find("--weak-sandbox"), std::string::npos);
  }
  const TestRun found = run_with("no_seccomp", true);
  EXPECT_FALSE(found.outcome.sandbox.complete());
  EXPECT_EQ(found.of("message").size(), 2u);
}

}  // namespace
}  // namespace parse
