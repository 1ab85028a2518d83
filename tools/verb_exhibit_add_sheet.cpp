// SPDX-License-Identifier: Apache-2.0
// exhibit add --sheet: hundreds under one signature. Every fault is told before anything is written.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/intake.h"
#include "tools/intake_facts.h"
#include "tools/intake_sheet.h"
#include "tools/verb_exhibit_add.h"

namespace tools {
namespace {

using base::Json;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was registered. {}", advice)};
}

void tell_faults(const std::vector<SheetFault>& faults, const std::string& file, Console& console) {
  if (faults.empty()) return;
  for (const SheetFault& fault : faults)
    console.warn(base::say("row {}: {}", fault.row, visible(fault.what)));
  throw usage(base::say("{} has {}", file, base::say_counted(faults.size(), "fault", "faults")),
              base::say("Mend what is named, then give the same command again."));
}

// "412 things: 400 phone, 12 pc".
std::string words_of(const std::vector<NewExhibit>& things) {
  std::map<std::string, std::size_t> kinds;
  for (const NewExhibit& thing : things) ++kinds[thing.statement.members.at("kind").text()];
  std::string words;
  for (const auto& [kind, count] : kinds)
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, kind);
  return base::say_counted(things.size(), "thing", "things") + ": " + words;
}

// Takes what is new; a sheet that was registered in part goes on where it was cut off.
std::size_t take_things(Intake& intake, Sheet& sheet, const Arguments& arguments, Console& console) {
  std::size_t known = 0;
  for (SheetThing& thing : sheet.things) {
    if (intake.is_registered(thing.facts)) {
      ++known;
      continue;
    }
    const auto same = intake.same_serial(thing.facts);
    if (const auto reason = arguments.value("same-serial"); reason && !same.empty())
      thing.facts.set("same_serial_reason", *reason);
    if (!same.empty() && thing.facts.find("same_serial_reason") == nullptr)
      console.warn(base::say("row {}: the same serial number as {}: both stay, each with its own uid",
                             thing.row, same.front()));
    const Json* serial = thing.facts.find("serial");
    if (serial != nullptr && is_mistyped_imei(serial->text()))
      console.warn(base::say("row {}: the last digit of its IMEI does not fit", thing.row));
    for (const IntakeFault& fault : intake.take(thing.facts)) sheet.faults.push_back({thing.row, fault.what});
  }
  std::ranges::stable_sort(sheet.faults, {}, &SheetFault::row);
  return known;
}

}  // namespace

int add_from_sheet(const Arguments& arguments, const Json& facts, Console& console) {
  for (const char* option :
       {"LABEL", "serial", "seal", "clock-offset", "clock-shows", "photo", "many", "ask"})
    if (arguments.has(option))
      throw usage(base::say("{}{} belongs to one thing, and --sheet registers many",
                            std::string_view(option) == "LABEL" ? "" : "--", option),
                  base::say("Put it into the sheet, or register that thing by itself."));
  const std::string file = arguments.required("sheet");
  Json otherwise = facts;
  std::erase_if(otherwise.members(), [](const auto& one) { return one.first == "same_serial_reason"; });
  Sheet sheet = things_in(read_table(file), otherwise);
  if (sheet.things.empty()) tell_faults(sheet.faults, file, console);
  OpenCase open = open_case(arguments, console);
  Intake intake(open.folder, open.station, console);
  const std::size_t known = take_things(intake, sheet, arguments, console);
  tell_faults(sheet.faults, file, console);
  if (known > 0)
    console.note(base::say("{} of the sheet stood in the ledger already",
                           base::say_counted(known, "thing", "things")));
  if (intake.taken().empty()) return kDone;
  const std::string words = words_of(intake.taken());
  if (console.can_ask() && !console.confirm(base::say("Register {}?", words)))
    throw usage(base::say("it was not confirmed"),
                base::say("Give the same command again, with --yes to answer beforehand."));
  register_things(open, intake.taken(), console);
  console.note(words);
  return kDone;
}

}  // namespace tools
