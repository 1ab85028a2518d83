// SPDX-License-Identifier: Apache-2.0
#include "tools/acquire_job.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "acquire/destination.h"
#include "acquire/identity.h"
#include "acquire/rescue_run.h"
#include "base/file.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

constexpr char kReport[] = "acquisition.json";

// What the ledger holds of one acquisition.
struct Told {
  std::size_t begins = 0, ends = 0;
};
Told told_of(const custody::LedgerContent& ledger, const std::string& exhibit_uid,
             const std::string& acquisition) {
  Told told;
  for (const custody::Entry& entry : ledger.entries) {
    const custody::OpenedBody opened = custody::open_body(entry);
    const std::string act = opened.body.at("act").text();
    if (act != "acquire.begin" && act != "acquire.end") continue;
    for (const auto& exhibit : opened.exhibits) {
      const base::Json* name = exhibit.members.find("acquisition");
      if (exhibit.uid != exhibit_uid || name == nullptr || name->text() != acquisition) continue;
      ++(act == "acquire.begin" ? told.begins : told.ends);
    }
  }
  return told;
}

std::vector<image::Place> places_of(const AcquireWishes& wishes) {
  std::vector<image::Place> places;
  for (const auto& folder : wishes.to) places.push_back({fs::absolute(folder).lexically_normal(), {}});
  return places;
}

// Waits until the device is back, for as long as was wished.
std::unique_ptr<acquire::Source> wait_for(const acquire::Identity& identity, const std::string& name,
                                          std::chrono::seconds patience, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
    if (auto found = acquire::find_again(identity, name)) return found;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  return nullptr;
}

base::Json statement_of(const acquire::Report& report) {
  base::Json members = base::Json::object();
  members.set("adopted", report.adopted).set("outcome", acquire::name_of(report.outcome));
  members.set("media_bytes", std::to_string(report.media_bytes))
      .set("read_bytes", std::to_string(report.read_bytes));
  members.set("bad_bytes", std::to_string(report.bad_bytes));
  members.set("not_attempted_bytes", std::to_string(report.not_attempted_bytes));
  members.set("read_back", acquire::name_of(report.read_back))
      .set("files", std::to_string(report.files.size()));
  members.set("source", source_statement(report.source));
  if (!report.trouble.empty() && base::is_utf8(report.trouble)) members.set("trouble", report.trouble);
  return members;
}

}  // namespace

std::string next_acquisition(const fs::path& exhibit) {
  for (int number = 1;; ++number) {
    const std::string name = "a" + std::to_string(number);
    if (!fs::exists(exhibit / name)) return name;
  }
}

base::Json source_statement(const acquire::SourceFacts& facts) {
  base::Json out = base::Json::object({{"path", facts.path},
                                       {"bytes", std::to_string(facts.bytes)},
                                       {"block_device", facts.block_device},
                                       {"logical_sector", std::to_string(facts.logical_sector)},
                                       {"physical_sector", std::to_string(facts.physical_sector)},
                                       {"read_only_before", facts.read_only_before},
                                       {"read_only_set", facts.read_only_set}});
  if (facts.model) out.set("model", *facts.model);
  if (facts.serial) out.set("serial", *facts.serial);
  out.set("level", !facts.block_device ? "file" : facts.partition ? "partition" : "device");
  if (facts.drive && facts.drive->ata) out.set("ata_locked", facts.drive->ata->security.locked);
  base::Json found = base::Json::array();
  for (const auto& advice : facts.advice) found.push(advice.code);
  out.set("found", std::move(found));
  return out;
}

base::EntryReceipt tell_acquire_begin(OpenCase& open, const custody::ExhibitView& exhibit,
                                      base::Json members) {
  base::Event event{"acquire.begin", {}, base::Json::object(), false};
  event.exhibits.push_back({exhibit.uid, std::move(members), base::Json::object()});
  return open.ledger->append(event);
}

base::EntryReceipt tell_acquire_end(OpenCase& open, const custody::ExhibitView& exhibit,
                                    const std::string& acquisition, const std::string& format,
                                    const acquire::Report& report, const fs::path& json_file,
                                    const std::string& attempt) {
  base::ExhibitStatement statement{exhibit.uid, statement_of(report), base::Json::object()};
  statement.members.set("acquisition", acquisition).set("format", format);
  if (!attempt.empty()) statement.members.set("attempt", attempt);
  for (const auto& [algorithm, digest] : report.media_digests)
    statement.hidden.set(base::name_of(algorithm), base::to_hex(digest));
  if (!json_file.empty()) {
    const bool whole = json_file.filename() == kReport;
    statement.hidden.set(whole ? "acquisition_json_sha256" : "attempt_json_sha256",
                         base::sha256(base::read_file(json_file)).hex());
  }
  base::Event event{"acquire.end", {}, base::Json::object(), false};
  event.exhibits.push_back(std::move(statement));
  return open.ledger->append(event);
}

AcquireJob::AcquireJob(const OpenCase& open, const custody::ExhibitView& exhibit, const AcquireWishes& wishes,
                       acquire::Source& source)
    : exhibit_(exhibit), wishes_(wishes), source_(source) {
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
}

// The newest acquisition that was begun and is not whole is gone on with.
void AcquireJob::choose_folder(const OpenCase& open) {
  const fs::path exhibit = exhibit_folder(open.folder, exhibit_);
  name_ = next_acquisition(exhibit);
  for (int number = 1; !wishes_.anew && fs::exists(exhibit / ("a" + std::to_string(number))); ++number) {
    const std::string name = "a" + std::to_string(number);
    const std::string stem = exhibit_.labels.front() + "_" + name;
    const bool begun =
        acquire::earlier_attempts(exhibit / name, stem) || acquire::rescue_begun(exhibit / name, stem);
    if (!begun || fs::exists(exhibit / name / kReport)) continue;
    name_ = name;
    goes_on_ = true;
  }
  plan_.folder = exhibit / name_;
  plan_.stem = exhibit_.labels.front() + "_" + name_;
}

void AcquireJob::look_at_places() {
  std::vector<fs::path> folders;
  for (const auto& place : plan_.places) folders.push_back(place.folder);
  if (folders.empty()) folders.push_back(plan_.folder.parent_path().parent_path());
  for (const auto& folder : folders) {
    acquire::refuse_destination_on_source(folder, source_);
    const auto facts = acquire::look_at_destination(folder, goes_on_ ? 0 : source_.facts().bytes);
    for (const auto& warning : facts.warnings) warnings_.push_back(warning.words);
    const std::uint64_t segment = wishes_.segment_bytes.value_or(
        wishes_.format == acquire::OutputFormat::raw ? source_.facts().bytes : 0);
    if (facts.largest_file && segment > *facts.largest_file) {
      throw base::Error(base::ErrorKind::usage,
                        fmt::format("{} is {}, which holds no file of {} bytes", folder.string(),
                                    facts.file_system, segment),
                        "Nothing was read. Give --segment-size 2000000000, or choose another destination.");
    }
  }
}

std::string AcquireJob::attempt() const {
  return std::to_string(plan_.attempt);
}

void AcquireJob::tell_begin(OpenCase& open) {
  const std::string format(acquire::name_of(plan_.format));
  const Told told = told_of(ledger_of(open.folder), exhibit_.uid, name_);
  if (told.begins > told.ends) {
    acquire::Report cut_off;
    cut_off.source = source_.facts();
    cut_off.outcome = acquire::Outcome::interrupted;
    cut_off.trouble =
        "the attempt ended without a word, as after a power cut or a kill; noted when it was gone on with";
    cut_off.media_bytes = cut_off.not_attempted_bytes = source_.facts().bytes;
    tell_acquire_end(open, exhibit_, name_, format, cut_off, {}, std::to_string(told.begins));
  }
  plan_.attempt = static_cast<unsigned>(told.begins + 1);
  tell_acquire_begin(open, exhibit_,
                     base::Json::object({{"acquisition", name_},
                                         {"format", format},
                                         {"attempt", attempt()},
                                         {"source", source_statement(source_.facts())}}));
  fs::create_directories(plan_.folder);
}

acquire::Report AcquireJob::run(const acquire::ProgressCallback& progress, std::stop_token stop) {
  if (wishes_.wait.count() > 0) {
    plan_.wait_for_source = [identity = acquire::identity_of(source_), name = source_.facts().path,
                             wait = wishes_.wait](const std::stop_token& token) {
      return wait_for(identity, name, wait, token);
    };
  }
  const bool rescue = wishes_.rescue || acquire::rescue_begun(plan_.folder, plan_.stem);
  return rescue ? acquire::acquire_by_rescue(source_, plan_, progress, stop)
                : acquire::acquire(source_, plan_, progress, stop);
}

base::EntryReceipt AcquireJob::tell_end(OpenCase& open, const acquire::Report& report) {
  const bool whole = fs::exists(plan_.folder / kReport);
  const fs::path json = plan_.folder / (whole ? kReport : "attempt-" + attempt() + ".json");
  if (whole && !plan_.places.empty()) {
    std::vector<fs::path> where{report.files.front().path};
    for (const auto& file : report.files) {
      const fs::path folder = file.path.parent_path();
      if (folder != where.front().parent_path() &&
          std::find(where.begin(), where.end(), folder) == where.end())
        where.push_back(folder);
    }
    record_location(open.folder, exhibit_.labels.front(), name_, where);
    for (std::size_t i = 0; i < report.further_copies.size(); ++i) {
      const auto& files = report.further_copies[i].files;
      if (!files.empty())
        record_location(open.folder, exhibit_.labels.front(), fmt::format("{}/copy{}", name_, i + 2),
                        {files.front().path});
    }
  }
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
