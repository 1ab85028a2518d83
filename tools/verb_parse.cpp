// SPDX-License-Identifier: Apache-2.0
// parse: typed records with provenance, from sandboxed workers, as a signed segment; then the index.
#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "parse/run.h"
#include "tools/allowed.h"
#include "tools/case_index.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

struct Job {
  custody::ExhibitView exhibit;
  AcquisitionView acquisition;
};

// All acquisitions of the named exhibits; without names, those that no segment was made from yet.
std::vector<Job> jobs_of(const Arguments& arguments, const store::CaseFolder& folder,
                         const custody::LedgerContent& ledger) {
  const auto exhibits = custody::exhibits_of(ledger);
  std::vector<custody::ExhibitView> chosen;
  for (const std::string& label : arguments.values("EXHIBIT"))
    chosen.push_back(exhibit_by_label(exhibits, label));
  const bool named = !chosen.empty();
  if (!named) chosen = exhibits;
  std::vector<Job> jobs;
  const GatheredCase gathered(folder);
  for (const auto& exhibit : chosen) {
    const auto done = gathered.segments_of(exhibit.uid);
    for (const auto& acquisition : gathered.acquisitions_of(exhibit.uid)) {
      const bool parsed = std::any_of(done.begin(), done.end(), [&](const auto& extract) {
        return extract.acquisition == acquisition.name &&
               (extract.station == ledger.station || std::filesystem::exists(extract.lines));
      });
      if (named || !parsed) jobs.push_back({exhibit, acquisition});
    }
  }
  return jobs;
}

// What is barred is not parsed: an error where it was named, else named and passed over. Returns how many.
std::size_t leave_out_barred(std::vector<Job>& jobs, const Arguments& arguments,
                             const store::CaseFolder& folder, Console& console) {
  const custody::Authorities authorities(GatheredCase(folder).ledgers());
  const std::int64_t now = base::now_utc_us();
  std::size_t left_out = 0;
  std::string last;
  std::erase_if(jobs, [&](const Job& job) {
    const custody::Cover cover = authorities.cover_of(job.exhibit.uid, now);
    if (cover.whole == custody::Barrier::none) return false;
    const base::Error error = barred(job.exhibit, cover, Use::parse);
    if (!arguments.values("EXHIBIT").empty()) throw error;
    if (last != job.exhibit.uid) console.warn(base::say("{} It was left out.", error.happened));
    last = job.exhibit.uid;
    ++left_out;
    return true;
  });
  return left_out;
}

base::Event event_of(const Job& job, const parse::RunOutcome& outcome) {
  base::ExhibitStatement statement{job.exhibit.uid, base::Json::object(), base::Json::object()};
  base::Json records = base::Json::object();
  for (const auto& [type, count] : outcome.segment.records_by_type) records.set(type, std::to_string(count));
  base::Json extractors = base::Json::array();
  for (const std::string& extractor : outcome.extractors) extractors.push(extractor);
  statement.members.set("acquisition", job.acquisition.name)
      .set("record_root", outcome.segment.record_root.hex());
  statement.members.set("lines", std::to_string(outcome.segment.lines)).set("records", records);
  statement.members.set("anomalies", std::to_string(outcome.segment.anomalies)).set("extractors", extractors);
  statement.members.set("reproducible", outcome.reproducible).set("sandbox", outcome.sandbox.for_people());
  statement.members.set("worker_deaths", std::to_string(outcome.worker_deaths));
  statement.hidden.set("lines_sha256", outcome.segment.lines_sha256.hex())
      .set("file_sha256", outcome.segment.file_sha256.hex());
  base::Event event{"extract", {}, base::Json::object(), false};
  event.exhibits.push_back(std::move(statement));
  return event;
}

parse::RunOptions options_of(const Arguments& arguments) {
  parse::RunOptions options;
  options.program = this_program();
  options.allow_weak_sandbox = arguments.has("weak-sandbox");
  const std::string workers = arguments.value("workers").value_or("");
  if (workers.find_first_not_of("0123456789") != workers.npos || workers.size() > 3) {
    throw base::Error(base::ErrorKind::usage, base::say("--workers takes a number"),
                      base::say("Nothing was parsed. Write it in digits, 1 or more."));
  }
  options.workers = workers.empty() ? std::max(1U, std::thread::hardware_concurrency())
                                    : static_cast<unsigned>(std::stoul(workers));
  return options;
}

std::string media_digest(const AcquisitionView& acquisition) {
  const base::Json* digests = acquisition.facts.find("digests");
  const base::Json* sha256 = digests == nullptr ? nullptr : digests->find("sha256");
  return sha256 == nullptr ? "" : sha256->text();
}

int parse_one(const Job& job, const parse::RunOptions& options, OpenCase& open,
              const base::SecretSealer& sealer, Console& console, const std::stop_token& stop) {
  const std::string name = job.exhibit.label + " " + job.acquisition.name;
  require_evidence(job.acquisition, name);
  const auto segments = exhibit_folder(open.folder, job.exhibit) / "segments";
  std::filesystem::create_directories(segments);
  const parse::RunInput input{job.exhibit.uid, job.acquisition.name, job.acquisition.evidence,
                              media_digest(job.acquisition), job.acquisition.further_folders};
  const auto progress = [&](const parse::RunProgress& at) {
    console.progress({base::say("parsing {}", name), at.pairs_done, at.pairs_total, false, 0, 0,
                      fmt::format("{}, {}", base::say_counted(at.records, "record", "records"),
                                  base::say_counted(at.anomalies, "anomaly", "anomalies"))});
  };
  const parse::RunOutcome outcome = parse::run(input, options, segments, sealer, progress, stop);
  const base::SegmentFacts& facts = outcome.segment;
  console.result(fmt::format("{}: {}, {}", name, base::say_counted(facts.lines, "line", "lines"),
                             base::say_counted(facts.anomalies, "anomaly", "anomalies")),
                 base::Json::object({{"event", "segment"},
                                     {"exhibit", job.exhibit.label},
                                     {"lines", std::to_string(facts.lines)},
                                     {"anomalies", std::to_string(facts.anomalies)},
                                     {"lines_sha256", facts.lines_sha256.hex()}}));
  if (facts.existed) {
    console.note(base::say(
        "the same lines as an earlier run gave: its segment and its entry stand, nothing is added"));
  } else {
    console.entry(open.ledger->append(event_of(job, outcome)));
  }
  return facts.anomalies > 0 || outcome.worker_deaths > 0 ? kLookAtIt : kDone;
}

int run(const Arguments& arguments, Console& console) {
  const parse::RunOptions options = options_of(arguments);
  OpenCase open = open_case(arguments, console, {"extract"});
  const custody::LedgerContent ledger = ledger_of(open.folder);
  require_not_closed(ledger);
  auto jobs = jobs_of(arguments, open.folder, ledger);
  const std::size_t left_out = leave_out_barred(jobs, arguments, open.folder, console);
  if (jobs.empty() && left_out > 0) {
    bring_index_up_to_date(open.folder);
    return kLookAtIt;
  }
  if (jobs.empty()) {
    bring_index_up_to_date(open.folder);
    console.note(
        base::say("nothing to parse: no acquisition that has not been parsed. `holdfast exhibit list` shows "
                  "what there is."));
    return kDone;
  }
  const auto sealer = custody::sealer_for(sealing_certificates(ledger, open.identity));
  Interrupt interrupt;
  int worst = left_out > 0 ? kLookAtIt : kDone;
  for (const Job& job : jobs) {
    drop_unrecorded_segments(open.folder, job.exhibit);
    worst = std::max(worst, parse_one(job, options, open, *sealer, console, interrupt.token()));
  }
  bring_index_up_to_date(open.folder);
  return worst;
}

constexpr std::array kOptions{
    Option{"EXHIBIT", OptionKind::positional_many, "LABEL",
           base::phrase("exhibits; else all that are not parsed yet")},
    Option{"workers", OptionKind::value, "N", base::phrase("workers at once; else one per core")},
    Option{"weak-sandbox", OptionKind::flag, "",
           base::phrase("go on where the kernel lacks a part of the sandbox; recorded")}};

}  // namespace

const Verb kParse{"",
                  "parse",
                  base::phrase("extract records from what was acquired"),
                  kOptions,
                  "  holdfast parse\n  holdfast parse KK-A-0001 --workers 1",
                  base::phrase("0 done; 2 usage; 3 done with anomalies; 4 failed; 130 interrupted"),
                  run};

}  // namespace tools
