// SPDX-License-Identifier: Apache-2.0
// import: evidence that another agency or a provider acquired, with what was stated of it.
#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/import_job.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using acquire::Received;
using acquire::StatedResult;

base::Error refused(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was received. {}", advice)};
}

std::vector<acquire::Stated> stated_of(const Arguments& arguments) {
  std::vector<acquire::Stated> all;
  for (const std::string& text : arguments.values("stated")) {
    auto stated = acquire::stated_as(text);
    if (!stated)
      throw refused(base::say("--stated {} is no digest", visible(text)),
                    base::say("Write it as md5=…, sha1=…, sha256=… or sha512=…, in hexadecimal digits."));
    all.push_back(std::move(*stated));
  }
  constexpr std::uint64_t kLongest = 64u << 20;
  for (const std::string& name : arguments.values("stated-file")) {
    const std::filesystem::path path = name;
    auto found = acquire::stated_in(base::read_file(path, kLongest), path.filename().string());
    if (found.empty())
      throw refused(base::say("no digest is stated in {}", visible(name)),
                    base::say("Read it yourself, and give what it states with --stated ALGORITHM=HEX."));
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return all;
}

std::string text_of(const Arguments& arguments, const char* name) {
  const std::string text = arguments.value(name).value_or("");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!base::is_utf8(text) || std::ranges::any_of(text, is_control))
    throw refused(base::say("--{} is not one line of UTF-8", name), base::say("Write it on one line."));
  return text;
}

ImportWishes wishes_of(const Arguments& arguments) {
  ImportWishes wishes;
  for (const std::string& file : arguments.values("FILE")) wishes.files.emplace_back(file);
  const std::string as = arguments.value("as").value_or("");
  if (!as.empty() && as != "image" && as != "files")
    throw refused(base::say("nothing is kept as {}", visible(as)),
                  base::say("--as takes image or files; without it the content tells."));
  if (as == "image") wishes.keep = acquire::KeepAs::image;
  if (as == "files") wishes.keep = acquire::KeepAs::files;
  wishes.from = text_of(arguments, "from");
  if (wishes.from.empty())
    throw refused(base::say("--from is empty"), base::say("Name the agency or provider that it came from."));
  wishes.request = text_of(arguments, "request");
  wishes.medium = text_of(arguments, "medium");
  wishes.description = text_of(arguments, "description");
  wishes.stated = stated_of(arguments);
  wishes.in_place = arguments.has("in-place");
  return wishes;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// Lines of one kind; acquisition.json has all.
constexpr std::size_t kMost = 20;

void show_files(const Received& received, Console& console) {
  std::size_t number = 0;
  for (const auto& file : received.files) {
    if (++number > kMost) break;
    console.line(base::say("  file {}: {}, {}", number, visible(file.name), with_unit(file.bytes)));
  }
  if (received.files.size() > kMost)
    console.line(base::say("  and {} more, in acquisition.json", received.files.size() - kMost));
}

const base::Buffer* computed_for(const acquire::Comparison& one, const acquire::Report& report) {
  const auto in = [&](const acquire::Digests& digests) {
    const auto found = digests.find(one.stated.algorithm);
    return found == digests.end() ? nullptr : &found->second;
  };
  if (one.with == "media") return in(report.media_digests);
  for (std::size_t i = 0; i < report.received->files.size(); ++i)
    if (one.with == "file " + std::to_string(i + 1)) return in(report.received->files[i].digests);
  return nullptr;
}

void show_comparison(const acquire::Comparison& one, const acquire::Report& report, Console& console) {
  console.line(base::say("  {} of {}, stated by {}: {}", upper(base::name_of(one.stated.algorithm)),
                         one.with == "media" ? base::say("the media") : base::Said(one.with),
                         visible(one.stated.by), one.equal ? base::say("equal") : base::say("DIFFERENT")));
  if (one.equal) return;
  console.line("    stated   " + base::to_hex(one.stated.digest));
  const base::Buffer* computed = computed_for(one, report);
  console.line(base::say("    computed {}",
                         computed == nullptr ? base::say("no digest") : base::Said(base::to_hex(*computed))));
}

// Every one that differs, and the first of those that do not.
void show_comparisons(const acquire::Report& report, Console& console) {
  std::size_t equal = 0;
  for (const auto& one : report.received->comparisons)
    if (!one.equal || ++equal <= kMost) show_comparison(one, report, console);
  if (equal > kMost) console.line(base::say("  and {} more, equal", equal - kMost));
}

std::string words_of(StatedResult result) {
  switch (result) {
    case StatedResult::equal:
      return base::say("equal to what was stated of it");
    case StatedResult::different:
      return base::say("DIFFERENT from what was stated of it: recorded so, and nothing was corrected");
    case StatedResult::none:
      return base::say("no digest was stated of it");
    case StatedResult::weak:
      return base::say("equal, and not all of it was stated by SHA-256: MD5 and SHA-1 can be forged");
  }
  return "";
}

void show(Console& console, const std::string& name, const acquire::Report& report) {
  const Received& received = *report.received;
  console.object(report.to_json().set("acquisition", name));
  console.line(base::say("{}: {} from {}, {}{}", name, received.what, visible(received.from),
                         base::say_counted(report.files.size(), "file", "files"),
                         received.in_place ? base::say(", left where it lies") : ""));
  show_files(received, console);
  for (const auto& [algorithm, digest] : report.media_digests)
    console.line(fmt::format("  {:<7} {}", base::name_of(algorithm), base::to_hex(digest)));
  show_comparisons(report, console);
  console.line(name + ": " + words_of(received.result));
  if (received.not_compared > 0)
    console.warn(base::say(
        "{} not compared: stated of something that did not come, or of media that are not all there",
        base::say_counted(received.not_compared, "digest was", "digests were")));
  if (report.bad_bytes > 0)
    console.warn(base::say("{} of the image cannot be read, or were bad when it was made",
                           with_unit(report.bad_bytes)));
  for (const image::Damage& damage : report.damage)
    console.warn(base::say("{} in {} at {}", damage.code, visible(damage.file), damage.file_offset));
}

int exit_code_of(const acquire::Report& report, bool something_stated) {
  const StatedResult result = report.received->result;
  const bool none_applies = result == StatedResult::none && something_stated;
  const bool sound = report.outcome == acquire::Outcome::complete && report.damage.empty();
  return result == StatedResult::different || none_applies || !sound ? kLookAtIt : kDone;
}

// The same bytes may have come before, or have been acquired here.
void say_where_it_is_already(const OpenCase& open, const std::string& uid, const std::string& name,
                             const acquire::Report& report, Console& console) {
  const auto digests_of = [](const base::Json& facts) {
    std::vector<std::string> digests;
    for (const base::Json& file : facts.at("files").items())
      if (const base::Json* sha256 = file.find("sha256")) digests.push_back(sha256->text());
    return digests;
  };
  const auto here = digests_of(report.to_json());
  for (const auto& other : GatheredCase(open.folder).acquisitions_of(uid))
    if (other.name != name && !here.empty() && digests_of(other.facts) == here)
      console.note(base::say("the same bytes are here as {}", other.name));
}

std::function<void(const acquire::Progress&)> to_console(Console& console) {
  return [&console](const acquire::Progress& progress) {
    const bool again = progress.phase == acquire::Progress::Phase::read_back;
    Console::Step step;
    step.what = again ? base::say("reading back") : base::say("reading what came");
    step.done = progress.done;
    step.total = progress.total;
    step.per_second = progress.bytes_per_second;
    step.seconds_left = progress.seconds_left;
    console.progress(step);
  };
}

int run(const Arguments& arguments, Console& console) {
  const ImportWishes wishes = wishes_of(arguments);
  OpenCase open = open_case(arguments, console);
  const custody::LedgerContent ledger = ledger_of(open.folder);
  require_not_closed(ledger);
  const auto exhibit = exhibit_by_label(custody::exhibits_of(ledger), arguments.required("exhibit"));
  for (const std::string& name : clear_cut_off_imports(open, exhibit))
    console.note(base::say("an import that was cut off, {}, counts for nothing and was cleared away", name));
  ImportJob job(open, exhibit, wishes);
  for (const base::Said& remark : job.remarks()) console.warn(visible(remark));
  Interrupt interrupt;
  const acquire::Report report = job.run(to_console(console), interrupt.token());
  show(console, job.name(), report);
  say_where_it_is_already(open, exhibit.uid, job.name(), report, console);
  console.entry(job.tell(open, report));
  return exit_code_of(report, !wishes.stated.empty());
}

constexpr std::array kOptions{
    Option{"FILE", OptionKind::positional_many, "FILE",
           base::phrase("what came: the first file of an image, an archive, a folder, or any files")},
    Option{"exhibit", OptionKind::value_required, "LABEL",
           base::phrase("what it was made from, or what it is about")},
    Option{"from", OptionKind::value_required, "AGENCY", base::phrase("who acquired it and sent it")},
    Option{"request", OptionKind::value, "NUMBER", base::phrase("the request that it answers")},
    Option{"stated", OptionKind::value_many, "ALGORITHM=HEX",
           base::phrase(
               "a digest that the sender states: md5, sha1, sha256, sha512; of the media or the only file")},
    Option{"stated-file", OptionKind::value_many, "FILE",
           base::phrase("a text with what the sender states: lines of sha256sum, a log, acquisition.json")},
    Option{"medium", OptionKind::value, "TEXT", base::phrase("on what it came, as a disk with its number")},
    Option{"description", OptionKind::value, "TEXT", base::phrase("what it is, in your words")},
    Option{"as", OptionKind::value, "image|files",
           base::phrase("how to keep it, where its content does not tell")},
    Option{"in-place", OptionKind::flag, "",
           base::phrase("do not copy it: an image, an archive or a folder, where it lies")}};

}  // namespace

const Verb kReceive{
    "",
    "import",
    base::phrase("receive evidence that somebody else acquired"),
    kOptions,
    "  holdfast import disk.E01 --exhibit KK-A-0002 --from 'Agency of K.' --request 17/2026\n"
    "  holdfast import return.zip --exhibit KK-A-0003 --from 'Provider P' --stated-file sums.txt",
    base::phrase("0 received; 2 usage; 3 received, and different from what was stated, or damaged; 4 failed; "
                 "130 interrupted"),
    run};

}  // namespace tools
