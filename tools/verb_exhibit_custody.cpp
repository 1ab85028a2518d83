// SPDX-License-Identifier: Apache-2.0
// exhibit locate, isolate, access, live: where an exhibit is kept, and what happens to it while it is.
#include <array>

#include "base/words.h"
#include "tools/at_hand.h"
#include "tools/exit_code.h"
#include "tools/intake_facts.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using custody::ExhibitView;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was recorded. {}", advice)};
}

// One entry that says the same of each exhibit that was named.
int record(const char* act, const Arguments& arguments, Console& console, const base::Json& in_clear,
           const base::Json& of_each) {
  OpenCase open = open_case(arguments, console);
  base::Event event{act, {}, in_clear, false};
  for (const ExhibitView& exhibit : AtHand(open).named(arguments, "LABEL"))
    event.exhibits.push_back({exhibit.uid, of_each, base::Json::object()});
  console.entry(open.ledger->append(event));
  return kDone;
}

int run_locate(const Arguments& arguments, Console& console) {
  base::Json place = base::Json::object();
  for (const char* name : {"site", "floor", "room", "desk"})
    if (const auto value = arguments.value(name)) place.set(name, *value);
  if (place.members().empty())
    throw usage(base::say("no place is named"),
                base::say("Give at least one of --site, --floor, --room and --desk."));
  return record("locate", arguments, console, base::Json::object(), place);
}

int run_isolate(const Arguments& arguments, Console& console) {
  base::Json said = base::Json::object();
  for (const auto& [option, member] : {std::pair{"isolation", "isolation"},
                                       {"isolated-at", "isolated_at"},
                                       {"power", "power"},
                                       {"battery", "battery"}}) {
    const auto value = arguments.value(option);
    if (!value) continue;
    if (const auto fault = fault_of(member, *value))
      throw usage("--" + std::string(option) + ": " + visible(*fault),
                  base::say("`holdfast exhibit isolate --help` says what may be given."));
    said.set(member, *value);
  }
  return record("isolate", arguments, console, base::Json::object(), said);
}

int run_access(const Arguments& arguments, Console& console) {
  return record("access", arguments, console,
                base::Json::object({{"purpose", arguments.required("purpose")}}), base::Json::object());
}

int run_live(const Arguments& arguments, Console& console) {
  return record("live", arguments, console, base::Json::object({{"reason", arguments.required("reason")}}),
                base::Json::object({{"done", arguments.required("done")}}));
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL",
                         base::phrase("the exhibits, by their labels")};
constexpr std::array kLocate{
    kLabels, Option{"site", OptionKind::value, "TEXT", base::phrase("building or compound")},
    Option{"floor", OptionKind::value, "TEXT", base::phrase("floor")},
    Option{"room", OptionKind::value, "TEXT", base::phrase("room, store or safe")},
    Option{"desk", OptionKind::value, "TEXT", base::phrase("desk, shelf or box number")}};
constexpr std::array kIsolate{
    kLabels,
    Option{"isolation", OptionKind::value_required, "HOW",
           base::phrase("none, airplane, faraday, sim-removed, cable-pulled, off, other")},
    Option{"isolated-at", OptionKind::value, "UTC", base::phrase("since when; else the time of the entry")},
    Option{"power", OptionKind::value, "STATE", base::phrase("on, off, unknown")},
    Option{"battery", OptionKind::value, "PERCENT", base::phrase("as the device shows it")}};
constexpr std::array kAccess{kLabels, Option{"purpose", OptionKind::value_required, "TEXT",
                                             base::phrase("what for: inspection, count, charging")}};
constexpr std::array kLive{
    kLabels, Option{"done", OptionKind::value_required, "TEXT", base::phrase("what was done, step by step")},
    Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why it could not wait")}};

}  // namespace

const Verb kExhibitLocate{
    "exhibit",
    "locate",
    base::phrase("record where exhibits are kept"),
    kLocate,
    "  holdfast exhibit locate KK-A-0001 KK-A-0002 --site 'house 4' --floor 3 --room 12\n"
    "  holdfast exhibit locate KK-A-0100 --room 'store 2' --desk 'shelf B'",
    base::phrase("0 recorded; 2 refused: packed, offered, or gone; 4 failed"),
    run_locate};
const Verb kExhibitIsolate{
    "exhibit",
    "isolate",
    base::phrase("record how exhibits are kept from networks"),
    kIsolate,
    "  holdfast exhibit isolate KK-A-0001 --isolation faraday --power on --battery 80\n"
    "  holdfast exhibit isolate KK-A-0001 KK-A-0002 --isolation none",
    base::phrase("0 recorded; 2 refused: packed, offered, or gone; 4 failed"),
    run_isolate};
const Verb kExhibitAccess{"exhibit",
                          "access",
                          base::phrase("record that somebody had access to exhibits"),
                          kAccess,
                          "  holdfast exhibit access KK-A-0001 --purpose 'charging'\n"
                          "  holdfast exhibit access KK-A-0100 --purpose 'count of the store'",
                          base::phrase("0 recorded; 2 refused: packed, offered, or gone; 4 failed"),
                          run_access};
const Verb kExhibitLive{
    "exhibit",
    "live",
    base::phrase("record what was done on a device that was running"),
    kLive,
    "  holdfast exhibit live KK-A-0001 --done 'flight mode switched on' --reason 'remote "
    "wipe'\n  holdfast exhibit live KK-A-0003 --done 'memory dumped' --reason 'volume open'",
    base::phrase("0 recorded; 2 refused: packed, offered, or gone; 4 failed"),
    run_live};

}  // namespace tools
