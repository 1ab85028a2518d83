// SPDX-License-Identifier: Apache-2.0
#include "tools/watch_job.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/words.h"
#include "tools/acquire_ledger.h"
#include "tools/exit_code.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
using acquire::Outcome;
using Phase = acquire::Progress::Phase;

JobState state_of(Phase phase) {
  switch (phase) {
    case Phase::check:
      return JobState::checking;
    case Phase::read:
      return JobState::reading;
    case Phase::wait:
      return JobState::source_gone;
    case Phase::read_back:
      return JobState::reading_back;
  }
  return JobState::reading;
}

// The file system that holds a path, or its nearest folder that is there.
std::string file_system_of(fs::path path) {
  struct stat status {};
  while (stat(path.c_str(), &status) != 0) {
    const fs::path parent = path.parent_path();
    if (parent == path || parent.empty()) return "unknown";
    path = parent;
  }
  return fmt::format("file system {}", status.st_dev);
}

std::optional<int> temperature_of(const acquire::SourceFacts& facts) {
  if (!facts.drive) return std::nullopt;
  if (facts.drive->ata_health && facts.drive->ata_health->temperature_celsius)
    return static_cast<int>(*facts.drive->ata_health->temperature_celsius);
  if (facts.drive->nvme_health) return facts.drive->nvme_health->temperature_celsius;
  return std::nullopt;
}

bool is_sound(const acquire::Report& report) {
  const bool equal = report.read_back_equal() || report.read_back == acquire::ReadBack::nothing_stated;
  return report.outcome == Outcome::complete && equal && report.damage.empty();
}

}  // namespace

std::string link_of(const std::string& port) {
  if (!port.starts_with("pci")) return "unknown";
  std::string link;
  for (const auto& part : fs::path(port)) {
    const std::string name = part.string();
    // "0000:00:14.0", domain, bus, device and function; "0:0:1" is the place of a disk.
    const bool address = std::count(name.begin(), name.end(), ':') == 2 && name.find('.') != name.npos;
    const bool pci = name.starts_with("pci") || address;
    if (!pci && !name.starts_with("usb")) break;
    link += (link.empty() ? "" : "/") + name;
    if (!pci) break;
  }
  return link;
}

WatchJob::WatchJob(int number, const Unlabelled& source, custody::ExhibitView exhibit)
    : number_(number),
      origin_(source.given ? Origin::given : Origin::attached),
      source_name_(source.path),
      exhibit_(std::move(exhibit)) {
  row_.device = visible(source.name);
  row_.exhibit = exhibit_.label;
  row_.total = row_.media_total = source.bytes;
  row_.state = JobState::opening;
}

void WatchJob::open(Opener& opener, const acquire::OpenOptions& options) {
  opening_ = opener.open(source_name_, options);
}

bool WatchJob::opened(OpenCase& open) {
  if (!opening_.valid() || opening_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    return false;
  try {
    source_ = opening_.get();
  } catch (const base::Error& error) {
    // Where the device is in use nothing was tried; where it does not answer, that is an attempt.
    fail(error.happened, error.advice);
    if (error.kind == base::ErrorKind::io) tell_not_opened(open, error.what());
    return false;
  }
  if (wish_ == Wish::stop) {
    row_.state = JobState::stopped;
    exit_code_ = kInterrupted;
    return false;
  }
  const auto& facts = source_->facts();
  row_.temperature = temperature_of(facts);
  row_.total = row_.media_total = facts.bytes;
  row_.state = JobState::waiting;
  for (const auto& advice : facts.advice) warnings_.push_back(advice.words);
  return true;
}

void WatchJob::tell_not_opened(OpenCase& open, const std::string& why) {
  const std::string name = next_acquisition(open, exhibit_);
  acquire::Report report;
  report.source.path = source_name_;
  report.trouble = why;
  try {
    tell_acquire_begin(open, exhibit_,
                       base::Json::object({{"acquisition", name},
                                           {"source", base::Json::object({{"path", source_name_}})}}));
    tell_acquire_end(open, exhibit_, name, "none", report, {}, "");
  } catch (const base::Error& error) {
    fail(base::say("the ledger could not be told that it was not opened: {}", error.happened.here),
         error.advice);
  }
}

std::vector<std::string> WatchJob::groups(const AcquireWishes& wishes, const OpenCase& open) const {
  const auto& facts = source_->facts();
  std::vector<std::string> groups{link_of(facts.port)};
  for (const auto& folder : wishes.to) groups.push_back(file_system_of(fs::absolute(folder)));
  if (wishes.to.empty()) groups.push_back(file_system_of(exhibit_folder(open.folder, exhibit_)));
  return groups;
}

void WatchJob::start(OpenCase& open, const AcquireWishes& wishes, Opener& opener) {
  wish_ = Wish::run;
  try {
    if (!job_) {
      job_ = std::make_unique<AcquireJob>(open, exhibit_, wishes, *source_, opener);
      acquisition_ = job_->name();
      for (const auto& warning : job_->warnings()) warnings_.push_back(warning);
      if (job_->goes_on())
        warnings_.push_back(base::say("going on with {}, which was begun before", acquisition_));
    }
    job_->tell_begin(open);
  } catch (const base::Error& error) {
    fail(error.happened, error.advice);
    return;
  }
  row_.state = JobState::reading;
  row_.reason.clear();
  row_.advice.clear();
  shared_ = std::make_unique<Shared>();
  sampled_ = {};
  sampled_moved_ = 0;
  thread_ = std::jthread(
      [job = job_.get(), shared = shared_.get()](const std::stop_token& stop) { read(*job, *shared, stop); });
}

void WatchJob::read(AcquireJob& job, Shared& shared, const std::stop_token& stop) {
  std::optional<acquire::Progress> last;
  const auto tell = [&](const acquire::Progress& progress) {
    const std::lock_guard lock(shared.mutex);
    if (last && last->phase == progress.phase && progress.done > last->done)
      shared.moved += progress.done - last->done;
    last = shared.progress = progress;
  };
  const auto finish = [&](std::variant<std::monostate, acquire::Report, base::Error> result) {
    const std::lock_guard lock(shared.mutex);
    shared.result = std::move(result);
    shared.finished = true;
  };
  try {
    finish(job.run(tell, stop));
  } catch (const base::Error& error) {
    finish(error);
  } catch (const std::exception& error) {
    finish(base::Error(
        base::ErrorKind::io, error.what(),
        base::say("What was read is kept, and the other jobs go on. Acquire this exhibit again by itself.")));
  }
}

// Not put off until the journal's next mark: on a full link that may take minutes, and what is read again is
// never more than since the last one (Plan::step_bytes, 64 MiB).
void WatchJob::pause() {
  if (wish_ == Wish::run) wish_ = Wish::pause;
  row_.state = JobState::stopping;
  thread_.request_stop();
}

void WatchJob::stop() {
  if (over()) return;
  wish_ = Wish::stop;
  if (shared_) {
    row_.state = JobState::stopping;
    thread_.request_stop();
  } else if (!opening_.valid()) {
    row_.state = JobState::stopped;
    exit_code_ = kInterrupted;
  }
}

void WatchJob::fail(const std::string& why, const std::string& advice) {
  row_.state = JobState::failed;
  row_.reason = why;
  row_.advice = advice;
  exit_code_ = kFailed;
}

// The row of what is not whole shows where the next attempt goes on, and not what was read in vain: nothing
// before the first mark of the journal.
void WatchJob::show_what_is_kept(const acquire::Report& report) {
  kept_bytes_ = report.kept_bytes;
  row_.done = row_.media_done = report.kept_bytes;
  row_.total = row_.media_total;
}

void WatchJob::judge(const acquire::Report& report) {
  row_.bad_sectors = report.sector_bytes == 0 ? 0 : report.bad_bytes / report.sector_bytes;
  row_.media_done = report.read_bytes + report.bad_bytes;
  if (report.outcome == Outcome::failed && report.read_back == acquire::ReadBack::different) {
    fail(report.trouble,
         base::say("The evidence is unharmed. Check the destination, then acquire this exhibit by itself."));
  } else if (report.outcome == Outcome::failed) {
    show_what_is_kept(report);
    fail(report.trouble, advice_when_lost(kind_of(report.source), origin_, kept_bytes_));
  } else if (report.outcome == Outcome::interrupted && wish_ == Wish::pause) {
    show_what_is_kept(report);
    row_.state = JobState::paused;
  } else if (report.outcome == Outcome::interrupted) {
    show_what_is_kept(report);
    row_.state = JobState::stopped;
    row_.reason = wish_ == Wish::stop ? "" : report.trouble;
    row_.advice = wish_ == Wish::stop ? "" : advice_when_stopped(origin_, kept_bytes_);
    exit_code_ = kInterrupted;
  } else {
    row_.state = is_sound(report) ? JobState::done : JobState::done_bad;
    row_.media_done = row_.media_total;
    exit_code_ = is_sound(report) ? kDone : kLookAtIt;
  }
}

WatchJob::End WatchJob::end_of(OpenCase& open, const acquire::Report& report) {
  judge(report);
  End end{job_->tell_end(open, report), report, row_.state == JobState::paused};
  return end;
}

WatchJob::End WatchJob::end_of(OpenCase& open, const base::Error& error) {
  if (error.kind != base::ErrorKind::interrupted || wish_ == Wish::run) {
    fail(error.happened, error.advice);
    return {job_->tell_failed(open, error.what()), std::nullopt, false};
  }
  row_.state = wish_ == Wish::pause ? JobState::paused : JobState::stopped;
  if (wish_ == Wish::stop) exit_code_ = kInterrupted;
  return {job_->tell_failed(open, error.what(), Outcome::interrupted), std::nullopt, wish_ == Wish::pause};
}

std::optional<WatchJob::End> WatchJob::collect(OpenCase& open) {
  if (!shared_) return std::nullopt;
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->finished) return std::nullopt;
  }
  thread_.join();
  sample(Clock::now());
  const auto shared = std::move(shared_);
  moved_ += shared->moved;
  row_.per_second = 0;
  row_.seconds_left.reset();
  try {
    if (const auto* report = std::get_if<acquire::Report>(&shared->result)) return end_of(open, *report);
    return end_of(open, std::get<base::Error>(shared->result));
  } catch (const base::Error& error) {
    // As where the session that signs ended meanwhile.
    const auto* report = std::get_if<acquire::Report>(&shared->result);
    const bool whole = report != nullptr && (report->outcome == Outcome::complete ||
                                             report->outcome == Outcome::complete_with_bad_ranges);
    fail(whole ? base::say("its image is whole, and the ledger could not be told: {}", error.happened.here)
               : base::say("the ledger could not be told how it ended: {}", error.happened.here),
         error.advice);
    return End{};
  }
}

void WatchJob::sample(Clock::time_point now) {
  if (!shared_) return;
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->progress) return;
  const auto& progress = *shared_->progress;
  if (row_.state != JobState::stopping) row_.state = state_of(progress.phase);
  row_.done = progress.done;
  row_.total = progress.total;
  row_.bad_sectors = std::max(row_.bad_sectors, progress.bad_sectors);
  if (progress.phase == Phase::read) row_.media_done = progress.done;
  if (progress.phase == Phase::read_back) row_.media_done = row_.media_total;
  const double seconds = std::chrono::duration<double>(now - sampled_).count();
  if (sampled_ == Clock::time_point{} || seconds >= 1) {
    // What is shown follows the rate within a few seconds, and does not jump.
    const double fresh = static_cast<double>(shared_->moved - sampled_moved_) / seconds;
    if (sampled_ != Clock::time_point{})
      row_.per_second = row_.per_second <= 0 ? fresh : row_.per_second * 0.6 + fresh * 0.4;
    sampled_ = now;
    sampled_moved_ = shared_->moved;
  }
  row_.seconds_left.reset();
  if (row_.per_second > 0)
    row_.seconds_left = static_cast<double>(progress.total - progress.done) / row_.per_second;
}

JobLimit::Sample WatchJob::load() const {
  JobLimit::Sample load;
  load.moved = moved_;
  if (!shared_) return load;
  const std::lock_guard lock(shared_->mutex);
  load.moved += shared_->moved;
  load.moving = shared_->moved > 0 && shared_->progress->phase != Phase::wait;
  // Going on reads again what was written: a pause late in the media costs more than it gives.
  constexpr std::uint64_t kFar = 1ULL << 30;
  load.far = row_.done > row_.total / 2 || row_.done > std::max(row_.total / 10, kFar) ||
             shared_->progress.value_or(acquire::Progress{}).phase == Phase::read_back;
  return load;
}

}  // namespace tools
