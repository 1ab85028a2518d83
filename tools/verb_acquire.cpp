// SPDX-License-Identifier: Apache-2.0
// acquire: image a device or file, or register an image that somebody else made. The only verb that touches
// devices; it parses nothing.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "acquire/acquisition.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/acquire_job.h"
#include "tools/acquire_ledger.h"
#include "tools/allowed.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/job_words.h"
#include "tools/opener.h"
#include "tools/verbs.h"
#include "tools/watch.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using acquire::Outcome;

void show(Console& console, const acquire::Report& report) {
  console.object(report.to_json());
  console.line(base::say("{}: {} read, {} bad, {} not attempted", acquire::name_of(report.outcome),
                         with_unit(report.read_bytes), with_unit(report.bad_bytes),
                         with_unit(report.not_attempted_bytes)));
  for (const auto& [algorithm, digest] : report.media_digests) {
    console.line(fmt::format("  {:<7} {}", base::name_of(algorithm), base::to_hex(digest)));
  }
  console.line(base::say("  read back: {}", acquire::name_of(report.read_back)));
  for (const auto& copy : report.further_copies) {
    console.line(base::say("  further copy: {}", acquire::name_of(copy.read_back)));
    if (!copy.trouble.empty()) console.warn(base::say("further copy: {}", copy.trouble));
  }
  if (!report.trouble.empty()) console.warn(report.trouble);
  if (report.outcome == Outcome::interrupted)
    console.note(advice_when_stopped(Origin::given, report.kept_bytes));
  for (const image::Damage& damage : report.damage) {
    console.warn(base::say("{} in {} at {}", damage.code, damage.file, damage.file_offset));
  }
}

std::string words_of(acquire::Progress::Phase phase) {
  switch (phase) {
    case acquire::Progress::Phase::check:
      return base::say("checking what is there");
    case acquire::Progress::Phase::read:
      return base::say("reading");
    case acquire::Progress::Phase::wait:
      return base::say("the source is gone: waiting for it");
    case acquire::Progress::Phase::read_back:
      return base::say("reading back");
  }
  return "";
}

std::function<void(const acquire::Progress&)> to_console(Console& console) {
  return [&console](const acquire::Progress& progress) {
    Console::Step step;
    step.what = words_of(progress.phase);
    step.done = progress.done;
    step.total = progress.total;
    step.per_second = progress.bytes_per_second;
    step.seconds_left = progress.seconds_left;
    if (progress.bad_sectors > 0) step.trouble = base::say("{} bad sectors", progress.bad_sectors);
    console.progress(step);
  };
}

int exit_code_of(const acquire::Report& report) {
  switch (report.outcome) {
    case Outcome::complete: {
      // Raw images state no digest of their own; that is no trouble.
      const bool sound = report.read_back_equal() || report.read_back == acquire::ReadBack::nothing_stated;
      // A copy that was asked for and is not whole is something missing, whatever the others are.
      const bool all_copies = std::ranges::all_of(
          report.further_copies, [](const auto& copy) { return copy.read_back == acquire::ReadBack::equal; });
      return sound && all_copies && report.damage.empty() ? kDone : kLookAtIt;
    }
    case Outcome::complete_with_bad_ranges:
      return kLookAtIt;
    case Outcome::interrupted:
      return kInterrupted;
    case Outcome::failed:
      return kFailed;
  }
  return kFailed;
}

// A number with a unit: "2000000000", "400M", "2G" (powers of ten, as disks are sold).
std::uint64_t bytes_from(const std::string& name, const std::string& value) {
  std::size_t used = 0;
  std::uint64_t number = 0;
  try {
    number = std::stoull(value, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const std::string unit = value.substr(used);
  const std::uint64_t factor = unit.empty()  ? 1
                               : unit == "k" ? 1'000
                               : unit == "M" ? 1'000'000
                               : unit == "G" ? 1'000'000'000
                                             : 0;
  if (used == 0 || factor == 0 || number == 0 || number > UINT64_MAX / 2 / factor) {
    throw base::Error(base::ErrorKind::usage, base::say("--{} {} is no number of bytes", name, value),
                      base::say("Nothing was read. Write it as 2000000000, 2000M or 2G."));
  }
  return number * factor;
}

std::uint64_t count_from(const std::string& name, const std::string& value) {
  if (value.empty() || value.size() > 6 || value.find_first_not_of("0123456789") != value.npos) {
    throw base::Error(base::ErrorKind::usage, base::say("--{} {} is no number", name, value),
                      base::say("Nothing was read. Write it in digits."));
  }
  return std::stoull(value);
}

std::vector<std::filesystem::path> paths_of(const Arguments& arguments, std::string_view name) {
  std::vector<std::filesystem::path> paths;
  for (const auto& path : arguments.values(name)) paths.emplace_back(path);
  return paths;
}

AcquireWishes wishes_of(const Arguments& arguments) {
  AcquireWishes wishes;
  const std::string format = arguments.value("format").value_or("e01");
  if (format != "e01" && format != "raw") {
    throw base::Error(base::ErrorKind::usage, base::say("no format is called {}", format),
                      base::say("Nothing was read. Choose e01 or raw."));
  }
  wishes.format = format == "raw" ? acquire::OutputFormat::raw : acquire::OutputFormat::e01;
  wishes.to = paths_of(arguments, "to");
  wishes.spill = paths_of(arguments, "spill");
  wishes.anew = arguments.has("new");
  wishes.rescue = arguments.has("rescue");
  if (const auto value = arguments.value("segment-size"))
    wishes.segment_bytes = bytes_from("segment-size", *value);
  if (const auto value = arguments.value("rate")) wishes.bytes_per_second = bytes_from("rate", *value);
  if (const auto value = arguments.value("retries"))
    wishes.retries = static_cast<unsigned>(count_from("retries", *value));
  if (const auto value = arguments.value("time-limit"))
    wishes.time_limit = std::chrono::minutes(count_from("time-limit", *value));
  if (const auto value = arguments.value("wait"))
    wishes.wait = std::chrono::minutes(count_from("wait", *value));
  return wishes;
}

// An earlier program may have been ended before it told the ledger how. Where its image was whole nothing is
// read again: returns the exit code that it would have had.
std::optional<int> take_up_belated(OpenCase& open, const custody::ExhibitView& exhibit, bool anew,
                                   Console& console) {
  std::optional<int> code;
  for (const auto& end : tell_belated_ends(open, exhibit)) {
    console.entry(end.entry);
    if (!end.whole) continue;
    console.note(
        base::say("{} was whole when the program ended; only the ledger had not been told, and is told now",
                  end.acquisition));
    if (anew) continue;
    console.object(end.facts);
    console.line(end.facts.at("outcome").text() + ": " + end.acquisition);
    const bool sound = end.facts.at("outcome").text() == acquire::name_of(Outcome::complete) &&
                       end.facts.at("damage").items().empty() && end.facts.find("further_copies") == nullptr;
    code = sound ? kDone : kLookAtIt;
  }
  if (code)
    console.note(base::say("Nothing was read again. To acquire it once more, give the command again."));
  return code;
}

int run_adopt(const Arguments& arguments, Console& console, const std::filesystem::path& image_file) {
  OpenCase open = open_case(arguments, console, {"acquire.begin", "acquire.end"});
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
  if (const auto code = take_up_belated(open, exhibit, arguments.has("new"), console)) return *code;
  require_allowed(open.folder, exhibit, Use::acquire);
  const std::string acquisition = next_acquisition(open, exhibit);
  const auto folder = exhibit_folder(open.folder, exhibit) / acquisition;
  const auto absolute = std::filesystem::absolute(image_file);
  tell_acquire_begin(open, exhibit,
                     base::Json::object({{"acquisition", acquisition},
                                         {"format", "adopted"},
                                         {"source", base::Json::object({{"path", absolute.string()}})}}));
  std::filesystem::create_directories(folder);
  Interrupt interrupt;
  std::vector<std::filesystem::path> where{absolute};
  for (const auto& also : paths_of(arguments, "also"))
    where.push_back(std::filesystem::absolute(also).lexically_normal());
  const acquire::Report report =
      acquire::adopt(absolute, to_console(console), interrupt.token(), {where.begin() + 1, where.end()});
  const auto json = folder / kAcquisitionReport;
  record_location(open.folder, exhibit, acquisition, where);
  base::write_new_durably(json, base::as_bytes(report.to_json().canonical()));
  show(console, report);
  console.entry(tell_acquire_end(open, exhibit, acquisition, "adopted", report, json, ""));
  return exit_code_of(report);
}

// An attempt that could not even open its source is an attempt.
std::unique_ptr<acquire::Source> open_or_tell(Opener& opener, const Arguments& arguments, Console& console,
                                              const std::string& name) {
  try {
    acquire::OpenOptions options;
    options.ask_drive = !arguments.has("no-drive-commands");
    return opener.open(name, options).get();
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::io) throw;
    OpenCase open = open_case(arguments, console, {"acquire.begin", "acquire.end"});
    const auto exhibit =
        exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
    for (const auto& end : tell_belated_ends(open, exhibit)) console.entry(end.entry);
    require_allowed(open.folder, exhibit, Use::acquire);
    const std::string acquisition = next_acquisition(open, exhibit);
    acquire::Report report;
    report.source.path = std::filesystem::absolute(name).string();
    report.trouble = error.what();
    tell_acquire_begin(open, exhibit,
                       base::Json::object({{"acquisition", acquisition},
                                           {"source", base::Json::object({{"path", report.source.path}})}}));
    console.entry(tell_acquire_end(open, exhibit, acquisition, "none", report, {}, ""));
    throw;
  }
}

void show_source(Console& console, const acquire::SourceFacts& facts) {
  for (const auto& advice : facts.advice) console.warn(advice.words);
}

int run_image(const Arguments& arguments, Console& console, const std::string& name) {
  const AcquireWishes wishes = wishes_of(arguments);
  Opener opener;
  if (!opener.caller().empty()) console.note(base::say("working as {} from here on", opener.caller()));
  const auto source = open_or_tell(opener, arguments, console, name);
  if (wishes.wait.count() == 0) opener.give_up_rights();
  show_source(console, source->facts());
  OpenCase open = open_case(arguments, console, {"acquire.begin", "acquire.end"});
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
  if (const auto code = take_up_belated(open, exhibit, wishes.anew, console)) return *code;
  require_allowed(open.folder, exhibit, Use::acquire);
  AcquireJob job(open, exhibit, wishes, *source, opener);
  for (const auto& warning : job.warnings()) console.warn(warning);
  if (job.goes_on()) console.note(base::say("going on with {}, which was begun before", job.name()));
  job.tell_begin(open);
  Interrupt interrupt;
  try {
    const acquire::Report report = job.run(to_console(console), interrupt.token());
    show(console, report);
    console.entry(job.tell_end(open, report));
    const auto troubles = mirror_ledger(open, wishes.to);
    for (const auto& trouble : troubles) console.warn(trouble);
    return std::max<int>(exit_code_of(report), troubles.empty() ? kDone : kLookAtIt);
  } catch (const base::Error& error) {
    // The attempt is part of the exhibit's story, whatever it gave; then the error goes its way.
    console.entry(job.tell_failed(open, error.what()));
    throw;
  }
}

void refuse(const base::Said& what, const base::Said& advice) {
  throw base::Error(base::ErrorKind::usage, what, base::say("Nothing was read. {}", advice));
}

// What belongs to several devices and what belongs to one.
void check_together(const Arguments& arguments) {
  if (arguments.has("watch")) {
    for (const char* name : {"adopt", "also", "exhibit"}) {
      if (arguments.has(name))
        refuse(base::say("--watch and --{} do not go together", name),
               base::say("Give labels when the devices are attached, or with --assign."));
    }
    return;
  }
  for (const char* name : {"assign", "include-present", "jobs", "until-idle"}) {
    if (arguments.has(name)) refuse(base::say("--{} belongs to --watch", name), base::say("Add --watch."));
  }
  if (arguments.values("SOURCE").size() != 1)
    refuse(base::say("one SOURCE is acquired at a time"),
           base::say("Give exactly one, or --watch for several."));
  if (arguments.has("also") && !arguments.has("adopt"))
    refuse(base::say("--also belongs to --adopt"),
           base::say("Where files go on when a folder is full, --spill says."));
  if (!arguments.has("exhibit"))
    refuse(base::say("--exhibit is missing"), base::say("Name what it is read from: --exhibit LABEL."));
}

int run(const Arguments& arguments, Console& console) {
  check_together(arguments);
  if (arguments.has("watch")) return run_watch(arguments, console, wishes_of(arguments));
  const std::string source = arguments.required("SOURCE");
  return arguments.has("adopt") ? run_adopt(arguments, console, source)
                                : run_image(arguments, console, source);
}

constexpr std::array kOptions{
    Option{"SOURCE", OptionKind::positional_many, "SOURCE",
           base::phrase("block device, file or nbd:// address; with --adopt the first file of an image")},
    Option{"exhibit", OptionKind::value, "LABEL",
           base::phrase("what it is read from; required but with --watch")},
    Option{"format", OptionKind::value, "e01|raw", base::phrase("of the image; else e01")},
    Option{"to", OptionKind::value_many, "DIR",
           base::phrase("where the image goes, else the case; again: a second copy")},
    Option{"spill", OptionKind::value_many, "DIR", base::phrase("where files go on when that is full")},
    Option{"segment-size", OptionKind::value, "BYTES", base::phrase("of one file, such as 2G")},
    Option{"rescue", OptionKind::flag, "",
           base::phrase("in passes, for a damaged source: what reads well first")},
    Option{"retries", OptionKind::value, "N",
           base::phrase("further tries of each sector that cannot be read; else none")},
    Option{"rate", OptionKind::value, "BYTES", base::phrase("read no more in a second, such as 50M")},
    Option{"time-limit", OptionKind::value, "MINUTES", base::phrase("stop then, to go on another time")},
    Option{"wait", OptionKind::value, "MINUTES",
           base::phrase("when the source goes away, wait for it to come back")},
    Option{"no-drive-commands", OptionKind::flag, "",
           base::phrase("do not ask the drive itself: some USB bridges hang")},
    Option{"new", OptionKind::flag, "", base::phrase("do not go on with an acquisition that was begun")},
    Option{"watch", OptionKind::flag, "",
           base::phrase("take each device that is attached, once its label is given")},
    Option{"assign", OptionKind::value, "FILE",
           base::phrase("with --watch: labels, a line each: serial number or device name, label")},
    Option{"include-present", OptionKind::flag, "",
           base::phrase("with --watch: also devices that are there already")},
    Option{"jobs", OptionKind::value, "N",
           base::phrase("with --watch: so many at once, else as many as their link carries")},
    Option{"until-idle", OptionKind::flag, "", base::phrase("with --watch: end when every SOURCE is done")},
    Option{"adopt", OptionKind::flag, "",
           base::phrase("register an image (E01, split raw, dd), an archive (tar, zip) or a folder that "
                        "somebody else made, where it lies")},
    Option{"also", OptionKind::value_many, "DIR",
           base::phrase("with --adopt: a further folder that holds files of the image")}};

}  // namespace

const Verb kAcquire{
    "",
    "acquire",
    base::phrase("image a device, or register an image made elsewhere"),
    kOptions,
    "  sudo holdfast acquire /dev/sdb --exhibit KK-A-0001\n"
    "  holdfast acquire --adopt /media/in/disk.E01 --exhibit KK-A-0002",
    base::phrase("0 all read and equal on reading back; 2 usage; 3 done with bad ranges or damage; 4 "
                 "failed; 130 interrupted"),
    run};

}  // namespace tools
