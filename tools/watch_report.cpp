// SPDX-License-Identifier: Apache-2.0
#include "tools/watch_report.h"

#include <fmt/format.h>

#include "base/words.h"

namespace tools {
namespace {

std::vector<BoardRow> rows_of(const WatchReport::Jobs& jobs) {
  std::vector<BoardRow> rows;
  for (const auto& job : jobs) rows.push_back(job->row());
  return rows;
}

base::Json event_of(const WatchJob& job, const char* event) {
  const BoardRow& row = job.row();
  base::Json out = base::Json::object({{"event", event},
                                       {"device", row.device},
                                       {"exhibit", row.exhibit},
                                       {"state", name_of(row.state)},
                                       {"done", std::to_string(row.done)},
                                       {"total", std::to_string(row.total)},
                                       {"bad_sectors", std::to_string(row.bad_sectors)}});
  out.set("bytes_per_second", fmt::format("{:.0f}", row.per_second));
  if (!job.acquisition().empty()) out.set("acquisition", job.acquisition());
  if (row.temperature) out.set("temperature_celsius", std::to_string(*row.temperature));
  if (!row.reason.empty() && base::is_utf8(row.reason)) out.set("reason", row.reason);
  return out;
}

std::string question(const Unlabelled& source, const std::string& hint) {
  return base::say("label for {}{}? ", visible(source.words()),
                   hint.empty() ? "" : base::say(", serial number of {}", hint));
}

}  // namespace

WatchReport::WatchReport(Console& console, Loudness loudness)
    : console_(console),
      quiet_(loudness == Loudness::quiet),
      on_terminal_(screen_.there() && !quiet_ && !console.json()),
      shown_(Clock::now()) {}

void WatchReport::note(const std::string& text) {
  screen_.clear();
  console_.note(text);
}

void WatchReport::warn(const std::string& text) {
  screen_.clear();
  console_.warn(text);
}

void WatchReport::wants_label(const Unlabelled& source, const std::string& hint) {
  hint_of_ = source.path;
  hint_ = hint;
  if (on_terminal_) return;
  note(base::say("{} waits for its label{}", visible(source.words()),
                 hint.empty() ? "" : base::say("; {} was registered with this serial number", hint)));
  console_.object(base::Json::object({{"event", "device"},
                                      {"device", visible(source.name)},
                                      {"bytes", std::to_string(source.bytes)},
                                      {"model", visible(source.model)},
                                      {"serial", visible(source.serial)}}));
}

void WatchReport::attempt_ended(const WatchJob& job, const WatchJob::End& end) {
  screen_.clear();
  const BoardRow& row = job.row();
  std::string text =
      base::say("{} {}, from {}: {}", row.exhibit, job.acquisition(), row.device, name_of(row.state));
  if (!row.reason.empty()) text += ": " + row.reason;
  base::Json event = event_of(job, "attempt_end");
  if (end.report) {
    for (const auto& [algorithm, digest] : end.report->media_digests)
      text += fmt::format("\n  {:<7} {}", base::name_of(algorithm), base::to_hex(digest));
    event.set("report", end.report->to_json());
  }
  console_.result(text, event);
  if (end.entry) console_.entry(*end.entry);
}

std::string WatchReport::prompt(const std::deque<Unlabelled>& unlabelled) const {
  if (unlabelled.empty()) return base::say("attach a device, or q to end when no job runs: ");
  const Unlabelled& first = unlabelled.front();
  return question(first, first.path == hint_of_ ? hint_ : "");
}

void WatchReport::show(const Jobs& jobs, const std::deque<Unlabelled>& unlabelled,
                       const std::optional<std::string>& typed) {
  if (on_terminal_) {
    screen_.draw(rows_of(jobs), typed ? prompt(unlabelled) : "", visible(typed.value_or("")));
    return;
  }
  const auto interval = console_.json() ? std::chrono::seconds(1) : std::chrono::seconds(60);
  if (quiet_ || Clock::now() - shown_ < interval) return;
  shown_ = Clock::now();
  for (const auto& job : jobs) {
    if (job->over()) continue;
    if (console_.json()) console_.object(event_of(*job, "job"));
    console_.note(log_line(job->row()));
  }
}

void WatchReport::leave(const Jobs& jobs) {
  const auto rows = rows_of(jobs);
  if (on_terminal_) {
    screen_.leave(rows);
    return;
  }
  for (const auto& row : rows) {
    console_.note(log_line(row));
    if (!row.advice.empty()) console_.note("    " + row.advice);
  }
  if (!rows.empty()) console_.note(sum_line(rows));
}

}  // namespace tools
