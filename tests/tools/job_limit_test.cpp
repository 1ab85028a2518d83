// SPDX-License-Identifier: Apache-2.0
// Jobs on links that are simulated: each reads as fast as it can, and a link that is full is shared evenly.
#include "tools/job_limit.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using tools::JobLimit;
using What = JobLimit::Decision::What;

struct SimulatedJob {
  double fastest = 0;  // bytes a second
  double total = 0, moved = 0;
  std::string link;
  bool running = false, stopping = false;
  int pauses = 0;
};

class Room {
 public:
  explicit Room(JobLimit::Settings settings = {}) : limit_(settings) {}
  void link(const std::string& name, double capacity) { capacity_[name] = capacity; }
  int add(const std::string& link, double fastest, double total) {
    jobs_.push_back({fastest, total, 0, link});
    const int job = static_cast<int>(jobs_.size()) - 1;
    limit_.add(job, {link});
    return job;
  }
  // Runs for so long, or until no job is left. A pausing job takes a step to stop, as threads do.
  void run(std::chrono::seconds time) {
    for (const auto end = now_ + time; now_ < end; now_ += 200ms) step();
  }
  int running(const std::string& link = "usb") const {
    return static_cast<int>(std::count_if(jobs_.begin(), jobs_.end(),
                                          [&](const auto& job) { return job.running && job.link == link; }));
  }
  int pauses() const {
    int sum = 0;
    for (const auto& job : jobs_) sum += job.pauses;
    return sum;
  }
  bool all_done() const {
    return std::all_of(jobs_.begin(), jobs_.end(), [](const auto& job) { return job.moved >= job.total; });
  }
  const SimulatedJob& job(int number) const { return jobs_[static_cast<std::size_t>(number)]; }
  int most() const { return most_; }

 private:
  double rate_of(const SimulatedJob& job) const {
    // What slow ones leave is shared by the others: filled up in rounds.
    double left = capacity_.at(job.link);
    std::vector<double> wanted;
    for (const auto& other : jobs_) {
      if (other.running && other.link == job.link) wanted.push_back(other.fastest);
    }
    std::sort(wanted.begin(), wanted.end());
    double share = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      share = left / static_cast<double>(wanted.size() - i);
      left -= std::min(wanted[i], share);
    }
    return std::min(job.fastest, share);
  }
  void step() {
    std::vector<double> rates;
    for (const auto& job : jobs_) rates.push_back(job.running ? rate_of(job) : 0);
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      SimulatedJob& job = jobs_[i];
      if (!job.running) continue;
      job.moved = std::min(job.total, job.moved + rates[i] * 0.2);
      const bool far = job.moved > job.total / 2;
      limit_.sample(static_cast<int>(i), {static_cast<std::uint64_t>(job.moved), true, far}, now_);
      if (job.moved >= job.total) {
        job.running = false;
        limit_.ended(static_cast<int>(i), now_);
      } else if (job.stopping) {
        job.running = job.stopping = false;
        limit_.paused(static_cast<int>(i), now_);
      }
    }
    for (const auto& decision : limit_.decide(now_)) {
      SimulatedJob& job = jobs_[static_cast<std::size_t>(decision.job)];
      if (decision.what == What::start) {
        EXPECT_FALSE(job.running);
        job.running = true;
      } else {
        EXPECT_TRUE(job.running);
        job.stopping = true;
        ++job.pauses;
      }
    }
    int all = 0;
    for (const auto& job : jobs_) all += job.running ? 1 : 0;
    most_ = std::max(most_, all);
  }
  JobLimit limit_;
  std::vector<SimulatedJob> jobs_;
  std::map<std::string, double> capacity_;
  JobLimit::Clock::time_point now_{};
  int most_ = 0;
};

TEST(JobLimit, StopsWhereTheLinkIsFull) {
  Room room;
  room.link("usb", 400e6);
  for (int i = 0; i < 8; ++i) room.add("usb", 130e6, 500e9);  // three of them fill it
  room.run(120s);
  // The fourth adds 10 of 390: it pauses.
  EXPECT_EQ(room.running(), 3);
  EXPECT_EQ(room.pauses(), 1);
}

TEST(JobLimit, AllRunWhereTheLinkIsWide) {
  Room room;
  room.link("usb", 10e9);
  for (int i = 0; i < 16; ++i) room.add("usb", 130e6, 500e9);  // the last ones add less than a tenth
  room.run(200s);
  EXPECT_EQ(room.running(), 16);
  EXPECT_EQ(room.pauses(), 0);
}

TEST(JobLimit, TwoLinksAreMeasuredEachByItself) {
  Room room;
  room.link("usb", 100e6);
  room.link("sata", 1e9);
  for (int i = 0; i < 4; ++i) room.add("usb", 100e6, 500e9);
  for (int i = 0; i < 4; ++i) room.add("sata", 200e6, 500e9);
  room.run(120s);
  EXPECT_EQ(room.running("usb"), 1);
  EXPECT_EQ(room.running("sata"), 4);
}

TEST(JobLimit, AnOldStickDoesNotEndTheSearch) {
  Room room;
  room.link("usb", 400e6);
  room.add("usb", 120e6, 500e9);
  const int stick = room.add("usb", 4e6, 500e9);
  room.add("usb", 120e6, 500e9);
  room.add("usb", 120e6, 500e9);
  room.run(120s);
  EXPECT_EQ(room.running(), 4);
  EXPECT_EQ(room.job(stick).pauses, 0);
}

TEST(JobLimit, WhenOneEndsThePausedOneGoesOnFirst) {
  Room room;
  room.link("usb", 100e6);
  const int first = room.add("usb", 100e6, 2e9);
  const int second = room.add("usb", 100e6, 100e9);
  const int third = room.add("usb", 100e6, 100e9);
  room.run(15s);
  EXPECT_TRUE(room.job(first).running);
  EXPECT_EQ(room.job(second).pauses, 1);
  room.run(10s);
  EXPECT_GE(room.job(first).moved, 2e9);
  EXPECT_TRUE(room.job(second).running);
  EXPECT_FALSE(room.job(third).running) << "one is what the link carries";
}

TEST(JobLimit, OneThatHasReadFarIsNotPaused) {
  Room room;
  room.link("usb", 100e6);
  room.add("usb", 100e6, 500e9);
  const int small = room.add("usb", 100e6, 300e6);
  room.run(14s);
  EXPECT_EQ(room.pauses(), 0) << room.job(small).moved;
}

TEST(JobLimit, WhenAnotherEndsTheNewcomerIsNotMeasuredAgainstIt) {
  Room room;
  room.link("usb", 100e6);
  const int first = room.add("usb", 100e6, 800e6);  // ends after ten seconds, while the second is measured
  const int second = room.add("usb", 100e6, 500e9);
  room.run(9s);
  ASSERT_TRUE(room.job(first).running);
  ASSERT_TRUE(room.job(second).running);
  room.run(20s);
  EXPECT_GE(room.job(first).moved, 800e6);
  EXPECT_EQ(room.pauses(), 0) << "it has the link for itself";
}

TEST(JobLimit, OneMoreIsTriedAgainLater) {
  Room room({.try_again = 60s});
  room.link("usb", 100e6);
  room.add("usb", 100e6, 500e9);
  const int second = room.add("usb", 100e6, 500e9);
  room.run(30s);
  EXPECT_EQ(room.job(second).pauses, 1);
  room.run(60s);
  EXPECT_EQ(room.job(second).pauses, 2);
  room.link("usb", 900e6);  // it was a hub, and is none any more
  room.run(130s);
  EXPECT_EQ(room.running(), 2);
}

TEST(JobLimit, AFixedNumberIsKept) {
  Room room({.fixed = 7});
  room.link("usb", 10e6);
  for (int i = 0; i < 8; ++i) room.add("usb", 100e6, 20e6);
  room.run(1s);
  EXPECT_EQ(room.running(), 7);
  room.run(60s);
  EXPECT_TRUE(room.all_done());
  EXPECT_EQ(room.most(), 7);
  EXPECT_EQ(room.pauses(), 0);
}

TEST(JobLimit, SmallJobsAllEnd) {
  Room room;
  room.link("usb", 100e6);
  for (int i = 0; i < 20; ++i) room.add("usb", 100e6, 50e6);
  room.run(60s);
  EXPECT_TRUE(room.all_done());
}

}  // namespace
