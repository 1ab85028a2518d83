// SPDX-License-Identifier: Apache-2.0
// case close: ends what is recorded of exhibits at this station. What keeps the ledger provable still
// follows.
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/words.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/time_archive.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// Acquisitions that were begun and of which no end was told, as "exhibit/acquisition", with the entry.
std::map<std::string, std::uint64_t> unfinished(const custody::LedgerContent& ledger) {
  std::map<std::string, std::uint64_t> begun;
  for (const custody::Entry& entry : ledger.entries) {
    const custody::OpenedBody opened = custody::open_body(entry);
    const std::string& act = opened.body.at("act").text();
    for (const auto& exhibit : opened.exhibits) {
      if (act != "acquire.begin" && act != "acquire.end") continue;
      const std::string key = exhibit.uid + "/" + exhibit.members.at("acquisition").text();
      if (act == "acquire.begin")
        begun[key] = entry.index;
      else
        begun.erase(key);
    }
  }
  return begun;
}

// What could not be told any more afterwards, in sentences.
std::vector<std::string> open_matters(const custody::LedgerContent& ledger) {
  std::vector<std::string> open;
  const custody::ExhibitStates states = custody::custody_of(ledger);
  for (const auto& [uid, exhibit] : states.all()) {
    if (exhibit.where == custody::Whereabouts::offered)
      open.push_back(
          base::say("exhibit {} was offered by entry {}, and that is neither receipted nor withdrawn",
                    exhibit.label, exhibit.since));
    if (!exhibit.image_due.empty())
      open.push_back(base::say("the image of exhibit {} is yet to be checked, until {}", exhibit.label,
                               exhibit.image_due));
  }
  const custody::Sessions sessions = custody::sessions_of(ledger);
  for (const auto& [digest, session] : sessions.all())
    if (!session.closed_by)
      open.push_back(
          base::say("the session that entry {} opened was not closed: nobody confirmed what it signed",
                    session.opened_by));
  const auto exhibits = custody::exhibits_of(ledger);
  for (const auto& [key, entry] : unfinished(ledger)) {
    const std::size_t step = key.find('/');
    open.push_back(base::say("acquisition {} of exhibit {} was begun by entry {}, and no end of it was told",
                             key.substr(step + 1), label_of(exhibits, key.substr(0, step)), entry));
  }
  return open;
}

int run(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const custody::LedgerContent ledger = custody::read_ledger(open.folder.ledger(open.station));
  if (custody::is_closed(ledger))
    throw base::Error(base::ErrorKind::conflict,
                      base::say("the ledger of station {} is closed already", open.station),
                      base::say("No entry was made. `ledger log` shows when and why."));
  const std::vector<std::string> matters = open_matters(ledger);
  for (const std::string& matter : matters) console.warn(visible(matter));
  if (!console.confirm(base::say("Close the ledger of station {}? Nothing can be recorded of an exhibit "
                                 "afterwards, but copies, an edition, an erasure, a return or a destruction.",
                                 open.station)))
    throw base::Error(base::ErrorKind::usage, base::say("the case was not closed"),
                      base::say("No entry was made. Repeat it on a terminal, or with --yes."));
  console.entry(open.ledger->append(
      {"close", {}, base::Json::object({{"reason", arguments.required("reason")}}), true}));
  console.note(
      base::say("Let others vouch for it now: `ledger timestamp`, `ledger request`. `archive check` says "
                "later what to renew."));
  return matters.empty() ? kDone : kLookAtIt;
}

constexpr std::array kOptions{
    Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why, as a judgment or an order")}};

}  // namespace

const Verb kCaseClose{"case",
                      "close",
                      base::phrase("end what this station records of the case"),
                      kOptions,
                      "  holdfast case close --reason 'judgment 31/2027 is final'\n"
                      "  holdfast case close --case /archive/KK-2026 --reason 'handed over whole' --yes",
                      base::phrase("0 closed; 2 usage; 3 closed, and something was left open; 4 failed"),
                      run};

}  // namespace tools
