// SPDX-License-Identifier: Apache-2.0
// copy add, list, check, destroy: the copies of what was acquired or received, one by one.
#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/time_archive.h"
#include "tools/acquisition_check.h"
#include "tools/copies.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"

namespace tools {
namespace {

constexpr auto kNothing = base::phrase("Nothing was recorded. ");

// The acquisition that is named; without a name the only one.
AcquisitionView acquisition_named(const Arguments& arguments, const GatheredCase& gathered,
                                  const custody::ExhibitView& exhibit) {
  const auto all = gathered.acquisitions_of(exhibit.uid);
  const auto name = arguments.value("acquisition");
  for (const AcquisitionView& one : all)
    if (name ? one.name == *name : all.size() == 1) return one;
  const std::string label = visible(exhibit.label);
  if (name)
    throw base::Error(base::ErrorKind::not_found,
                      base::say("{} has no acquisition {}", label, visible(*name)),
                      base::say("{}`holdfast exhibit show {}` lists them.", kNothing, label));
  throw base::Error(
      all.empty() ? base::ErrorKind::not_found : base::ErrorKind::usage,
      all.empty() ? base::say("nothing was acquired or received of {}", label)
                  : base::say("{} has several acquisitions", label),
      std::string(kNothing) + (all.empty() ? base::say("Acquire it, or import what others acquired.")
                                           : base::say("Name one with --acquisition.")));
}

const CopyView& copy_named(const std::string& name, const std::vector<CopyView>& copies) {
  const auto found = std::ranges::find(copies, name, &CopyView::name);
  if (found != copies.end()) return *found;
  throw base::Error(base::ErrorKind::not_found, base::say("no entry tells of a copy {}", visible(name)),
                    base::say("{}`holdfast copy list` shows them: {}.", kNothing, copies_words(copies)));
}

std::function<void(const acquire::Progress&)> to_console(Console& console) {
  return [&console](const acquire::Progress& progress) {
    const bool again = progress.phase == acquire::Progress::Phase::read_back;
    Console::Step step;
    step.what = again ? base::say("reading back") : "copying";
    step.done = progress.done;
    step.total = progress.total;
    step.per_second = progress.bytes_per_second;
    step.seconds_left = progress.seconds_left;
    console.progress(step);
  };
}

// A copy that stands under its final name and that no entry tells of was written by a run that was cut off.
void make_or_take_up(CopyJob& job, const AcquisitionView& acquisition, Console& console) {
  if (!job.is_there()) {
    Interrupt interrupt;
    job.run(to_console(console), interrupt.token());
    return;
  }
  console.note(
      base::say("the copy is there, and no entry tells of it: it is compared, and not written again"));
  CopyView found;
  found.places = job.places();
  if (check_acquisition(seen_in(found, acquisition), console) == "equal") return;
  throw base::Error(base::ErrorKind::conflict,
                    base::say("{} is there, and is no copy of {}", job.folder().string(), acquisition.name),
                    base::say("{}Look at it; choose another folder, or remove it.", kNothing));
}

int run_add(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("LABEL"));
  const GatheredCase gathered(open.folder);
  const AcquisitionView acquisition = acquisition_named(arguments, gathered, exhibit);
  require_evidence(acquisition, exhibit.label + " " + acquisition.name);
  CopyJob job(open, exhibit, acquisition, copies_of(gathered, exhibit.uid, acquisition),
              arguments.required("to"));
  make_or_take_up(job, acquisition, console);
  console.result(base::say("{} of {} {} in {}: read back, equal", job.name(), visible(exhibit.label),
                           acquisition.name, visible(job.folder().string())),
                 base::Json::object({{"event", "copy"},
                                     {"acquisition", acquisition.name},
                                     {"copy", job.name()},
                                     {"folder", visible(job.folder().string())},
                                     {"result", "equal"}}));
  console.entry(
      job.tell(open, arguments.value("medium").value_or(visible(job.folder().parent_path().string()))));
  return kDone;
}

std::string state_of(const CopyView& copy) {
  if (copy.destroyed != 0) return base::say("destroyed, entry {}", copy.destroyed);
  if (copy.places.empty()) return base::say("where is not known here");
  return copy.is_here() ? base::say("here") : base::say("not attached");
}

int run_list(const Arguments& arguments, Console& console) {
  const GatheredCase gathered(the_case(arguments));
  std::vector<std::vector<std::string>> rows{{base::say("acquisition"), base::say("copy"), base::say("entry"),
                                              base::say("state"), base::say("medium"), base::say("place")}};
  for (const std::string& uid : gathered.labelled(arguments.required("LABEL"))) {
    for (const AcquisitionView& acquisition : gathered.acquisitions_of(uid)) {
      for (const CopyView& copy : copies_of(gathered, uid, acquisition)) {
        const std::string place = copy.places.empty() ? "" : copy.places.front().string();
        console.object(base::Json::object({{"acquisition", acquisition.name},
                                           {"copy", copy.name},
                                           {"ledger", copy.ledger},
                                           {"entry", std::to_string(copy.told)},
                                           {"state", state_of(copy)},
                                           {"medium", copy.medium},
                                           {"place", visible(place)}}));
        rows.push_back({acquisition.name, visible(copy.name), std::to_string(copy.told), state_of(copy),
                        visible(copy.medium), visible(place)});
      }
    }
  }
  console.table(rows);
  return kDone;
}

// Of a closed ledger: it is said, and cannot be recorded.
void record_check(OpenCase& open, const std::string& uid, const std::string& acquisition,
                  const std::string& copy, const std::string& result, Console& console) {
  if (custody::is_closed(ledger_of(open.folder))) {
    console.note(base::say("the ledger is closed: the check is not recorded"));
    return;
  }
  base::Event event{"verify", {}, base::Json::object(), false};
  event.exhibits.push_back(
      {uid,
       base::Json::object(
           {{"acquisition", acquisition}, {"object", "copy"}, {"copy", copy}, {"result", result}}),
       base::Json::object()});
  console.entry(open.ledger->append(event));
}

int run_check(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("LABEL"));
  const GatheredCase gathered(open.folder);
  const AcquisitionView acquisition = acquisition_named(arguments, gathered, exhibit);
  const auto copies = copies_of(gathered, exhibit.uid, acquisition);
  const auto named = arguments.value("copy");
  if (named) copy_named(*named, copies);
  int worst = kDone;
  for (const CopyView& copy : copies) {
    if ((named && copy.name != *named) || copy.destroyed != 0) continue;
    if (!copy.is_here()) {
      console.warn(base::say("{} is not checked: {}", visible(copy.name), state_of(copy)));
      worst = kLookAtIt;
      continue;
    }
    const std::string result = check_acquisition(seen_in(copy, acquisition), console);
    if (result != "equal") worst = kLookAtIt;
    console.result(base::say("{} {}: {}", acquisition.name, visible(copy.name), check_in_words(result)),
                   base::Json::object({{"event", "check"},
                                       {"acquisition", acquisition.name},
                                       {"copy", copy.name},
                                       {"result", result}}));
    record_check(open, exhibit.uid, acquisition.name, copy.name, result, console);
  }
  return worst;
}

// The ledger refuses these too; here they are said before anybody signs.
void require_can_be_destroyed(const CopyView& copy, const std::vector<CopyView>& copies, bool is_last) {
  if (copy.destroyed != 0)
    throw base::Error(base::ErrorKind::conflict,
                      base::say("{} was destroyed already, as entry {} of {} says", visible(copy.name),
                                copy.destroyed, visible(copy.ledger)),
                      base::say("{}`holdfast copy list` shows which copies remain.", kNothing));
  const auto remains = [&](const CopyView& other) { return other.name != copy.name && other.destroyed == 0; };
  const bool another = std::ranges::any_of(copies, remains);
  if (!another && !is_last)
    throw base::Error(
        base::ErrorKind::usage, base::say("{} is the last copy that is known", visible(copy.name)),
        base::say("{}Make another with `holdfast copy add` first; or say that you know it: --last.",
                  kNothing));
  if (another && is_last)
    throw base::Error(base::ErrorKind::usage,
                      base::say("{} is not the last copy that is known", visible(copy.name)),
                      base::say("{}Leave --last out.", kNothing));
}

// The program destroys nothing: it records what people did, and looks whether that can be so.
void require_gone(const CopyView& copy, Console& console) {
  if (!copy.is_here()) return;
  const std::string place = visible(copy.places.front().string());
  if (console.confirm(base::say("The files of {} can still be read at {}. Is that another place than that of "
                                "the copy that was destroyed?",
                                visible(copy.name), place)))
    return;
  throw base::Error(base::ErrorKind::conflict,
                    base::say("the files of {} can still be read at {}", visible(copy.name), place),
                    base::say("{}Destroy them first: the program removes nothing. If another copy lies there "
                              "now, repeat it with --yes.",
                              kNothing));
}

int run_destroy(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("LABEL"));
  const GatheredCase gathered(open.folder);
  const AcquisitionView acquisition = acquisition_named(arguments, gathered, exhibit);
  const auto copies = copies_of(gathered, exhibit.uid, acquisition);
  const CopyView& copy = copy_named(arguments.required("copy"), copies);
  require_can_be_destroyed(copy, copies, arguments.has("last"));
  require_gone(copy, console);
  const std::string with = arguments.required("with");
  const auto second =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });
  base::Event event{
      "copy.destroy", {}, base::Json::object({{"reason", arguments.required("reason")}}), false};
  base::Json said = base::Json::object(
      {{"acquisition", acquisition.name}, {"copy", copy.name}, {"how", arguments.required("how")}});
  if (arguments.has("last")) said.set("last", true);
  event.exhibits.push_back({exhibit.uid, said, base::Json::object()});
  console.entry(open.ledger->append(event, {second.get()}));
  read_from(open.folder, acquisition, copy, copies);
  return kDone;
}

constexpr Option kLabel{"LABEL", OptionKind::positional, "LABEL", base::phrase("the exhibit")};
constexpr Option kAcquisition{"acquisition", OptionKind::value, "NAME",
                              base::phrase("such as a1; else the only one")};
constexpr std::array kAdd{
    kLabel, kAcquisition,
    Option{"to", OptionKind::value_required, "DIR", base::phrase("a folder on the medium")},
    Option{"medium", OptionKind::value, "TEXT",
           base::phrase("what it is and where it is kept; else the folder's name")}};
constexpr std::array kList{kLabel};
constexpr std::array kCheck{
    kLabel, kAcquisition,
    Option{"copy", OptionKind::value, "NAME", base::phrase("such as copy2; else all that are here")}};
constexpr std::array kDestroy{
    kLabel,
    kAcquisition,
    Option{"copy", OptionKind::value_required, "NAME", base::phrase("which: copy1, copy2, …")},
    Option{"how", OptionKind::value_required, "TEXT", base::phrase("how it was destroyed")},
    Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why: the order, by its number")},
    Option{"with", OptionKind::value_required, "IDENTITY",
           base::phrase("the second custodian, who signs here as well")},
    Option{"last", OptionKind::flag, "", base::phrase("it is known that no other copy remains")}};

}  // namespace

const Verb kCopyAdd{"copy",
                    "add",
                    base::phrase("make a further copy, read it back, and register it"),
                    kAdd,
                    "  holdfast copy add KK-A-0001 --to /media/disk2 --medium 'disk 4417, store 2'\n"
                    "  holdfast copy add KK-A-0001 --acquisition a2 --to /media/disk2",
                    base::phrase("0 copied, equal; 2 usage; 4 failed; 130 interrupted"),
                    run_add};
const Verb kCopyList{"copy",
                     "list",
                     base::phrase("the copies of what was acquired or received of an exhibit"),
                     kList,
                     "  holdfast copy list KK-A-0001\n  holdfast copy list KK-A-0001 --json",
                     base::phrase("0; 4 no such exhibit"),
                     run_list};
const Verb kCopyCheck{"copy",
                      "check",
                      base::phrase("read copies again and record whether they are equal"),
                      kCheck,
                      "  holdfast copy check KK-A-0001\n  holdfast copy check KK-A-0001 --copy copy2",
                      base::phrase("0 equal; 3 different, unreadable or not attached; 4 failed"),
                      run_check};
const Verb kCopyDestroy{
    "copy",
    "destroy",
    base::phrase("record that a copy was destroyed, by two people"),
    kDestroy,
    "  holdfast copy destroy KK-A-0001 --copy copy2 --how shredded --reason 'order 4/2028' --with clerk\n"
    "  holdfast copy destroy KK-A-0001 --copy copy1 --last --how wiped --reason 'order 4/2028' --with clerk",
    base::phrase("0 recorded; 2 refused: the last, and not said so; 4 refused: unknown, destroyed before, or "
                 "still there"),
    run_destroy};

}  // namespace tools
