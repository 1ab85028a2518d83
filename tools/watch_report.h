// SPDX-License-Identifier: Apache-2.0
// What a watch tells: on a terminal the board with a question below it, else a line a job a minute, with
// --json an event a job a second; and results as they come. One thread.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/console.h"
#include "tools/labels.h"
#include "tools/watch_job.h"

namespace tools {

class WatchReport {
 public:
  using Jobs = std::vector<std::unique_ptr<WatchJob>>;
  enum class Loudness { normal, quiet };
  WatchReport(Console& console, Loudness loudness);
  bool on_terminal() const { return on_terminal_; }

  void note(const std::string& text);
  void warn(const std::string& text);
  // `hint`: labels of exhibits that were registered with its serial number.
  void wants_label(const Unlabelled& source, const std::string& hint);
  void attempt_ended(const WatchJob& job, const WatchJob::End& end);
  // `typed`: nothing where nobody can type.
  void show(const Jobs& jobs, const std::deque<Unlabelled>& unlabelled,
            const std::optional<std::string>& typed);
  void leave(const Jobs& jobs);  // the last board stays

 private:
  std::string prompt(const std::deque<Unlabelled>& unlabelled) const;
  using Clock = std::chrono::steady_clock;
  Console& console_;
  BoardScreen screen_;
  bool quiet_, on_terminal_;
  std::string hint_of_, hint_;  // the source whose hint is known last
  Clock::time_point shown_;
};

}  // namespace tools
