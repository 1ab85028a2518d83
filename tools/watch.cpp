// SPDX-License-Identifier: Apache-2.0
#include "tools/watch.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "tools/acquire_ledger.h"
#include "tools/allowed.h"
#include "tools/console.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/labels.h"
#include "tools/line_input.h"
#include "tools/watch_job.h"
#include "tools/watch_report.h"

namespace tools {
namespace {

using Clock = std::chrono::steady_clock;

std::optional<unsigned> jobs_wished(const Arguments& arguments) {
  const auto value = arguments.value("jobs");
  if (!value) return std::nullopt;
  const bool number = value->size() <= 3 && value->find_first_not_of("0123456789") == value->npos;
  if (value->empty() || !number || *value == "0") {
    throw base::Error(base::ErrorKind::usage, base::say("--jobs {} is no number of jobs", *value),
                      base::say("Nothing was read. Write it in digits, 1 or more."));
  }
  return static_cast<unsigned>(std::stoul(*value));
}

class Watch {
 public:
  Watch(const Arguments& arguments, Console& console, const AcquireWishes& wishes);
  int run();

 private:
  void take_sources();
  void look_for_devices();
  void ask_for(Unlabelled source);
  void take_line(const std::string& line);
  bool give(const Unlabelled& source, const std::string& label);
  const WatchJob* job_of(const custody::ExhibitView& exhibit) const;  // that is not over
  std::string refusal(const std::string& label, std::optional<custody::ExhibitView>& exhibit) const;
  std::string hint(const Unlabelled& source) const;
  void step();
  void stop_all();
  void bring_forward();
  void collect();
  void steer();
  bool is_given(const acquire::AttachedDevice& device) const;
  bool may_end() const;
  void tell_how_to_go_on();
  int exit_code() const;

  const Arguments& arguments_;
  AcquireWishes wishes_;
  std::vector<Assignment> assignments_;
  Opener opener_;
  OpenCase open_;
  WatchReport report_;
  Interrupt interrupt_;
  acquire::DeviceWatch devices_;
  JobLimit limit_;
  LineInput input_;
  std::vector<std::string> given_;
  std::deque<Unlabelled> unlabelled_;
  std::vector<std::unique_ptr<WatchJob>> jobs_;
  Clock::time_point looked_{};
  int next_number_ = 0;
  bool stopping_ = false, quitting_ = false;
};

Watch::Watch(const Arguments& arguments, Console& console, const AcquireWishes& wishes)
    : arguments_(arguments),
      wishes_(wishes),
      assignments_(arguments.has("assign") ? read_assignments(arguments.required("assign"))
                                           : std::vector<Assignment>{}),
      open_([&] {
        // Before the passphrase is asked for: whose identity it is follows from it.
        if (!opener_.caller().empty())
          console.note(base::say("working as {} from here on", opener_.caller()));
        return open_case(arguments, console, {"acquire.begin", "acquire.end"});
      }()),
      report_(console, arguments.has("quiet") ? WatchReport::Loudness::quiet : WatchReport::Loudness::normal),
      interrupt_(report_.on_terminal() ? Interrupt::Words::by_the_owner : Interrupt::Words::here),
      limit_([&] {
        JobLimit::Settings settings;
        settings.fixed = jobs_wished(arguments);
        return settings;
      }()),
      input_(report_.on_terminal() ? LineInput::Terminal::take : LineInput::Terminal::leave),
      given_(arguments.values("SOURCE")) {}

bool Watch::is_given(const acquire::AttachedDevice& device) const {
  return std::any_of(given_.begin(), given_.end(), [&](const std::string& source) {
    std::error_code none;  // what is no path is no device
    return source == device.path || std::filesystem::weakly_canonical(source, none) == device.path;
  });
}

void Watch::take_sources() {
  std::string present;
  for (const auto& device : devices_.present()) {
    if (is_given(device)) continue;
    if (arguments_.has("include-present") && device.use.empty()) {
      ask_for(unlabelled(device));
    } else {
      present += (present.empty() ? "" : ", ") + visible(unlabelled(device).words());
    }
  }
  if (!present.empty()) report_.note(base::say("there already, not touched: {}", present));
  for (const auto& source : given_) ask_for(unlabelled(source));
}

void Watch::look_for_devices() {
  if (stopping_ || Clock::now() - looked_ < std::chrono::seconds(1)) return;
  looked_ = Clock::now();
  const auto change = devices_.look();
  for (const auto& device : change.went) {
    std::erase_if(unlabelled_,
                  [&](const auto& source) { return !source.given && source.path == device.path; });
  }
  for (const auto& device : change.in_use)
    report_.warn(
        base::say("{} was attached and is not taken: {}", visible(unlabelled(device).words()), device.use));
  for (const auto& device : change.came) {
    if (!is_given(device)) ask_for(unlabelled(device));
  }
}

void Watch::ask_for(Unlabelled source) {
  const Assignment* assignment = assignment_for(source, assignments_);
  if (assignment != nullptr && give(source, assignment->label)) return;
  report_.wants_label(source, hint(source));
  unlabelled_.push_back(std::move(source));
}

// The exhibit that was registered with this serial number. Many devices share one, so it is said, not done.
std::string Watch::hint(const Unlabelled& source) const {
  if (source.serial.empty()) return {};
  std::string labels;
  for (const auto& exhibit : custody::exhibits_of(ledger_of(open_.folder))) {
    const base::Json* serial = exhibit.members.find("serial");
    if (serial != nullptr && serial->is_text() && serial->text() == source.serial)
      labels += (labels.empty() ? "" : ", ") + exhibit.label;
  }
  return labels;
}

const WatchJob* Watch::job_of(const custody::ExhibitView& exhibit) const {
  const auto running = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) {
    return job->exhibit_uid() == exhibit.uid && !job->over();
  });
  return running == jobs_.end() ? nullptr : running->get();
}

std::string Watch::refusal(const std::string& label, std::optional<custody::ExhibitView>& exhibit) const {
  try {
    exhibit = exhibit_by_label(custody::exhibits_of(ledger_of(open_.folder)), label);
    if (const WatchJob* running = job_of(*exhibit))
      return base::say("{} is being acquired from {}", exhibit->label, running->row().device);
    const auto finished = GatheredCase(open_.folder).acquisitions_of(exhibit->uid);
    if (finished.empty()) return {};
    return base::say("{} has a finished acquisition ({}); for a further one acquire it by itself",
                     exhibit->label, finished.back().name);
  } catch (const base::Error& error) {
    return error.happened;
  } catch (const std::exception& error) {  // a damaged file of one exhibit is no end for the others
    return error.what();
  }
}

bool Watch::give(const Unlabelled& source, const std::string& label) {
  std::optional<custody::ExhibitView> exhibit;
  const std::string why_not = refusal(label, exhibit);
  if (exhibit && job_of(*exhibit) == nullptr) {
    for (const auto& end : tell_belated_ends(open_, *exhibit))
      report_.note(
          base::say("{} {} ended without a word; the ledger is told now", exhibit->label, end.acquisition));
  }
  if (!why_not.empty()) {
    report_.warn(base::say("not the label of {}: {}", visible(source.words()), visible(why_not)));
    return false;
  }
  // The attempt of before stands in the ledger; the board shows what became of the exhibit.
  std::erase_if(jobs_, [&](const auto& job) { return job->exhibit_uid() == exhibit->uid; });
  jobs_.push_back(std::make_unique<WatchJob>(next_number_++, source, std::move(*exhibit)));
  const custody::ExhibitView named = jobs_.back()->exhibit();
  const custody::Cover cover =
      custody::Authorities(GatheredCase(open_.folder).ledgers()).cover_of(named.uid, base::now_utc_us());
  if (cover.whole != custody::Barrier::none) {
    jobs_.back()->refuse(barred(named, cover, Use::acquire));
    return true;
  }
  jobs_.back()->open(opener_, {.ask_drive = !arguments_.has("no-drive-commands")});
  return true;
}

void Watch::take_line(const std::string& line) {
  if (line == "q") {
    quitting_ = true;
    report_.note(base::say("ending when no job is running; Ctrl-C stops them"));
    return;
  }
  const auto answer = understood(line, unlabelled_);
  if (!answer) {
    if (!line.empty()) report_.warn(base::say("no device waits for a label: {}", visible(line)));
    return;
  }
  const Unlabelled source = unlabelled_[answer->source];
  if (answer->label != "-" && !give(source, answer->label)) return;
  if (answer->label == "-") report_.note(base::say("{} is left alone", visible(source.words())));
  unlabelled_.erase(unlabelled_.begin() + static_cast<std::ptrdiff_t>(answer->source));
}

void Watch::stop_all() {
  stopping_ = true;
  input_.close();
  if (report_.on_terminal()) report_.note(Interrupt::kStopping);
  for (auto& job : jobs_) job->stop();
}

// From open to waiting for room; and what could not be opened is told.
void Watch::bring_forward() {
  for (auto& job : jobs_) {
    if (job->opened(open_)) limit_.add(job->number(), job->groups(wishes_, open_));
    for (const auto& warning : job->take_warnings()) report_.warn(job->row().exhibit + ": " + warning);
  }
}

void Watch::collect() {
  for (auto& job : jobs_) {
    const auto end = job->collect(open_);
    if (!end) continue;
    if (end->paused && stopping_) job->stop();
    if (end->paused) {
      limit_.paused(job->number(), Clock::now());
      report_.note(base::say("{} pauses: its link is full. When there is room {}", job->row().exhibit,
                             words_of_going_on(job->kept_bytes())));
    }
    report_.attempt_ended(*job, *end);
    for (const auto& trouble : mirror_ledger(open_, wishes_.to)) report_.warn(trouble);
  }
}

void Watch::steer() {
  const auto now = Clock::now();
  for (auto& job : jobs_) {
    job->sample(now);
    limit_.sample(job->number(), job->load(), now);
    if (job->over()) limit_.ended(job->number(), now);
  }
  if (stopping_) return;
  for (const auto& decision : limit_.decide(now)) {
    const auto job = std::find_if(jobs_.begin(), jobs_.end(),
                                  [&](const auto& other) { return other->number() == decision.job; });
    if (job == jobs_.end()) continue;
    if (decision.what == JobLimit::Decision::What::start) {
      (*job)->start(open_, wishes_, opener_);
    } else {
      (*job)->pause();
    }
  }
}

void Watch::step() {
  for (const auto& line : input_.wait(std::chrono::milliseconds(200))) take_line(line);
  if (interrupt_.token().stop_requested() && !stopping_) stop_all();
  look_for_devices();
  bring_forward();
  collect();
  steer();
  const bool asks = !input_.ended() && !(quitting_ && unlabelled_.empty());
  report_.show(jobs_, unlabelled_, asks ? std::optional(input_.typed()) : std::nullopt);
}

bool Watch::may_end() const {
  const bool idle = std::all_of(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->over(); });
  if (!idle) return false;
  if (stopping_ || quitting_ || input_.ended()) return true;
  const bool waits =
      std::any_of(unlabelled_.begin(), unlabelled_.end(), [](const auto& source) { return source.given; });
  return arguments_.has("until-idle") && !waits;
}

int Watch::exit_code() const {
  if (stopping_) return kInterrupted;
  int code = kDone;
  // In this order: 4 over 130 over 3 over 0.
  const auto weight = [](int value) {
    return value == kFailed ? 3 : value == kInterrupted ? 2 : value == kLookAtIt ? 1 : 0;
  };
  for (const auto& job : jobs_) {
    if (weight(job->exit_code()) > weight(code)) code = job->exit_code();
  }
  const bool left =
      std::any_of(unlabelled_.begin(), unlabelled_.end(), [](const auto& source) { return source.given; });
  return left && code == kDone ? kLookAtIt : code;
}

void Watch::tell_how_to_go_on() {
  const auto stopped = [&](Origin origin) {
    return std::any_of(jobs_.begin(), jobs_.end(), [&](const auto& job) {
      return job->row().state == JobState::stopped && job->origin() == origin;
    });
  };
  if (stopped(Origin::given)) report_.note(base::say("To go on, give the same command again."));
  if (stopped(Origin::attached))
    report_.note(base::say("To go on with a device, watch again, attach it again and give the same label."));
}

int Watch::run() {
  take_sources();
  do {
    step();
  } while (!may_end());
  input_.close();
  report_.leave(jobs_);
  for (const auto& source : unlabelled_)
    report_.warn(base::say("{} got no label; nothing was read from it", visible(source.words())));
  if (stopping_) tell_how_to_go_on();
  return exit_code();
}

}  // namespace

int run_watch(const Arguments& arguments, Console& console, const AcquireWishes& wishes) {
  return Watch(arguments, console, wishes).run();
}

}  // namespace tools
