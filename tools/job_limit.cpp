// SPDX-License-Identifier: Apache-2.0
#include "tools/job_limit.h"

#include <algorithm>
#include <cassert>

namespace tools {

void JobLimit::add(int job, std::vector<std::string> groups) {
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  for (const auto& name : groups) groups_.try_emplace(name);
  jobs_[job] = {std::move(groups), State::waiting, {}};
}

void JobLimit::sample(int job, const Sample& sample, Clock::time_point now) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  Job& known = found->second;
  assert(sample.moved >= known.last.moved);
  for (const auto& name : known.groups) groups_[name].moved += sample.moved - known.last.moved;
  const bool changed = sample.moving != known.last.moving;
  known.last = sample;
  if (!changed || !runs(known)) return;
  give_up_trials_beside(job, known);
  disturb(known, now);
}

void JobLimit::paused(int job, Clock::time_point now) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  give_up_trials_of(job);
  give_up_trials_beside(job, found->second);
  found->second.state = State::paused;
  found->second.last.moving = false;
  disturb(found->second, now);
}

void JobLimit::ended(int job, Clock::time_point now) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  give_up_trials_of(job);
  give_up_trials_beside(job, found->second);
  const Job gone = std::move(found->second);
  jobs_.erase(found);
  disturb(gone, now);
  for (const auto& name : gone.groups) {
    const bool empty = std::none_of(jobs_.begin(), jobs_.end(), [&](const auto& other) {
      const auto& groups = other.second.groups;
      return std::find(groups.begin(), groups.end(), name) != groups.end();
    });
    if (empty) groups_.erase(name);  // what is plugged in next may be of another kind
  }
}

unsigned JobLimit::running(const std::string& group) const {
  return static_cast<unsigned>(std::count_if(jobs_.begin(), jobs_.end(), [&](const auto& entry) {
    const auto& groups = entry.second.groups;
    return runs(entry.second) && std::find(groups.begin(), groups.end(), group) != groups.end();
  }));
}

// Rates of before are no measure any more.
void JobLimit::disturb(const Job& job, Clock::time_point now) {
  for (const auto& name : job.groups) {
    Group& group = groups_[name];
    group.quiet_until = now + settings_.settle;
    group.window_from.reset();
    group.rate.reset();
    group.trial_rate.reset();
  }
}

void JobLimit::measure(Group& group, Clock::time_point now) {
  if (now < group.quiet_until) return;
  const std::uint64_t by_newcomer = group.trial ? jobs_.at(group.trial->job).last.moved : 0;
  if (group.window_from) {
    const double seconds = std::chrono::duration<double>(now - *group.window_from).count();
    if (now - *group.window_from < settings_.window) return;
    group.rate = static_cast<double>(group.moved - group.window_moved) / seconds;
    if (group.trial) group.trial_rate = static_cast<double>(by_newcomer - group.trial->moved_at) / seconds;
  }
  group.window_from = now;
  group.window_moved = group.moved;
  if (group.trial) group.trial->moved_at = by_newcomer;
}

// A newcomer that by itself reads less than a tenth of the sum (an old stick, a dying disk, the eleventh of
// eleven) cannot make it grow by a tenth: it stays as long as it costs the others nothing.
void JobLimit::judge(const std::string& name, Group& group, Clock::time_point now,
                     std::vector<Decision>& decisions) {
  if (!group.trial || !group.rate || !group.trial_rate || !jobs_.at(group.trial->job).last.moving) return;
  const Trial trial = *group.trial;
  const double grown = trial.before * (1 + settings_.growth);
  const bool small = *group.trial_rate < trial.before * settings_.growth;
  const bool harmless = small && *group.rate > trial.before * (1 - settings_.growth);
  group.trial.reset();
  group.trial_rate.reset();
  const unsigned count = running(name);
  if (*group.rate >= grown || harmless) {
    group.worked = std::max(group.worked, count);
    return;
  }
  group.limit = std::max(1u, count - 1);
  group.worked = *group.limit;
  group.try_again = group.try_again == Clock::duration{} ? settings_.try_again : group.try_again * 2;
  group.limit_until = now + group.try_again;
  Job& newcomer = jobs_.at(trial.job);
  if (newcomer.last.far || newcomer.state != State::running) return;
  newcomer.state = State::pausing;
  give_up_trials_of(trial.job);
  decisions.push_back({Decision::What::pause, trial.job});
}

void JobLimit::give_up_trials_of(int job) {
  for (auto& [name, group] : groups_) {
    if (group.trial && group.trial->job == job) group.trial.reset();
  }
}

// The sum that a newcomer is measured against was read by others. Where one of them ends or stops, it says
// nothing any more: the newcomer stays, and the next one is measured against what is read then.
void JobLimit::give_up_trials_beside(int number, const Job& job) {
  for (const auto& name : job.groups) {
    Group& group = groups_[name];
    if (group.trial && group.trial->job != number) group.trial.reset();
  }
}

bool JobLimit::admits(const std::string& name, Clock::time_point now) const {
  const Group& group = groups_.at(name);
  const unsigned count = running(name);
  if (group.trial) return false;
  if (count == 0 || count < group.worked) return true;
  if (group.limit && now < group.limit_until) return false;
  return group.rate.has_value();
}

void JobLimit::start(int job, Clock::time_point now, std::vector<Decision>& decisions) {
  Job& starting = jobs_.at(job);
  for (const auto& name : starting.groups) {
    Group& group = groups_.at(name);
    const unsigned count = running(name);
    if (count >= group.worked) group.trial = Trial{job, count == 0 ? 0 : group.rate.value_or(0), 0};
  }
  starting.state = State::running;
  disturb(starting, now);
  decisions.push_back({Decision::What::start, job});
}

void JobLimit::start_what_fits(State from, Clock::time_point now, std::vector<Decision>& decisions) {
  for (auto& [number, job] : jobs_) {
    if (job.state != from) continue;
    bool fits = false;
    if (settings_.fixed) {
      const auto all =
          std::count_if(jobs_.begin(), jobs_.end(), [this](const auto& other) { return runs(other.second); });
      fits = static_cast<std::uint64_t>(all) < *settings_.fixed;
    } else {
      fits = std::all_of(job.groups.begin(), job.groups.end(),
                         [&](const auto& name) { return admits(name, now); });
    }
    if (fits) start(number, now, decisions);
  }
}

std::vector<JobLimit::Decision> JobLimit::decide(Clock::time_point now) {
  std::vector<Decision> decisions;
  if (!settings_.fixed) {
    for (auto& [name, group] : groups_) measure(group, now);
    for (auto& [name, group] : groups_) judge(name, group, now, decisions);
    for (const auto& decision : decisions) disturb(jobs_.at(decision.job), now);
  }
  // What was begun goes on first.
  start_what_fits(State::paused, now, decisions);
  start_what_fits(State::waiting, now, decisions);
  return decisions;
}

}  // namespace tools
