// SPDX-License-Identifier: Apache-2.0
// Rescue from sources in memory: what is lost, what is said to be bad, what an interruption changes.
#include "acquire/rescue.h"

#include "acquire_support.h"
#include "faulty_source.h"

using namespace acquire_test;
using acquire::BlockStatus;
using acquire::RescueMap;
using acquire::RescueOptions;
using acquire::RescueResult;
using End = acquire::RescueResult::End;

namespace {

struct Rescued {
  RescueResult result;
  base::Buffer raw;
  std::string map;
};

class Files {
 public:
  fs::path raw() const { return folder_ / "x.dd"; }
  fs::path map() const { return folder_ / "x.map"; }
  Rescued rescue(FaultySource& source, const RescueOptions& options = {}, std::stop_token stop = {},
                 const acquire::ProgressCallback& progress = {}) const {
    auto result = acquire::rescue(source, raw(), map(), options, progress, std::move(stop));
    auto bytes = base::read_file(map());
    return {std::move(result), base::read_file(raw()), std::string(base::as_text(bytes))};
  }

 private:
  TempFolder folder_;
};

void expect_all_rescued(const Rescued& rescued, const FaultySource& source, const std::string& what) {
  EXPECT_EQ(rescued.result.end, End::finished) << what << rescued.result.trouble;
  EXPECT_EQ(rescued.result.map.bad(source.sector()), source.bad_ranges()) << what;
  EXPECT_EQ(rescued.result.map.unfinished(source.sector()), source.bad_ranges()) << what;
  EXPECT_TRUE(rescued.raw == source.media_with_zeros()) << what;
  EXPECT_EQ(rescued.map, rescued.result.map.text()) << what;
  EXPECT_EQ(rescued.result.map.position().phase, BlockStatus::finished) << what;
}

// 150 for each size of sector: 25 of each kind of damage, with sources and blocks of changing sizes.
void each_damage(std::uint32_t sector, const std::function<void(FaultySource&, const std::string&)>& body) {
  std::mt19937 random(sector);
  const auto media = media_without_zeros(400 * sector);
  for (int round = 0; round < 25; ++round) {
    for (const Damage kind : kDamages) {
      const std::uint64_t sectors = 100 + random() % 300;
      FaultySource source({media.begin(), media.begin() + static_cast<std::ptrdiff_t>(sectors * sector)},
                          sector);
      source.bad = damaged_sectors(kind, sectors, random);
      source.completes_partly = round % 2 == 1;
      body(source, "sectors of " + std::to_string(sector) + ", round " + std::to_string(round) + ", damage " +
                       std::to_string(static_cast<int>(kind)) + "\n");
    }
  }
}

void rescue_each_damage(std::uint32_t sector) {
  std::mt19937 random(1);
  each_damage(sector, [&](FaultySource& source, const std::string& what) {
    const std::size_t copy_bytes = sector * (1 + random() % 40);
    const Files files;
    expect_all_rescued(files.rescue(source, {.copy_bytes = copy_bytes}), source, what);
    for (const auto& [number, tries] : source.tries) ASSERT_LE(tries, 2u) << what << "sector " << number;
    EXPECT_EQ(source.tries.size(), (source.media().size() + sector - 1) / sector);
  });
}

TEST(Rescue, LosesNothingReadable512) {
  rescue_each_damage(512);
}
TEST(Rescue, LosesNothingReadable4096) {
  rescue_each_damage(4096);
}

void acquire_each_damage(std::uint32_t sector) {
  int round = 0;
  each_damage(sector, [&](FaultySource& source, const std::string& what) {
    const TempFolder folder;
    acquire::Plan plan{.folder = folder.path(), .stem = "x"};
    if (++round % 3 != 0) plan.format = acquire::OutputFormat::raw;
    const auto report = acquire::acquire(source, plan, {}, {});
    ASSERT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << what << report.trouble;
    EXPECT_EQ(report.bad, source.bad_ranges()) << what;
    EXPECT_EQ(report.bad_bytes, source.bad.size() * sector) << what;
    expect_sum(report);
    const auto expected = source.media_with_zeros();
    EXPECT_EQ(report.media_digests, digests_of(expected)) << what;
    EXPECT_TRUE(read_image(folder / report.files.at(0).name) == expected) << what;
  });
}

TEST(AcquireDamaged, LosesNothingReadable512) {
  acquire_each_damage(512);
}
TEST(AcquireDamaged, LosesNothingReadable4096) {
  acquire_each_damage(4096);
}

TEST(Rescue, AnOddSizeEndsWithAShorterSector) {
  for (const bool last_is_bad : {false, true}) {
    FaultySource source(media_without_zeros(100'001), 512);
    source.bad = {3, 100};
    if (last_is_bad) source.bad.insert(195);
    const Files files;
    expect_all_rescued(files.rescue(source, {.copy_bytes = 8192}), source, "");
  }
}

TEST(Rescue, AnEmptyAndASoundSource) {
  for (const std::size_t bytes : {0u, 512u, 3u << 20}) {
    FaultySource source(media_without_zeros(bytes), 512);
    const Files files;
    expect_all_rescued(files.rescue(source), source, std::to_string(bytes));
    EXPECT_EQ(source.requests.size(), (bytes + (1 << 20) - 1) >> 20) << "large reads only";
  }
}

// The good end of the disk is safe before the bad beginning is read again.
TEST(Rescue, LeavesBadPlacesFastAndComesBack) {
  FaultySource source(media_without_zeros(4000 * 512), 512);
  for (std::uint64_t number = 100; number < 600; ++number) source.bad.insert(number);
  const Files files;
  const auto rescued = files.rescue(source, {.copy_bytes = 8 * 512});
  expect_all_rescued(rescued, source, "");
  std::size_t failed_before_end = 0;
  for (const auto& request : source.requests) {
    if (request.offset + request.size == 4000 * 512) break;
    failed_before_end += request.offset >= 100 * 512 && request.offset < 600 * 512 ? 1 : 0;
  }
  EXPECT_LE(failed_before_end, 8u) << "of 63 blocks of the bad place";
  // Each bad sector: once in a block, once by itself. Nothing by itself that a block had given.
  std::size_t single = 0;
  for (const auto& request : source.requests) single += request.size == 512 ? 1 : 0;
  EXPECT_LE(single, 500u + 2 * 8);
}

TEST(Rescue, RunsOfZerosTakeNoRoom) {
  FaultySource source(base::Buffer(64u << 20), 512);
  source.bad = {70'000};
  const Files files;
  expect_all_rescued(files.rescue(source), source, "");
  const auto ran = run("stat -c %b " + files.raw().string());
  EXPECT_LE(std::stoul(ran.output), 4096u) << "blocks of 512 bytes, of 131072";
}

TEST(Rescue, InterruptedAtAnyReadAndResumedItGivesTheSame) {
  std::mt19937 random(11);
  const auto media = media_without_zeros(3000 * 512);
  for (int moment = 0; moment < 50; ++moment) {
    FaultySource source(media, 512);
    source.bad = damaged_sectors(kDamages[moment % 4], 3000, random);
    const RescueOptions options{.retries = 2, .copy_bytes = 16 * 512};
    const Files whole_files, files;
    const auto whole = whole_files.rescue(source, options);
    expect_all_rescued(whole, source, "");
    const std::size_t in_all = source.requests.size();
    source.requests.clear();
    // Stopped by its progress callback, which comes with every read where the clock runs a second a look.
    class Hasty final : public acquire::RescueClock {
     public:
      std::chrono::nanoseconds now() override { return now_ += std::chrono::seconds(1); }
      void wait(std::chrono::nanoseconds) override {}

     private:
      std::chrono::nanoseconds now_{0};
    } clock;
    RescueOptions interrupted = options;
    interrupted.clock = &clock;
    interrupted.save_interval = std::chrono::seconds(1'000'000);
    unsigned stops = 0;
    for (std::size_t until = random() % in_all;; until += 1 + random() % in_all) {
      std::stop_source stop;
      const auto part = files.rescue(source, interrupted, stop.get_token(), [&](const auto&) {
        if (source.requests.size() >= until) stop.request_stop();
      });
      EXPECT_EQ(RescueMap::parse(part.map), part.result.map);
      if (part.result.end == End::finished) break;
      ASSERT_EQ(part.result.end, End::stopped);
      EXPECT_FALSE(part.result.trouble.empty());
      ++stops;
    }
    EXPECT_GE(stops, 1u);
    const auto resumed = files.rescue(source, {.copy_bytes = options.copy_bytes});
    EXPECT_TRUE(resumed.raw == whole.raw) << "moment " << moment;
    EXPECT_EQ(resumed.map, whole.map) << "moment " << moment;
  }
}

TEST(Rescue, OfASourceThatIsGoneNothingIsBad) {
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    FaultySource source(media_without_zeros(2000 * 512), 512);
    source.bad = damaged_sectors(kDamages[round % 4], 2000, random);
    const Files files;
    const RescueOptions options{.retries = 1, .copy_bytes = 8192};
    RescueResult::End end = End::gone;
    for (unsigned times_gone = 0; end != End::finished; ++times_gone) {
      ASSERT_LT(times_gone, 1000u);
      source.answers_left = random() % 200;
      const auto rescued = files.rescue(source, options);
      end = rescued.result.end;
      for (const auto& range : rescued.result.map.bad(512)) {
        for (std::uint64_t number = range.first; number < range.first + range.count; ++number)
          ASSERT_TRUE(source.bad.contains(number)) << number << " is called bad";
      }
      if (end != End::finished) ASSERT_EQ(end, End::gone);
      if (times_gone == 0 && source.answers_left == 0 && source.requests.empty()) {
        EXPECT_EQ(rescued.result.map.bytes(BlockStatus::non_tried), 2000u * 512);
      }
    }
    source.answers_left = ~std::uint64_t{0};
    expect_all_rescued(files.rescue(source, options), source, "");
  }
}

TEST(Rescue, RetriesGetSectorsThatFailSomeTimes) {
  for (unsigned failures = 1; failures <= 6; ++failures) {
    for (unsigned retries = 0; retries <= 5; ++retries) {
      FaultySource source(media_without_zeros(200 * 512), 512);
      // Each alone in its block: the block fails for it, then the sector by itself, so two tries before.
      for (const std::uint64_t number : {0u, 37u, 77u, 199u}) source.failures_left[number] = failures;
      const Files files;
      const auto rescued = files.rescue(source, {.retries = retries, .copy_bytes = 8 * 512});
      const bool got = retries + 2 > failures;
      EXPECT_EQ(rescued.result.end, End::finished);
      EXPECT_EQ(rescued.result.map.bytes(BlockStatus::bad), got ? 0u : 4u * 512)
          << failures << " failures, " << retries << " retries";
      if (got) EXPECT_TRUE(rescued.raw == source.media());
    }
  }
}

TEST(Rescue, RetriesTurnRoundAfterEachPass) {
  FaultySource source(media_without_zeros(100 * 512), 512);
  source.bad = {10, 50, 90};
  const Files files;
  files.rescue(source, {.copy_bytes = 512});
  source.requests.clear();
  files.rescue(source, {.retries = 3, .copy_bytes = 512});
  std::vector<std::uint64_t> order;
  for (const auto& request : source.requests) order.push_back(request.offset / 512);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{10, 50, 90, 90, 50, 10, 10, 50, 90}));
}

TEST(Rescue, AnInterruptedRetryGoesOnInItsPass) {
  FaultySource source(media_without_zeros(100 * 512), 512);
  source.bad = {10, 50, 90};
  const Files files;
  files.rescue(source, {.copy_bytes = 512});
  source.requests.clear();
  for (const std::uint64_t answers : {4u, 1u, 100u}) {
    source.answers_left = answers;
    files.rescue(source, {.retries = 3, .copy_bytes = 512});
  }
  std::vector<std::uint64_t> order;
  for (const auto& request : source.requests) order.push_back(request.offset / 512);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{10, 50, 90, 90, 50, 10, 10, 50, 90}));
}

TEST(Rescue, SlowPlacesAreReadLast) {
  CountedClock clock;
  FaultySource source(media_without_zeros(1000 * 512), 512);
  source.clock = &clock;
  source.slow_takes = std::chrono::seconds(2);
  for (std::uint64_t number = 200; number < 400; ++number) source.slow.insert(number);
  const Files files;
  const auto rescued =
      files.rescue(source, {.least_bytes_per_second = 5000, .copy_bytes = 8 * 512, .clock = &clock});
  expect_all_rescued(rescued, source, "");
  std::size_t slow_before_end = 0;
  for (const auto& request : source.requests) {
    if (request.offset + request.size == 1000 * 512) break;
    slow_before_end += request.offset >= 200 * 512 && request.offset < 400 * 512 ? 1 : 0;
  }
  EXPECT_LE(slow_before_end, 6u) << "of 25 slow blocks";
  EXPECT_EQ(source.requests.size(), 125u) << "and none is read twice";
}

// In any stretch of time from one read to another no more is asked for than the rate allows.
TEST(Rescue, NeverReadsFasterThanTheLimit) {
  for (const std::uint64_t limit : {700u, 5'000u, 1'000'000u}) {
    CountedClock clock;
    FaultySource source(media_without_zeros(600 * 512), 512);
    source.clock = &clock;
    source.slow_takes = std::chrono::milliseconds(1300);
    source.bad = {5, 100, 101, 102, 300};
    source.slow = {150, 350};
    const Files files;
    const auto rescued =
        files.rescue(source, {.retries = 1, .bytes_per_second = limit, .copy_bytes = 8192, .clock = &clock});
    expect_all_rescued(rescued, source, "");
    const auto& requests = source.requests;
    for (std::size_t first = 0; first < requests.size(); ++first) {
      std::uint64_t asked = 0;
      for (std::size_t later = first + 1; later < requests.size(); ++later) {
        asked += requests[later - 1].size;
        const double seconds = std::chrono::duration<double>(requests[later].at - requests[first].at).count();
        ASSERT_LE(static_cast<double>(asked), seconds * static_cast<double>(limit) + 1) << limit;
      }
    }
    // It uses the rate, too: nothing else costs time here but the slow sectors, four times at most.
    std::uint64_t all = 0;
    for (const auto& request : requests) all += request.size;
    EXPECT_LE(std::chrono::duration<double>(clock.now()).count(),
              static_cast<double>(all) / static_cast<double>(limit) + 4 * 1.3 + 0.1);
  }
  FaultySource source(media_without_zeros(512), 512);
  EXPECT_THROW(Files().rescue(source, {.bytes_per_second = 0}), base::Error);
}

TEST(Rescue, EndsWhenItsTimeIsUpAndGoesOn) {
  CountedClock clock;
  FaultySource source(media_without_zeros(1000 * 512), 512);
  source.clock = &clock;
  source.slow_takes = std::chrono::seconds(1);
  source.bad = {77, 500};
  for (std::uint64_t number = 0; number < 1000; ++number) source.slow.insert(number);
  const Files files;
  unsigned calls = 1;
  while (true) {
    const std::size_t before = source.requests.size();
    const auto rescued = files.rescue(
        source, {.time_limit = std::chrono::seconds(30), .copy_bytes = 8 * 512, .clock = &clock});
    EXPECT_LE(source.requests.size() - before, 30u);
    if (rescued.result.end == End::finished) {
      expect_all_rescued(rescued, source, "");
      break;
    }
    ASSERT_EQ(rescued.result.end, End::time_is_up);
    ASSERT_LE(++calls, 10u);
  }
  EXPECT_GE(calls, 4u);
}

TEST(Rescue, TooScatteredIsSaidAndNotEndured) {
  FaultySource source(media_without_zeros(1000 * 512), 512);
  for (std::uint64_t number = 0; number < 1000; number += 2) source.bad.insert(number);
  const Files files;
  const auto rescued = files.rescue(source, {.copy_bytes = 4096, .most_ranges = 100});
  EXPECT_EQ(rescued.result.end, End::too_scattered);
  EXPECT_LE(rescued.result.map.range_count(), 103u);
  expect_all_rescued(files.rescue(source, {.copy_bytes = 4096}), source, "");
}

TEST(Rescue, TellsWhatIsFinishedAndBad) {
  FaultySource source(media_without_zeros(1000 * 512), 512);
  source.bad = {1, 2, 3};
  const Files files;
  std::vector<acquire::Progress> told;
  files.rescue(source, {}, {}, [&](const auto& progress) { told.push_back(progress); });
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told.front().done, 0u);
  EXPECT_EQ(told.front().total, 1000u * 512);
  EXPECT_EQ(told.back().done, 997u * 512);
  EXPECT_EQ(told.back().bad_sectors, 3u);
}

}  // namespace
