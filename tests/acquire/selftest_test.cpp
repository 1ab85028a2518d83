// SPDX-License-Identifier: Apache-2.0
// The self-test passes here, sees what is wrong, and says what it could not test. It images some 200 MB, so
// that one run serves several tests.
#include "acquire/selftest.h"

#include "acquire/selftest_media.h"
#include "acquire_support.h"
#include "cftt_support.h"

using namespace acquire_test;
using acquire::SelftestResult;

namespace {

TEST(Selftest, PassesHereAndLeavesTheFolderAsItWas) {
  const TempFolder folder;
  std::size_t told = 0;
  const auto report = acquire::selftest(
      {.scratch = folder.path(),
       .progress = [&told](const std::string&, std::size_t done, std::size_t) { EXPECT_EQ(done, told++); },
       .stop = {}});
  for (const auto& one : report.assertions)
    EXPECT_EQ(one.result, SelftestResult::passed) << one.code << ": " << one.seen;
  EXPECT_EQ(told, report.assertions.size());
  EXPECT_GE(told, 15u);
  EXPECT_TRUE(fs::is_empty(folder.path()));
  const std::string text = report.to_json().canonical();
  const auto json = base::parse_profile(base::as_bytes(text));  // throws unless it is canonical
  EXPECT_EQ(json.at("passed").integer(), static_cast<std::int64_t>(told));
  EXPECT_EQ(text.find(folder.path().string()), std::string::npos) << "a folder's name is no part of it";
  EXPECT_EQ(json.at("program_sha256").text(),
            base::sha256(base::read_file(fs::read_symlink("/proc/self/exe"), 1u << 30)).hex());
}

TEST(Selftest, SaysWhatASmallFolderLeavesUntested) {
  const TempFolder folder;
  const MountedPlace small("mount -t tmpfs -o size=8m none", folder / "small");
  if (!small.ok) GTEST_SKIP() << "mounting needs root";
  const auto report = acquire::selftest({.scratch = folder / "small", .progress = {}, .stop = {}});
  EXPECT_EQ(report.count(SelftestResult::failed), 0u);
  EXPECT_EQ(report.count(SelftestResult::passed), 4u) << "those of the machine need no disk";
  for (const auto& one : report.assertions) {
    if (one.result == SelftestResult::passed) continue;
    EXPECT_NE(one.seen.find("bytes free, and this needs"), std::string::npos) << one.seen;
  }
  EXPECT_TRUE(fs::is_empty(folder / "small"));
}

TEST(Selftest, StoppedItTestsNoMore) {
  const TempFolder folder;
  std::stop_source stop;
  const auto report =
      acquire::selftest({.scratch = folder.path(),
                         .progress = [&stop](const std::string&, std::size_t done,
                                             std::size_t) { done == 2 && stop.request_stop(); },
                         .stop = stop.get_token()});
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.count(SelftestResult::passed), 2u);
  EXPECT_EQ(report.assertions.back().result, SelftestResult::not_run);
}

TEST(Selftest, WithoutAFolderNothingIsTested) {
  EXPECT_THROW(acquire::selftest({.scratch = "/nowhere", .progress = {}, .stop = {}}), base::Error);
}

// What its comparison must see: everything that assertions rest on.
TEST(Selftest, AMisplacedOrZeroedSectorIsSeen) {
  const auto media = acquire::numbered_media(100 * 512);
  EXPECT_EQ(acquire::first_difference(media, media, 512), "");
  auto shifted = media;
  std::copy(media.begin() + 42 * 512, media.end(), shifted.begin() + 41 * 512);
  EXPECT_EQ(acquire::first_difference(shifted, media, 512), "sector 41 holds what begins as sector 42");
  auto zeroed = media;
  std::fill_n(zeroed.begin() + 7 * 512, 512, std::byte{0});
  EXPECT_EQ(acquire::first_difference(zeroed, media, 512), "sector 7 holds zeros");
  EXPECT_EQ(acquire::first_difference(zeroed, media, 512, {{7, 1}}), "");
  EXPECT_EQ(acquire::first_difference(media, media, 512, {{7, 1}}), "sector 7 holds what begins as sector 7");
  auto flipped = media;
  flipped.back() ^= std::byte{1};
  EXPECT_EQ(acquire::first_difference(flipped, media, 512), "sector 99 holds what begins as sector 99");
  EXPECT_EQ(acquire::first_difference(base::Bytes(media).first(512), media, 512),
            "there are 512 bytes instead of 51200");
}

}  // namespace
