// SPDX-License-Identifier: Apache-2.0
// One of several acquisitions that run at once: from a label that was given to the end that the ledger was
// told. Opening and reading go on in threads of their own; everything here is called by the main thread,
// which alone touches the ledger.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "tools/acquire_job.h"
#include "tools/board.h"
#include "tools/job_limit.h"
#include "tools/job_words.h"
#include "tools/labels.h"
#include "tools/opener.h"

namespace tools {

class WatchJob {
 public:
  using Clock = std::chrono::steady_clock;
  WatchJob(int number, const Unlabelled& source, custody::ExhibitView exhibit);

  int number() const { return number_; }
  const std::string& exhibit_uid() const { return exhibit_.uid; }
  const custody::ExhibitView& exhibit() const { return exhibit_; }
  const std::string& acquisition() const { return acquisition_; }
  Origin origin() const { return origin_; }
  // Of its last attempt; nothing where that is not known.
  const std::optional<std::uint64_t>& kept_bytes() const { return kept_bytes_; }
  const BoardRow& row() const { return row_; }
  bool over() const { return is_over(row_.state); }
  // Told to the ledger since the last call, in words for people.
  std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

  void open(Opener& opener, const acquire::OpenOptions& options);
  // True once, when the source is open and the job waits for room. Where it could not be opened, an attempt
  // is told to the ledger.
  bool opened(OpenCase& open);
  // REQUIRES: opened. The links that it shares with others.
  std::vector<std::string> groups(const AcquireWishes& wishes, const OpenCase& open) const;

  // Tells the ledger and reads, or goes on after a pause. A failure ends the job.
  void start(OpenCase& open, const AcquireWishes& wishes, Opener& opener);
  void pause();
  void stop();  // for good; a job that never started ends at once
  void refuse(const base::Error& why) { fail(why.happened, why.advice); }  // REQUIRES: not opened

  // What an attempt gave; nothing while it runs.
  struct End {
    std::optional<base::EntryReceipt> entry;
    std::optional<acquire::Report> report;  // absent where it failed before there was any
    bool paused = false;
  };
  std::optional<End> collect(OpenCase& open);

  void sample(Clock::time_point now);  // a few times a second
  JobLimit::Sample load() const;
  int exit_code() const { return exit_code_; }  // REQUIRES: over

 private:
  // What the reading thread tells.
  struct Shared {
    std::mutex mutex;
    std::optional<acquire::Progress> progress;
    std::uint64_t moved = 0;  // bytes in whichever direction, never counted back
    bool finished = false;
    std::variant<std::monostate, acquire::Report, base::Error> result;
  };
  static void read(AcquireJob& job, Shared& shared, const std::stop_token& stop);
  void fail(const std::string& why, const std::string& advice);
  void judge(const acquire::Report& report);
  void show_what_is_kept(const acquire::Report& report);
  void tell_not_opened(OpenCase& open, const std::string& why);
  End end_of(OpenCase& open, const acquire::Report& report);
  End end_of(OpenCase& open, const base::Error& error);

  enum class Wish { run, pause, stop };
  int number_;
  Origin origin_;
  std::string source_name_;
  std::optional<std::uint64_t> kept_bytes_;
  custody::ExhibitView exhibit_;
  std::string acquisition_;
  BoardRow row_;
  std::vector<std::string> warnings_;
  int exit_code_ = 0;
  Wish wish_ = Wish::run;

  std::future<std::unique_ptr<acquire::Source>> opening_;
  std::unique_ptr<acquire::Source> source_;
  std::unique_ptr<AcquireJob> job_;
  std::unique_ptr<Shared> shared_;
  Clock::time_point sampled_{};
  std::uint64_t sampled_moved_ = 0;
  std::uint64_t moved_ = 0;  // by attempts before this one
  std::jthread thread_;      // the last member: it ends before what it uses goes
};

// The link in the path of a port that a device shares with others: "pci0000:00/0000:00:14.0/usb1" for all
// that hang on one USB controller's bus. "unknown" where the path tells none.
std::string link_of(const std::string& port);

}  // namespace tools
