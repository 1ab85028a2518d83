// SPDX-License-Identifier: Apache-2.0
// A source that goes away while it is read: it is waited for, and gone on with where it stopped. Never zeros.
#include "acquire/identity.h"
#include "acquire/rescue_run.h"
#include "acquire_support.h"
#include "faulty_source.h"

using namespace acquire_test;

namespace {

constexpr std::size_t kMedia = 9'001 * 512;

acquire::Plan plan_in(const fs::path& folder) {
  acquire::Plan plan;
  plan.folder = folder;
  plan.stem = "x";
  return plan;
}

TEST(Pause, TheSameSourceGoesOnWhereItStopped) {
  const auto media = media_without_zeros(kMedia);
  for (const bool rescue : {false, true}) {
    for (const std::uint64_t answers : {25u, 33u, 40u}) {
      const TempFolder folder;
      FaultySource source(media, 512);
      source.bad = {5'000, 9'000};
      source.answers_left = answers;  // the first ones tell which device it is
      auto plan = plan_in(folder.path());
      int waited = 0;
      plan.wait_for_source = [&](const std::stop_token&) {
        ++waited;
        auto back = std::make_unique<FaultySource>(media, 512);
        back->bad = source.bad;
        if (waited == 1) back->answers_left = 3;
        return back;
      };
      const auto report =
          rescue ? acquire::acquire_by_rescue(source, plan, {}, {}) : acquire::acquire(source, plan, {}, {});
      EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << report.trouble;
      EXPECT_EQ(report.bad, (std::vector<image::SectorRange>{{5'000, 1}, {9'000, 1}}));
      EXPECT_GE(waited, 1) << answers;
      ASSERT_EQ(report.pauses.size(), static_cast<std::size_t>(waited));
      EXPECT_EQ(report.pauses[0].path, "/dev/of-a-test");
      auto expected = media;
      for (const std::size_t sector : {5'000u, 9'000u})
        std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(sector * 512), 512, std::byte{0});
      EXPECT_TRUE(read_image(folder / "x.E01") == expected);
    }
  }
}

TEST(Pause, WhatDoesNotComeBackEndsTheAttemptAndNotTheAcquisition) {
  const TempFolder folder;
  const auto media = media_without_zeros(kMedia);
  FaultySource source(media, 512);
  source.answers_left = 18;  // 16 tell which device it is, of five blocks two are read
  auto plan = plan_in(folder.path());
  plan.wait_for_source = [](const std::stop_token&) { return nullptr; };
  const auto first = acquire::acquire(source, plan, {}, {});
  EXPECT_EQ(first.outcome, acquire::Outcome::failed);
  EXPECT_EQ(first.bad_bytes, 0u);
  FaultySource back(media, 512);
  const auto second = acquire::acquire(back, plan, {}, {});
  EXPECT_EQ(second.outcome, acquire::Outcome::complete) << second.trouble;
  EXPECT_EQ(second.media_digests, digests_of(media));
  EXPECT_EQ(second.attempts.size(), 2u);
}

TEST(Pause, AnotherSizeIsNotTheSameSource) {
  const TempFolder folder;
  const auto media = media_without_zeros(kMedia);
  FaultySource source(media, 512);
  source.answers_left = 18;  // 16 tell which device it is, of five blocks two are read
  auto plan = plan_in(folder.path());
  plan.wait_for_source = [](const std::stop_token&) {
    return std::make_unique<FaultySource>(media_without_zeros(kMedia + 512), 512);
  };
  EXPECT_EQ(acquire::acquire(source, plan, {}, {}).outcome, acquire::Outcome::failed);
}

// A real block device that is taken away and comes back under another name: found by what it is.
TEST(Pause, ALoopDeviceThatComesBackUnderAnotherName) {
  const TempFolder folder;
  // No two runs alike: a loop device that a run which was killed left behind is not this one.
  const auto media = media_without_zeros(kMedia, std::random_device()());
  put_file(folder / "disk", media);
  std::string name;
  acquire::Identity identity;
  {
    const LoopDevice loop(folder / "disk");
    if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
    name = loop.path();
    identity = acquire::identity_of(*acquire::open_source(name));
  }
  put_file(folder / "other", media_without_zeros(kMedia, 2));
  const auto in_its_place = LoopDevice::named(name, folder / "other");
  if (in_its_place.path().empty()) GTEST_SKIP() << "another program took " << name << " meanwhile";
  const LoopDevice back(folder / "disk");
  ASSERT_NE(back.path(), name) << "the other device has the name now";
  auto plan = plan_in(folder.path());
  FaultySource source(media, 512);
  source.answers_left = 18;  // 16 tell which device it is, of five blocks two are read
  plan.wait_for_source = [&](const std::stop_token&) { return acquire::find_again(identity, name); };
  const auto report = acquire::acquire(source, plan, {}, {});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  ASSERT_EQ(report.pauses.size(), 1u);
  EXPECT_EQ(report.pauses[0].path, back.path());
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
}

}  // namespace
