// SPDX-License-Identifier: Apache-2.0
// exhibit add: what was seized is registered, one thing or a sheet of hundreds.
#include "tools/verb_exhibit_add.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "tools/device_clock.h"
#include "tools/exit_code.h"
#include "tools/intake.h"
#include "tools/intake_facts.h"
#include "tools/intake_questions.h"
#include "tools/intake_sheet.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using base::Json;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was registered. {}", advice)};
}

struct OptionOfFact {
  const char *option, *member;
};
constexpr std::array kFactOptions{OptionOfFact{"kind", "kind"},
                                  OptionOfFact{"parent", "parent"},
                                  OptionOfFact{"description", "description"},
                                  OptionOfFact{"serial", "serial"},
                                  OptionOfFact{"no-serial", "serial_reason"},
                                  OptionOfFact{"same-serial", "same_serial_reason"},
                                  OptionOfFact{"seal", "seal"},
                                  OptionOfFact{"clock-offset", "clock_offset_s"},
                                  OptionOfFact{"no-clock", "clock_offset_reason"},
                                  OptionOfFact{"power", "power"},
                                  OptionOfFact{"battery", "battery"},
                                  OptionOfFact{"lock", "lock"},
                                  OptionOfFact{"encryption", "encryption"},
                                  OptionOfFact{"network", "network"},
                                  OptionOfFact{"isolation", "isolation"},
                                  OptionOfFact{"isolated-at", "isolated_at"},
                                  OptionOfFact{"seized-at", "seized_at"},
                                  OptionOfFact{"condition", "condition"},
                                  OptionOfFact{"site", "site"},
                                  OptionOfFact{"room", "room"},
                                  OptionOfFact{"floor", "floor"},
                                  OptionOfFact{"desk", "desk"},
                                  OptionOfFact{"authority", "authority"},
                                  OptionOfFact{"first", "first_reason"}};

// What the options say. `--clock-shows` is compared with our clock at this moment.
Json facts_of(const Arguments& arguments, Console& console) {
  Json facts = Json::object();
  for (const auto& [option, member] : kFactOptions)
    if (const auto value = arguments.value(option)) {
      if (const auto fault = fault_of(member, *value); fault && std::string_view(member) != "parent")
        throw usage("--" + std::string(option) + ": " + visible(*fault),
                    base::say("`holdfast exhibit add --help` says what may be given."));
      facts.set(member, *value);
    }
  if (const auto shows = arguments.value("clock-shows")) {
    if (facts.find("clock_offset_s") != nullptr || facts.find("clock_offset_reason") != nullptr)
      throw usage(base::say("--clock-shows goes with neither --clock-offset nor --no-clock"),
                  base::say("Give one of them."));
    const auto reading = read_clock(*shows, base::now_utc_us());
    if (!reading)
      throw usage(
          base::say("--clock-shows takes what the clock shows, and not {}", visible(*shows)),
          base::say(
              "Write it as '2026-11-21 14:03:10', with '+07:00' behind it where it is not our time zone."));
    facts.set("clock_offset_s", std::to_string(reading->offset_s));
    console.note(base::say("Its clock is {}.", words_of(*reading)));
  }
  return facts;
}

void require_complete(const Json& facts, const std::string& next) {
  if (facts.find("label") == nullptr)
    throw usage(base::say("no label is given"),
                base::say("Give one: the next free one of this station is {}.", next));
  if (facts.find("kind") == nullptr)
    throw usage(base::say("no kind is given"), base::say("For instance --kind phone."));
  const auto needs_one = [&](const char* member, const char* otherwise, const base::Said& options) {
    if ((facts.find(member) != nullptr) == (facts.find(otherwise) != nullptr))
      throw usage(base::say("neither or both are given of {}", options),
                  base::say("Give one of them: a missing value needs its reason."));
  };
  needs_one("serial", "serial_reason", base::say("--serial or --no-serial"));
  needs_one("clock_offset_s", "clock_offset_reason", base::say("--clock-offset or --no-clock"));
}

void warn_of_same_serial(const Intake& intake, const Json& facts, Console& console) {
  if (facts.find("same_serial_reason") != nullptr) return;
  for (const std::string& label : intake.same_serial(facts))
    console.warn(base::say(
        "the same serial number as {}: both stay, each with its own uid. Check the device's label.", label));
}

std::vector<Photo> photos_of(const Arguments& arguments) {
  std::vector<Photo> photos;
  for (const std::string& file : arguments.values("photo")) {
    Photo photo = read_photo(file);
    if (std::ranges::find(photos, photo.sha256, &Photo::sha256) == photos.end())
      photos.push_back(std::move(photo));
  }
  return photos;
}

// Asks for what was not given, and registers one thing. False where the person wants to end.
bool add_one(const Arguments& arguments, Json facts, Remembered& remembered, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const std::string station = station_of(folder);
  const Intake before(folder, station, console);
  if (console.can_ask()) {
    if (before.closed()) require_not_closed(ledger_of(folder));
    if (facts.find("label") == nullptr) facts.set("label", before.next_label());
    require_taken(before.faults_of_label(facts.at("label").text()));
    if (remembered.place.members().empty()) remembered.place = before.last_place();
    console.note(base::say("exhibit {}", facts.at("label").text()));
    if (!ask_facts(facts, before, remembered, console)) return false;
  }
  require_complete(facts, before.next_label());
  std::vector<Photo> photos = photos_of(arguments);
  // Nobody waits for the lock while answers are typed; so all is compared once more under it.
  OpenCase open = open_case(arguments, console);
  Intake intake(open.folder, open.station, console);
  warn_of_same_serial(intake, facts, console);
  require_taken(intake.take(facts, std::move(photos)));
  register_things(open, intake.taken(), console);
  return true;
}

// A wrong passphrase after six answers would cost the answers; a case that is none, the passphrase.
void unlock_beforehand(const Arguments& arguments, Console& console) {
  the_case(arguments);
  const std::string identity = identity_name(arguments);
  custody::unlock_signer(identities_folder(), identity, [&] { return console.passphrase(identity); });
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.has("sheet-template")) {
    console.raw(sheet_template());
    return kDone;
  }
  if (arguments.has("sheet")) return add_from_sheet(arguments, facts_of(arguments, console), console);
  if (arguments.has("ask")) console.ask_anyway();
  const bool many = arguments.has("many");
  if (many && !console.can_ask())
    throw usage(base::say("--many asks, and there is no terminal to ask at"),
                base::say("Hundreds come from a sheet: --sheet FILE."));
  if (many && arguments.has("photo"))
    throw usage(base::say("--photo belongs to one thing, and --many registers several"),
                base::say("Register it without --many."));
  Json facts = facts_of(arguments, console);
  Json first = facts;
  if (const auto label = arguments.value("LABEL")) {
    if (const auto fault = fault_of("label", *label))
      throw usage(base::say("a label may hold only A-Z a-z 0-9 - _ and up to 40 of them"),
                  base::say("Choose one such as KK-A-0001."));
    first.set("label", *label);
  }
  if (console.can_ask()) unlock_beforehand(arguments, console);
  Remembered remembered;
  bool goes_on = add_one(arguments, first, remembered, console);
  std::size_t registered = goes_on ? 1 : 0;
  while (many && goes_on) {
    goes_on = add_one(arguments, facts, remembered, console);
    if (goes_on) ++registered;
  }
  if (registered == 0) console.note(base::say("Nothing was registered."));
  if (many && registered > 0)
    console.note(
        base::say("{} registered. `holdfast exhibit label --all --to labels.pdf` prints their labels.",
                  base::say_counted(registered, "thing", "things")));
  return kDone;
}

constexpr std::array kAdd{
    Option{"LABEL", OptionKind::positional_optional, "LABEL",
           base::phrase("KK-A-0001: case, station, number; on a terminal else the next free one")},
    Option{"kind", OptionKind::value, "KIND",
           base::phrase("phone, tablet, sim, card, pc, disk, usb, sim-box, router, dvr, document, account, "
                        "container, other")},
    Option{"serial", OptionKind::value, "TEXT", base::phrase("serial number or IMEI as read off the device")},
    Option{"no-serial", OptionKind::value, "REASON", base::phrase("why none is readable")},
    Option{"same-serial", OptionKind::value, "REASON",
           base::phrase("why another exhibit bears the same number")},
    Option{"clock-offset", OptionKind::value, "SECONDS",
           base::phrase("device clock minus true time; positive: ahead")},
    Option{"clock-shows", OptionKind::value, "TIME",
           base::phrase("what its clock shows now; the offset is computed")},
    Option{"no-clock", OptionKind::value, "REASON", base::phrase("why the clock could not be read")},
    Option{"parent", OptionKind::value, "LABEL", base::phrase("the exhibit that it is a part of")},
    Option{"seal", OptionKind::value, "TEXT", base::phrase("number of the seal")},
    Option{"description", OptionKind::value, "TEXT", base::phrase("what it looks like, where it was")},
    Option{"power", OptionKind::value, "STATE", base::phrase("on, off, unknown")},
    Option{"battery", OptionKind::value, "PERCENT", base::phrase("charge as shown, 0 to 100")},
    Option{"lock", OptionKind::value, "STATE", base::phrase("locked, unlocked, none, unknown")},
    Option{"encryption", OptionKind::value, "STATE",
           base::phrase("of a computer's volumes: open, closed, none, unknown")},
    Option{"network", OptionKind::value, "STATE", base::phrase("as found: on, off, unknown")},
    Option{"isolation", OptionKind::value, "HOW",
           base::phrase("none, airplane, faraday, sim-removed, cable-pulled, off, other")},
    Option{"isolated-at", OptionKind::value, "UTC", base::phrase("when; 2026-11-21T16:19:24Z")},
    Option{"seized-at", OptionKind::value, "UTC", base::phrase("when it was seized; else now")},
    Option{"condition", OptionKind::value, "TEXT", base::phrase("damage and the like")},
    Option{"site", OptionKind::value, "TEXT", base::phrase("the premises")},
    Option{"room", OptionKind::value, "TEXT", {}},
    Option{"floor", OptionKind::value, "TEXT", {}},
    Option{"desk", OptionKind::value, "TEXT", {}},
    Option{"authority", OptionKind::value, "NUMBER",
           base::phrase("warrant, order or consent; else the case's")},
    Option{"first", OptionKind::value, "REASON", base::phrase("why it should be taken before others")},
    Option{"photo", OptionKind::value_many, "FILE",
           base::phrase("photograph, copied and recorded; may be given again")},
    Option{"sheet", OptionKind::value, "FILE",
           base::phrase("register every row of a .csv or .xlsx under one signature")},
    Option{"sheet-template", OptionKind::flag, "",
           base::phrase("print the header of such a sheet, with an example")},
    Option{"many", OptionKind::flag, "", base::phrase("one after the other, until q is answered")},
    Option{"ask", OptionKind::flag, "", base::phrase("ask although standard input is no terminal")}};

}  // namespace

const Verb kExhibitAdd{
    "exhibit",
    "add",
    base::phrase("register what was seized; on a terminal it asks for what is not given"),
    kAdd,
    "  holdfast exhibit add --many --site 'Building 7'\n"
    "  holdfast exhibit add KK-A-0001 --kind phone --serial R58M123 --clock-offset -30 --seal TE-004417",
    base::phrase("0 registered; 2 usage; 4 failed"),
    run};

}  // namespace tools
