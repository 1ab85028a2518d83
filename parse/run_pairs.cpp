// SPDX-License-Identifier: Apache-2.0
#include "parse/run_pairs.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/words.h"
#include "parse/run_check.h"
#include "parse/worker_pair.h"

namespace parse {
namespace {

class PairRun {
 public:
  PairRun(const std::vector<Claim>& claims, const WorkerHello& hello, const RunIdentity& run,
          const WorkerStarter& start, const std::function<void(const RunProgress&)>& progress)
      : claims_(claims), hello_(hello), run_(run), start_(start), progress_(progress) {
    all_.results.resize(claims.size());
    told_.pairs_total = claims.size();
  }

  PairResults go(unsigned workers, const std::filesystem::path& spool_folder) {
    const auto useful = std::max<std::size_t>(1, std::min<std::size_t>(workers, claims_.size()));
    for (std::size_t i = 0; i < useful; ++i) all_.spools.emplace_back(spool_folder);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < useful; ++i) threads.emplace_back([this, i] { guard(i); });
    }
    if (failure_) std::rethrow_exception(failure_);
    return std::move(all_);
  }

 private:
  // The first error of any thread ends the run; it is thrown on by the thread that called.
  void guard(std::size_t thread) {
    try {
      drive(thread);
      all_.spools[thread].flush();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = claims_.size();
    }
  }

  bool take(std::size_t& index) {
    const std::lock_guard lock(mutex_);
    if (next_ >= claims_.size()) return false;
    index = next_++;
    return true;
  }

  void drive(std::size_t thread) {
    std::unique_ptr<WorkerProcess> worker;
    bool fresh = true;
    for (std::size_t index = 0; take(index);) {
      PairResult& result = all_.results[index];
      result.spool = thread;
      while (!attempt(claims_[index], worker, fresh, result)) {
        worker.reset();
        if (!fresh && result.lost_to != "idle") continue;
        tell(0, 1);  // the anomaly that stands for the pair
        break;
      }
    }
  }

  // True where the pair is done. Else `lost_to` says why, and `fresh` whether the worker served it first.
  bool attempt(const Claim& claim, std::unique_ptr<WorkerProcess>& worker, bool& fresh, PairResult& result) {
    fresh = worker == nullptr;
    if (fresh) worker = start_fresh();
    Spool& spool = all_.spools[result.spool];
    result.records_begin = spool.position();
    PairCheck check(run_, facts_of(claim.extractor), claim.locator);
    try {
      converse(claim, *worker, check, spool);
    } catch (const WorkerGone& gone) {
      return lose(gone.reason, result, spool);
    } catch (const ProtocolError&) {
      return lose("protocol", result, spool);
    } catch (const base::JsonError&) {
      return lose("protocol", result, spool);
    }
    keep(check, result, spool);
    return true;
  }

  std::unique_ptr<WorkerProcess> start_fresh() {
    auto worker = start_();
    if (worker->hello().extractors != hello_.extractors)
      throw base::Error(
          base::ErrorKind::io, base::say("two workers of one run have different extractors"),
          base::say("The evidence was only read. The program was replaced during the run: run it again."));
    return worker;
  }

  const ExtractorFacts& facts_of(const std::string& name) const {
    return *std::find_if(hello_.extractors.begin(), hello_.extractors.end(),
                         [&](const ExtractorFacts& facts) { return facts.name == name; });
  }

  static void converse(const Claim& claim, WorkerProcess& worker, PairCheck& check, Spool& spool) {
    worker.send(FrameKind::pair,
                base::Json::object({{"extractor", claim.extractor}, {"locator", claim.locator.encoded()}}));
    while (true) {
      const Frame frame = worker.receive();
      switch (frame.kind) {
        case FrameKind::source_known:
          check.source_known(frame.json());
          break;
        case FrameKind::record:
          check.record(frame.payload);
          spool.append(frame.payload);
          break;
        case FrameKind::source:
          check.source(frame.payload);
          break;
        case FrameKind::done:
          return check.done(frame.json());
        case FrameKind::refused:
          throw refusal_from(frame, base::say("the evidence"));
        default:
          throw ProtocolError("a frame that is no part of a pair");
      }
    }
  }

  void keep(const PairCheck& check, PairResult& result, Spool& spool) {
    result.sources_begin = spool.position();
    for (const std::string& line : check.source_lines()) spool.append(base::as_bytes(line));
    result.end = spool.position();
    result.outcome = check.outcome();
    result.lost_to.clear();
    tell(check.records(), check.anomalies());
  }

  bool lose(std::string reason, PairResult& result, Spool& spool) {
    spool.rewind(result.records_begin);
    result.sources_begin = result.end = result.records_begin;
    result.outcome = name_of(PairOutcome::failed);
    result.lost_to = std::move(reason);
    const std::lock_guard lock(mutex_);
    ++all_.worker_deaths;
    return false;
  }

  void tell(std::uint64_t records, std::uint64_t anomalies) {
    const std::lock_guard lock(mutex_);
    ++told_.pairs_done;
    told_.records += records;
    told_.anomalies += anomalies;
    if (progress_) progress_(told_);
  }

  const std::vector<Claim>& claims_;
  const WorkerHello& hello_;
  const RunIdentity& run_;
  const WorkerStarter& start_;
  const std::function<void(const RunProgress&)>& progress_;
  std::mutex mutex_;  // guards what follows, but for the result and spool that belong to a thread
  PairResults all_;
  RunProgress told_{};
  std::size_t next_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

PairResults run_pairs(const std::vector<Claim>& claims, const WorkerHello& hello, const RunIdentity& run,
                      unsigned workers, const std::filesystem::path& spool_folder, const WorkerStarter& start,
                      const std::function<void(const RunProgress&)>& progress) {
  return PairRun(claims, hello, run, start, progress).go(workers, spool_folder);
}

}  // namespace parse
