// SPDX-License-Identifier: Apache-2.0
// How many jobs run at once, so that the slowest link that they share is used and not overrun. A pure
// decision: it is told what each job moved, and says which one starts or pauses. One thread.
//
// Jobs that share a link (a bus, a file system) are a group; a job may be in several. In each group one job
// is added at a time, and the sum of rates is measured before and after. Where it does not grow, the newcomer
// pauses and the number that worked is the group's limit; after a while one more is tried again.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tools {

class JobLimit {
 public:
  using Clock = std::chrono::steady_clock;
  struct Settings {
    std::optional<unsigned> fixed;                         // this many, whatever the rates say
    Clock::duration settle = std::chrono::seconds(1);      // after a change, before anything is measured
    Clock::duration window = std::chrono::seconds(5);      // that a rate is measured over
    double growth = 0.10;                                  // of the sum of rates, for the newcomer to stay
    Clock::duration try_again = std::chrono::minutes(10);  // one more; twice as long after each failure
  };
  explicit JobLimit(Settings settings) : settings_(settings) {}

  void add(int job, std::vector<std::string> groups);  // it waits

  struct Sample {
    std::uint64_t moved = 0;  // bytes since the job was added; never less than before
    bool moving = false;      // bytes flow: it is opened, and its source is there
    bool far = false;         // it has read so much that going on later would cost more than it saves
  };
  void sample(int job, const Sample& sample, Clock::time_point now);
  void paused(int job, Clock::time_point now);  // it stopped; it goes on when there is room
  void ended(int job, Clock::time_point now);   // also of a job that never started

  struct Decision {
    enum class What { start, pause } what;
    int job;
    bool operator==(const Decision&) const = default;
  };
  // What is returned counts as done: a started job runs, a pausing one runs until paused() or ended().
  std::vector<Decision> decide(Clock::time_point now);

 private:
  enum class State { waiting, running, pausing, paused };
  struct Job {
    std::vector<std::string> groups;
    State state = State::waiting;
    Sample last;
  };
  struct Trial {
    int job;
    double before;               // sum of rates without the newcomer
    std::uint64_t moved_at = 0;  // by the newcomer, when the window opened
  };
  struct Group {
    unsigned worked = 0;            // the largest number that the link carried
    std::optional<unsigned> limit;  // one more did not work
    Clock::time_point limit_until{};
    Clock::duration try_again{};
    std::optional<Trial> trial;
    std::uint64_t moved = 0;
    Clock::time_point quiet_until{};
    std::optional<Clock::time_point> window_from;
    std::uint64_t window_moved = 0;
    std::optional<double> rate;        // of the last window without any change
    std::optional<double> trial_rate;  // of the newcomer in that window
  };

  bool runs(const Job& job) const { return job.state == State::running || job.state == State::pausing; }
  unsigned running(const std::string& group) const;
  bool admits(const std::string& name, Clock::time_point now) const;
  void disturb(const Job& job, Clock::time_point now);
  void measure(Group& group, Clock::time_point now);
  void judge(const std::string& name, Group& group, Clock::time_point now, std::vector<Decision>& decisions);
  void give_up_trials_of(int job);
  void give_up_trials_beside(int number, const Job& job);
  void start(int job, Clock::time_point now, std::vector<Decision>& decisions);
  void start_what_fits(State from, Clock::time_point now, std::vector<Decision>& decisions);

  Settings settings_;
  std::map<int, Job> jobs_;  // in the order in which they came
  std::map<std::string, Group> groups_;
};

}  // namespace tools
