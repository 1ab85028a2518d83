// SPDX-License-Identifier: Apache-2.0
// acquire: image a device or file, or register an image that somebody else made. The only verb that touches
// devices; it parses nothing.
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "acquire/acquisition.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using acquire::Outcome;

// Under sudo: from here on everything belongs to the person who called, and keys and case are theirs.
void become_the_caller(Console& console) {
  const char* uid_text = std::getenv("SUDO_UID");
  const char* gid_text = std::getenv("SUDO_GID");
  if (geteuid() != 0 || uid_text == nullptr || gid_text == nullptr || std::string(uid_text) == "0") return;
  const auto uid = static_cast<uid_t>(std::strtoul(uid_text, nullptr, 10));
  const auto gid = static_cast<gid_t>(std::strtoul(gid_text, nullptr, 10));
  const passwd* caller = getpwuid(uid);
  if (caller == nullptr || initgroups(caller->pw_name, gid) != 0 || setgid(gid) != 0 || setuid(uid) != 0) {
    throw base::io_error("cannot become the user who called sudo", errno,
                         "The device was only opened. Run without sudo, or as root.");
  }
  setenv("HOME", caller->pw_dir, 1);
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("XDG_STATE_HOME");
  console.note(std::string("working as ") + caller->pw_name + " from here on");
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
  return out;
}

std::string next_acquisition(const std::filesystem::path& exhibit) {
  for (int number = 1;; ++number) {
    const std::string name = "a" + std::to_string(number);
    if (!std::filesystem::exists(exhibit / name)) return name;
  }
}

base::EntryReceipt tell_begin(OpenCase& open, const custody::ExhibitView& exhibit,
                              const std::string& acquisition, const std::string& format,
                              const base::Json& source) {
  base::Event event{"acquire.begin", {}, base::Json::object(), false};
  event.exhibits.push_back(
      {exhibit.uid,
       base::Json::object({{"acquisition", acquisition}, {"format", format}, {"source", source}}),
       base::Json::object()});
  return open.ledger->append(event);
}

base::EntryReceipt tell_end(OpenCase& open, const custody::ExhibitView& exhibit,
                            const std::string& acquisition, const std::string& format,
                            const acquire::Report& report, const std::optional<std::string>& json_sha256) {
  base::ExhibitStatement statement{exhibit.uid, base::Json::object(), base::Json::object()};
  statement.members.set("acquisition", acquisition).set("adopted", report.adopted).set("format", format);
  statement.members.set("outcome", acquire::name_of(report.outcome));
  statement.members.set("media_bytes", std::to_string(report.media_bytes))
      .set("read_bytes", std::to_string(report.read_bytes));
  statement.members.set("bad_bytes", std::to_string(report.bad_bytes));
  statement.members.set("not_attempted_bytes", std::to_string(report.not_attempted_bytes));
  statement.members.set("read_back", acquire::name_of(report.read_back))
      .set("files", std::to_string(report.files.size()));
  statement.members.set("source", source_statement(report.source));
  for (const auto& [algorithm, digest] : report.media_digests)
    statement.hidden.set(base::name_of(algorithm), base::to_hex(digest));
  if (json_sha256) statement.hidden.set("acquisition_json_sha256", *json_sha256);
  base::Event event{"acquire.end", {}, base::Json::object(), false};
  event.exhibits.push_back(std::move(statement));
  return open.ledger->append(event);
}

void show(Console& console, const acquire::Report& report) {
  console.object(report.to_json());
  console.line(fmt::format("{}: {} read, {} bad, {} not attempted", acquire::name_of(report.outcome),
                           with_unit(report.read_bytes), with_unit(report.bad_bytes),
                           with_unit(report.not_attempted_bytes)));
  for (const auto& [algorithm, digest] : report.media_digests) {
    console.line(fmt::format("  {:<7} {}", base::name_of(algorithm), base::to_hex(digest)));
  }
  console.line(fmt::format("  read back: {}", acquire::name_of(report.read_back)));
  if (!report.trouble.empty()) console.warn(report.trouble);
  if (report.outcome == Outcome::interrupted)
    console.note(
        "What was read stays in its folder and in the ledger. Acquire again to begin anew from the start.");
  for (const image::Damage& damage : report.damage) {
    console.warn(fmt::format("{} in {} at {}", damage.code, damage.file, damage.file_offset));
  }
}

std::function<void(const acquire::Progress&)> to_console(Console& console) {
  return [&console](const acquire::Progress& progress) {
    Console::Step step;
    step.what = progress.phase == acquire::Progress::Phase::read ? "reading" : "reading back";
    step.done = progress.done;
    step.total = progress.total;
    step.per_second = progress.bytes_per_second;
    step.seconds_left = progress.seconds_left;
    if (progress.bad_sectors > 0) step.trouble = fmt::format("{} bad sectors", progress.bad_sectors);
    console.progress(step);
  };
}

int exit_code_of(const acquire::Report& report) {
  switch (report.outcome) {
    case Outcome::complete: {
      // Raw images state no digest of their own; that is no trouble.
      const bool sound = report.read_back_equal() || report.read_back == acquire::ReadBack::nothing_stated;
      return sound && report.damage.empty() ? kDone : kLookAtIt;
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

acquire::Plan plan_of(const Arguments& arguments, const OpenCase& open, const custody::ExhibitView& exhibit,
                      const std::string& acquisition) {
  acquire::Plan plan;
  plan.folder = exhibit_folder(open.folder, exhibit) / acquisition;
  plan.stem = exhibit.labels.front() + "_" + acquisition;
  plan.format = arguments.value("format").value_or("e01") == "raw" ? acquire::OutputFormat::raw
                                                                   : acquire::OutputFormat::e01;
  plan.header = {{"case_number", case_id_of(ledger_of(open.folder))},
                 {"evidence_number", exhibit.labels.front()},
                 {"examiner_name", open.identity}};
  return plan;
}

int finish(Console& console, OpenCase& open, const custody::ExhibitView& exhibit,
           const std::string& acquisition, const std::string& format, const acquire::Report& report) {
  const auto json_file = exhibit_folder(open.folder, exhibit) / acquisition / "acquisition.json";
  show(console, report);
  console.entry(
      tell_end(open, exhibit, acquisition, format, report, base::sha256(base::read_file(json_file)).hex()));
  return exit_code_of(report);
}

int run_adopt(const Arguments& arguments, Console& console, const std::filesystem::path& image_file) {
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
  const std::string acquisition = next_acquisition(exhibit_folder(open.folder, exhibit));
  const auto folder = exhibit_folder(open.folder, exhibit) / acquisition;
  const auto absolute = std::filesystem::absolute(image_file);
  tell_begin(open, exhibit, acquisition, "adopted", base::Json::object({{"path", absolute.string()}}));
  std::filesystem::create_directories(folder);
  Interrupt interrupt;
  const acquire::Report report = acquire::adopt(absolute, to_console(console), interrupt.token());
  base::write_new_durably(folder / "acquisition.json", base::as_bytes(report.to_json().canonical()));
  record_location(open.folder, exhibit.labels.front(), acquisition, absolute);
  return finish(console, open, exhibit, acquisition, "adopted", report);
}

int run_image(const Arguments& arguments, Console& console, const std::filesystem::path& path) {
  const auto source = acquire::open_source(path);
  become_the_caller(console);
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
  const std::string acquisition = next_acquisition(exhibit_folder(open.folder, exhibit));
  const acquire::Plan plan = plan_of(arguments, open, exhibit, acquisition);
  const std::string format = plan.format == acquire::OutputFormat::raw ? "raw" : "e01";
  tell_begin(open, exhibit, acquisition, format, source_statement(source->facts()));
  std::filesystem::create_directories(plan.folder);
  Interrupt interrupt;
  try {
    const acquire::Report report = acquire::acquire(*source, plan, to_console(console), interrupt.token());
    return finish(console, open, exhibit, acquisition, format, report);
  } catch (const base::Error& error) {
    // The attempt is part of the exhibit's story, whatever it gave; then the error goes its way.
    acquire::Report failed;
    failed.source = source->facts();
    failed.media_bytes = failed.not_attempted_bytes = source->facts().bytes;
    tell_end(open, exhibit, acquisition, format, failed, std::nullopt);
    throw;
  }
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path source = arguments.required("SOURCE");
  const std::string format = arguments.value("format").value_or("e01");
  if (format != "e01" && format != "raw") {
    throw base::Error(base::ErrorKind::usage, "no format is called " + format,
                      "Nothing was read. Formats: e01, raw.");
  }
  return arguments.has("adopt") ? run_adopt(arguments, console, source)
                                : run_image(arguments, console, source);
}

constexpr std::array kOptions{
    Option{"SOURCE", OptionKind::positional, "SOURCE",
           "block device or file; with --adopt the first file of an image"},
    Option{"exhibit", OptionKind::value_required, "LABEL", "what it is read from"},
    Option{"format", OptionKind::value, "e01|raw", "of the image; else e01"},
    Option{"adopt", OptionKind::flag, "",
           "register an image (E01, split raw, dd), an archive (tar, zip) or a folder that "
           "somebody else made, where it lies"}};

}  // namespace

const Verb kAcquire{"",
                    "acquire",
                    "image a device, or register an image made elsewhere",
                    kOptions,
                    "  sudo holdfast acquire /dev/sdb --exhibit KK-A-0001\n"
                    "  holdfast acquire --adopt /media/in/disk.E01 --exhibit KK-A-0002",
                    "0 all read and equal on reading back; 2 usage; 3 done with bad ranges or damage; 4 "
                    "failed; 130 interrupted",
                    run};

}  // namespace tools
