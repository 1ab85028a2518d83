// SPDX-License-Identifier: Apache-2.0
#include "tools/acquire_job.h"

#include <algorithm>

#include <fmt/format.h>

#include "acquire/destination.h"
#include "acquire/identity.h"
#include "acquire/rescue_run.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/exhibit_state.h"
#include "tools/acquire_ledger.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

std::vector<image::Place> places_of(const AcquireWishes& wishes) {
  std::vector<image::Place> places;
  for (const auto& folder : wishes.to) places.push_back({fs::absolute(folder).lexically_normal(), {}});
  return places;
}

// The first file, then the other folders that hold some of the files.
std::vector<fs::path> where_of(const std::vector<acquire::Report::File>& files) {
  std::vector<fs::path> where{files.front().path};
  for (const auto& file : files) {
    const fs::path folder = file.path.parent_path();
    if (folder != where.front().parent_path() && std::find(where.begin(), where.end(), folder) == where.end())
      where.push_back(folder);
  }
  return where;
}

}  // namespace

AcquireJob::AcquireJob(const OpenCase& open, const custody::ExhibitView& exhibit, const AcquireWishes& wishes,
                       acquire::Source& source, Opener& opener)
    : folder_(open.folder), exhibit_(exhibit), wishes_(wishes), source_(source), opener_(opener) {
  choose_folder(open);
  plan_.format = wishes.format;
  plan_.places = places_of(wishes);
  if (!wishes.spill.empty() && plan_.places.empty()) plan_.places.push_back({plan_.folder, {}});
  for (auto& place : plan_.places) {
    for (const auto& folder : wishes.spill) place.then.push_back(fs::absolute(folder).lexically_normal());
  }
  plan_.segment_bytes = wishes.segment_bytes;
  plan_.retries = wishes.retries;
  plan_.bytes_per_second = wishes.bytes_per_second;
  plan_.time_limit = wishes.time_limit;
  plan_.header = {{"case_number", case_id_of(ledger_of(open.folder))},
                  {"evidence_number", exhibit.labels.front()},
                  {"examiner_name", open.identity}};
  look_at_places();
  look_at_seal(open);
}

// The newest acquisition that was begun and is not whole is gone on with.
void AcquireJob::choose_folder(const OpenCase& open) {
  const fs::path exhibit = exhibit_folder(open.folder, exhibit_);
  name_ = next_acquisition(open, exhibit_);
  const auto named = [&](unsigned number) { return acquisition_name(exhibit_, open.station, number); };
  for (unsigned number = 1; !wishes_.anew && fs::exists(exhibit / named(number)); ++number) {
    const std::string name = named(number);
    const std::string stem = exhibit_.labels.front() + "_" + name;
    const bool begun =
        acquire::earlier_attempts(exhibit / name, stem) || acquire::rescue_begun(exhibit / name, stem);
    if (!begun || fs::exists(exhibit / name / kAcquisitionReport)) continue;
    name_ = name;
    goes_on_ = true;
  }
  plan_.folder = exhibit / name_;
  plan_.stem = exhibit_.labels.front() + "_" + name_;
}

void AcquireJob::look_at_places() {
  // The acquisition's own folder is made when it begins; the one that holds all exhibits is there.
  const fs::path in_case = plan_.folder.parent_path().parent_path();
  std::vector<fs::path> folders;
  for (const auto& place : plan_.places)
    folders.push_back(place.folder == plan_.folder ? in_case : place.folder);
  if (folders.empty()) folders.push_back(in_case);
  for (const auto& folder : folders) {
    acquire::refuse_destination_on_source(folder, source_);
    const auto facts = acquire::look_at_destination(folder, goes_on_ ? 0 : source_.facts().bytes);
    for (const auto& warning : facts.warnings) warnings_.push_back(warning.words);
    const std::uint64_t segment = wishes_.segment_bytes.value_or(
        wishes_.format == acquire::OutputFormat::raw ? source_.facts().bytes : 0);
    if (facts.largest_file && segment > *facts.largest_file) {
      throw base::Error(
          base::ErrorKind::usage,
          base::say("{} is {}, which holds no file of {} bytes", folder.string(), facts.file_system, segment),
          base::say("Nothing was read. Give --segment-size 2000000000, or choose another destination."));
    }
  }
}

// Reading a thing opens what it was sealed in; that is no fault, but a gap that asks for an answer in court.
void AcquireJob::look_at_seal(const OpenCase& open) {
  const custody::ExhibitStates states = custody::custody_of(ledger_of(open.folder));
  const custody::ExhibitCustody* known = states.find(exhibit_.uid);
  if (known == nullptr || known->where != custody::Whereabouts::held || known->seal.empty()) return;
  warnings_.push_back(
      base::say("it bears the seal {}, and no entry says that this was taken off: the acquisition counts as "
                "what opened it, and `show gaps` names it until it is sealed again. Where there is time, say "
                "it first: holdfast exhibit unseal {} --reason imaging",
                visible(known->seal), exhibit_.label));
}

std::string AcquireJob::attempt() const {
  return std::to_string(plan_.attempt);
}

void AcquireJob::tell_begin(OpenCase& open) {
  const std::string format(acquire::name_of(plan_.format));
  plan_.attempt = static_cast<unsigned>(attempts_told(ledger_of(open.folder), exhibit_.uid, name_) + 1);
  tell_acquire_begin(open, exhibit_,
                     base::Json::object({{"acquisition", name_},
                                         {"format", format},
                                         {"attempt", attempt()},
                                         {"source", source_statement(source_.facts())}}));
  fs::create_directories(plan_.folder);
}

acquire::Report AcquireJob::run(const acquire::ProgressCallback& progress, std::stop_token stop) {
  if (wishes_.wait.count() > 0) {
    plan_.wait_for_source = [this, identity = acquire::identity_of(source_)](const std::stop_token& token) {
      return opener_.wait_for(identity, source_.facts().path, wishes_.wait, token).get();
    };
  }
  // Where the image lies is known before its report says that it is whole: a kill between the two loses
  // nothing.
  if (!plan_.places.empty()) {
    plan_.before_report = [this](const acquire::Report& report) { remember_where(report); };
  }
  const bool rescue = wishes_.rescue || acquire::rescue_begun(plan_.folder, plan_.stem);
  return rescue ? acquire::acquire_by_rescue(source_, plan_, progress, stop)
                : acquire::acquire(source_, plan_, progress, stop);
}

void AcquireJob::remember_where(const acquire::Report& report) const {
  record_location(folder_, exhibit_, name_, where_of(report.files));
  for (std::size_t i = 0; i < report.further_copies.size(); ++i) {
    const auto& files = report.further_copies[i].files;
    if (!files.empty())
      record_location(folder_, exhibit_, name_ + "/" + further_copy_name(i), where_of(files));
  }
}

base::EntryReceipt AcquireJob::tell_end(OpenCase& open, const acquire::Report& report) {
  const bool whole = fs::exists(plan_.folder / kAcquisitionReport);
  const fs::path json = plan_.folder / (whole ? kAcquisitionReport : "attempt-" + attempt() + ".json");
  return tell_acquire_end(open, exhibit_, name_, std::string(acquire::name_of(plan_.format)), report, json,
                          attempt());
}

base::EntryReceipt AcquireJob::tell_failed(OpenCase& open, const std::string& why, acquire::Outcome outcome) {
  acquire::Report failed;
  failed.outcome = outcome;
  failed.source = source_.facts();
  failed.trouble = why;
  failed.media_bytes = failed.not_attempted_bytes = source_.facts().bytes;
  return tell_acquire_end(open, exhibit_, name_, std::string(acquire::name_of(plan_.format)), failed, {},
                          attempt());
}

}  // namespace tools
