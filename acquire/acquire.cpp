// SPDX-License-Identifier: Apache-2.0
// One acquisition from begin, or from where an earlier attempt stopped, to the report.
#include <algorithm>
#include <ctime>
#include <optional>

#include "acquire/acquisition.h"
#include "acquire/check_image.h"
#include "acquire/imaging.h"
#include "acquire/journal.h"
#include "acquire/resume.h"
#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "version.h"

namespace acquire {
namespace {

constexpr char kReportName[] = "acquisition.json";

std::map<std::string, std::string> header_of(const SourceFacts& source, const Plan& plan) {
  auto header = plan.header;
  header.emplace("acquiry_operating_system", "Linux");
  header.emplace("acquiry_software_version", kHoldfastVersion);
  if (source.model && base::is_utf8(*source.model)) header.emplace("model", *source.model);
  if (source.serial && base::is_utf8(*source.serial)) header.emplace("serial_number", *source.serial);
  return header;
}

std::vector<image::Place> places_of(const Plan& plan) {
  return plan.places.empty() ? std::vector<image::Place>{{plan.folder, {}}} : plan.places;
}

Journal::Start start_of(Source& source, const Plan& plan) {
  const SourceFacts& facts = source.facts();
  Journal::Start start;
  start.stem = plan.stem;
  start.format = name_of(plan.format);
  start.media_bytes = facts.bytes;
  start.sector_bytes = facts.logical_sector;
  start.segment_bytes = plan.segment_bytes;
  start.step_bytes = plan.step_bytes;
  start.removable = facts.removable.value_or(false);
  start.physical = !facts.partition;
  start.set_identifier = base::to_hex(base::random_bytes(16));
  start.acquired = std::time(nullptr);
  start.header = header_of(facts, plan);
  start.source = identity_of(source);
  start.places = places_of(plan);
  return start;
}

image::WriterOptions writer_options(const Journal::Start& start, const Plan& plan,
                                    std::optional<std::uint64_t> continue_at) {
  image::WriterOptions options;
  options.media_bytes = start.media_bytes;
  options.sector_bytes = start.sector_bytes;
  options.segment_bytes = start.segment_bytes;
  options.removable = start.removable;
  options.physical = start.physical;
  options.header = start.header;
  options.set_identifier = base::from_hex(start.set_identifier);
  options.acquired = start.acquired;
  options.step_bytes = start.step_bytes;
  options.sync_every = plan.sync_every;
  options.continue_at = continue_at;
  return options;
}

std::unique_ptr<image::ImageWriter> create_writer(const std::vector<image::Place>& places,
                                                  const Journal::Start& start,
                                                  const image::WriterOptions& options) {
  return start.format == name_of(OutputFormat::e01) ? image::create_e01(places, start.stem, options)
                                                    : image::create_raw(places, start.stem, options);
}

void refuse_another(const Journal::Start& begun, const Journal::Start& now) {
  if (begun.media_bytes != now.media_bytes || begun.sector_bytes != now.sector_bytes ||
      compare(begun.source, now.source) != Match::same) {
    throw base::Error(
        base::ErrorKind::conflict,
        base::say("this is not the source that {} was begun from, or it cannot be told from another: size, "
                  "serial number, beginning and end were compared",
                  begun.stem),
        base::say("Nothing was changed. Attach the same device to go on, or acquire this one with --new."));
  }
  if (begun.format != now.format) {
    throw base::Error(base::ErrorKind::usage, base::say("{} was begun as {}", begun.stem, begun.format),
                      base::say("Nothing was changed. Go on in that format, or acquire anew with --new."));
  }
}

// Where an earlier attempt went stays; folders to go on in when those are full are added.
std::vector<image::Place> merged(std::vector<image::Place> begun, const std::vector<image::Place>& now) {
  for (auto& place : begun) {
    for (const auto& added : now) {
      if (added.folder != place.folder) continue;
      for (const auto& folder : added.then) {
        if (std::find(place.then.begin(), place.then.end(), folder) == place.then.end())
          place.then.push_back(folder);
      }
    }
  }
  return begun;
}

// Everything that a run needs to read on.
struct Session {
  Journal journal;
  std::uint64_t from = 0;
  std::unique_ptr<image::DigestThreads> digests;
  std::unique_ptr<image::ImageWriter> writer;
  std::vector<image::Place> places, left_behind;
};

Session begin(Source& source, const Plan& plan) {
  auto start = start_of(source, plan);
  auto places = start.places;
  // What goes on may cut files back, so the journal is begun only where there are none of another.
  image::refuse_existing(places, start.stem);
  Journal journal = Journal::begin(plan.folder, start);
  try {
    auto writer = create_writer(places, start, writer_options(start, plan, std::nullopt));
    return {std::move(journal), 0, three_digests(), std::move(writer), places, {}};
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::io) journal.remove();  // it cannot be made so: nothing was begun
    throw;
  }
}

Session go_on(Source& source, const Plan& plan, Journal journal, const ProgressCallback& progress,
              const std::stop_token& stop) {
  refuse_another(journal.start(), start_of(source, plan));
  auto found = check_what_is_there(journal, merged(journal.start().places, plan.places), progress, stop);
  journal.cut_back(found.from, found.places);
  auto writer =
      create_writer(found.places, journal.start(), writer_options(journal.start(), plan, found.from));
  return {std::move(journal), found.from,   std::move(found.digests),
          std::move(writer),  found.places, found.left_behind};
}

Session open_session(Source& source, const Plan& plan, const ProgressCallback& progress,
                     const std::stop_token& stop) {
  if (std::filesystem::exists(plan.folder / kReportName)) {
    throw base::Error(
        base::ErrorKind::conflict, base::say("{} exists already", (plan.folder / kReportName).string()),
        base::say("It was not touched. This folder holds another acquisition: use one of its own."));
  }
  auto journal = Journal::find(plan.folder, plan.stem);
  return journal ? go_on(source, plan, std::move(*journal), progress, stop) : begin(source, plan);
}

// What is there of an image that is not whole is named as well.
std::vector<Report::File> files_in(const image::Place& place, const std::string& stem) {
  std::vector<Report::File> files;
  std::vector<std::filesystem::path> folders{place.folder};
  folders.insert(folders.end(), place.then.begin(), place.then.end());
  for (const auto& folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(stem + ".") || name.ends_with(".journal")) continue;
      files.push_back({name, entry.file_size(), "", entry.path()});
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

Report::Copy read_back(const image::Written& written, const image::Place& place, const Report& report,
                       const ProgressCallback& progress, const std::stop_token& stop) {
  Report::Copy copy;
  if (written.failure) {
    copy.trouble = written.failure->what();
    for (const auto& path : written.files)
      copy.files.push_back({path.filename().string(), std::filesystem::file_size(path), "", path});
    return copy;
  }
  auto checked = check_image(written.files.front(), place.then, progress, stop);
  copy.damage = std::move(checked.verification.damage);
  copy.files = std::move(checked.files);
  if (checked.verification.interrupted) {
    copy.trouble = "stopped on request while the finished image was read back";
    return copy;
  }
  const bool equal = checked.verification.digests == report.media_digests && copy.damage.empty() &&
                     checked.facts.media_bytes == report.media_bytes;
  copy.read_back = equal ? ReadBack::equal : ReadBack::different;
  if (!equal) copy.trouble = "the image does not read back as it was written";
  return copy;
}

void judge(Report& report, std::vector<Report::Copy> copies) {
  // The first copy that is whole speaks for the acquisition.
  const auto whole = std::find_if(copies.begin(), copies.end(),
                                  [](const auto& copy) { return copy.read_back == ReadBack::equal; });
  if (whole != copies.end()) std::rotate(copies.begin(), whole, whole + 1);
  auto& first = copies.front();
  report.files = std::move(first.files);
  report.read_back = first.read_back;
  report.damage = std::move(first.damage);
  report.trouble = first.trouble;
  report.further_copies.assign(std::make_move_iterator(copies.begin() + 1),
                               std::make_move_iterator(copies.end()));
  if (report.read_back == ReadBack::equal) {
    report.outcome = report.bad.empty() ? Outcome::complete : Outcome::complete_with_bad_ranges;
  } else {
    report.outcome = report.read_back == ReadBack::different ? Outcome::failed : Outcome::interrupted;
  }
}

void finish(Report& report, const Session& session, const std::vector<image::Written>& written,
            const ProgressCallback& progress, const std::stop_token& stop) {
  std::vector<Report::Copy> copies;
  for (std::size_t i = 0; i < written.size(); ++i)
    copies.push_back(read_back(written[i], session.places[i], report, progress, stop));
  for (const auto& place : session.left_behind) {
    Report::Copy copy;
    copy.trouble = "this copy failed in an earlier attempt and was left unfinished";
    copy.files = files_in(place, session.journal.start().stem);
    copies.push_back(std::move(copy));
  }
  judge(report, std::move(copies));
}

// Where the journal's disk is the one that failed, the failure that led here is the one to tell.
void note_end(Journal& journal, const std::string& end) {
  try {
    journal.end_attempt(end);
  } catch (const base::Error&) {
    return;
  }
}

void write_report(const Report& report, const Plan& plan, Journal& journal) {
  const bool whole = report.read_back == ReadBack::equal || report.read_back == ReadBack::different;
  const std::string name =
      whole ? kReportName
            : "attempt-" + std::to_string(plan.attempt == 0 ? journal.attempts().size() : plan.attempt) +
                  ".json";
  if (whole && plan.before_report) plan.before_report(report);
  // From here on a power cut leaves image and report; before, an attempt that the same command goes on with.
  base::write_durably(plan.folder / name, base::as_bytes(report.to_json().canonical()));
  if (whole) journal.remove();
}

}  // namespace

std::optional<std::vector<Report::Attempt>> earlier_attempts(const std::filesystem::path& folder,
                                                             const std::string& stem) {
  const auto journal = Journal::find(folder, stem);
  return journal ? std::optional(journal->attempts()) : std::nullopt;
}

Report acquire(Source& source, const Plan& plan, const ProgressCallback& progress, std::stop_token stop) {
  Report report;
  report.format = plan.format;
  report.media_bytes = source.facts().bytes;
  report.sector_bytes = source.facts().logical_sector;
  report.started_utc = now_utc();
  report.pauses = plan.pauses;
  report.rescued = plan.rescued;
  Session session = open_session(source, plan, progress, stop);
  session.journal.add(Report::Attempt{report.started_utc, session.from, ""});
  std::optional<std::vector<image::Written>> written;
  try {
    Imaging imaging(source, plan, session.journal, session.from, std::move(session.digests),
                    std::move(session.writer), progress, stop, report);
    written = imaging.run();
    report.bad = session.journal.bad();
    report.bad_bytes = bytes_of(report.bad, report.sector_bytes, report.media_bytes);
    report.not_attempted_bytes = report.media_bytes - imaging.done();
    report.read_bytes = imaging.done() - report.bad_bytes;
  } catch (const base::Error& error) {
    note_end(session.journal, error.what());
    throw;
  }
  report.source = source.facts();
  report.source.writes_after = source.write_counters();
  if (written) {
    finish(report, session, *written, progress, stop);
  } else {
    report.files = files_in(session.places.front(), plan.stem);
  }
  const auto& marks = session.journal.marks();
  report.kept_bytes = marks.empty() ? 0 : marks.back().bytes;
  if (!report.trouble.empty()) session.journal.end_attempt(report.trouble);
  report.attempts = session.journal.attempts();
  report.ended_utc = now_utc();
  write_report(report, plan, session.journal);
  return report;
}

}  // namespace acquire
