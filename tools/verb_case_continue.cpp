// SPDX-License-Identifier: Apache-2.0
// case continue: the ledger of a station that is gone goes on here, from a copy of it.
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/continuation.h"
#include "tools/exit_code.h"
#include "tools/new_case.h"
#include "tools/verbs.h"

namespace tools {
namespace {

// <agency>/<case>/<station>
struct Origin {
  std::string agency, case_id, station;
};
Origin origin_of(const base::Json& genesis) {
  const std::string name = genesis.at("ledger").text();
  const std::size_t first = name.find('/'), last = name.rfind('/');
  if (first == name.npos || first == last)
    throw base::Error(base::ErrorKind::format, base::say("the copy's ledger has no name of three parts"),
                      base::say("Nothing was made. Check that this is the folder of one station's ledger."));
  return {name.substr(0, first), genesis.at("case").text(), name.substr(last + 1)};
}

// The new ledger's first entry says of the case what the old one's said.
custody::GenesisFacts facts_of(const base::Json& genesis, const Origin& origin, const std::string& station,
                               const custody::Continuation& continuation, const base::Json& at_rest) {
  custody::GenesisFacts facts{origin.agency, origin.case_id, station, base::Json::object()};
  for (const char* name : {"title", "authority", "officers"})
    if (const base::Json* value = genesis.find(name)) facts.members.set(name, *value);
  facts.members.set("encrypted_at_rest", at_rest).set("continues", continuation.continues);
  return facts;
}

void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to) {
  constexpr std::uint64_t kMaximal = 4ull << 30;
  std::filesystem::create_directories(to);
  for (const char* name : {"ledger.db", "disclosures.db", "checkpoint"})
    base::write_durably(to / name, base::read_file(from / name, kMaximal));
}

// A copy that was about to take its place when its station died.
std::filesystem::path copy_at(const std::filesystem::path& given) {
  const std::filesystem::path fresh = given.string() + std::string(kFreshCopy);
  return !std::filesystem::exists(given) && std::filesystem::exists(fresh) ? fresh : given;
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path mirror = copy_at(arguments.required("COPY"));
  const custody::LedgerContent copy = custody::read_ledger(mirror);
  const custody::Continuation continuation = custody::continuation_of(copy);
  const base::Json genesis = genesis_of(copy);
  const Origin origin = origin_of(genesis);
  const std::string station = arguments.value("station").value_or(host_name());
  require_safe(origin.case_id, base::say("a case id"));
  require_safe(origin.station, base::say("a station"));
  require_safe(station, base::say("a station"));
  if (station == origin.station)
    throw base::Error(
        base::ErrorKind::usage, base::say("this station bears the name of the one that is gone"),
        base::say("Nothing was made. Give it another: --station NAME. No two ledgers bear one name."));
  // Folders of exhibits bear their labels.
  for (const base::ExhibitStatement& exhibit : continuation.takeover.exhibits)
    require_safe(exhibit.members.at("label").text(), base::say("a label"));
  const std::filesystem::path root =
      std::filesystem::absolute(std::filesystem::path(arguments.value("to").value_or(".")) / origin.case_id)
          .lexically_normal();
  const std::string identity = identity_name(arguments), with = arguments.required("with");
  const base::Json at_rest = accept_volume(console, root.parent_path());
  const auto signer =
      custody::unlock_signer(identities_folder(), identity, [&] { return console.passphrase(identity); });
  const auto custodian =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });

  const store::CaseFolder folder = store::CaseFolder::create(root);
  copy_ledger(mirror, folder.ledger(origin.station));
  const auto ledger = custody::Ledger::create(ledger_places(folder, origin.case_id, station),
                                              facts_of(genesis, origin, station, continuation, at_rest),
                                              *signer, {custodian.get()});
  console.result(base::say("case {} in {}: goes on after {} of station {}", origin.case_id, root.string(),
                           base::say_counted(continuation.size, "entry", "entries"), origin.station),
                 base::Json::object({{"event", "case"},
                                     {"case", origin.case_id},
                                     {"folder", root.string()},
                                     {"continues", std::to_string(continuation.size)}}));
  for (const base::Said& sentence : continuation.on_offer) console.warn(visible(sentence));
  for (const base::Said& sentence : continuation.left_out) console.warn(visible(sentence));
  if (!continuation.takeover.exhibits.empty()) {
    console.entry(ledger->append(continuation.takeover));
    for (const base::ExhibitStatement& exhibit : continuation.takeover.exhibits)
      std::filesystem::create_directories(folder.exhibit(exhibit.members.at("label").text()));
  }
  const bool all_here = continuation.left_out.empty() && continuation.on_offer.empty();
  return at_rest.at("answer").text() == "yes" && all_here ? kDone : kLookAtIt;
}

constexpr std::array kOptions{
    Option{"COPY", OptionKind::positional, "COPY",
           base::phrase("folder of the lost station's ledger: DIR/CASE.ledger/STATION")},
    Option{"with", OptionKind::value_required, "IDENTITY",
           base::phrase("the second person, who signs here as well")},
    Option{"station", OptionKind::value, "NAME",
           base::phrase("this workstation, by another name than the lost one; else the host name")},
    Option{"to", OptionKind::value, "DIR", base::phrase("where the case folder is made; else here")}};

}  // namespace

const Verb kCaseContinue{
    "case",
    "continue",
    base::phrase("go on with the ledger of a station that is gone"),
    kOptions,
    "  holdfast case continue /media/evidence/KK-2026.ledger/B --with deputy --station B2 --to cases\n"
    "  holdfast verify cases/KK-2026 --trust officers/",
    base::phrase(
        "0 continued; 2 usage; 3 continued, and look at what is named; 4 the copy is damaged, or failed"),
    run};

}  // namespace tools
