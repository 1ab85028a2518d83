// SPDX-License-Identifier: Apache-2.0
// case new, show: the case folder and the first entry of its ledger.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/signed_how.h"
#include "tools/exit_code.h"
#include "tools/new_case.h"
#include "tools/not_before.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

base::Json officers_of(const Arguments& arguments, Console& console) {
  base::Json officers = base::Json::array();
  for (const std::string& path : arguments.values("officer")) {
    const base::Buffer certificate = custody::certificate_from_pem(base::as_text(base::read_file(path)));
    if (!custody::can_be_sealed_for(certificate)) {
      throw base::Error(base::ErrorKind::usage,
                        base::say("{} is no certificate to seal for: it lacks key agreement", path),
                        base::say("No case was made. Give the officer's seal.cert.pem, not sign.cert.pem."));
    }
    officers.push(base::Json::object({{"cert_sha256", custody::fingerprint_of(certificate)},
                                      {"certificate", base::to_base64(certificate)}}));
  }
  if (officers.items().empty()) {
    console.warn(base::say(
        "no recovery officer: only your own key opens the record keys. Add --officer seal.cert.pem."));
  }
  return officers;
}

int run_new(const Arguments& arguments, Console& console) {
  const std::string case_id = arguments.required("ID");
  const std::string station = arguments.value("station").value_or(host_name());
  require_safe(case_id, base::say("a case id"));
  require_safe(station, base::say("a station"));
  const std::filesystem::path root =
      std::filesystem::absolute(std::filesystem::path(arguments.value("to").value_or(".")) / case_id)
          .lexically_normal();
  const std::string identity = identity_name(arguments);
  const base::Json at_rest = accept_volume(console, root.parent_path());
  const base::Json officers = officers_of(arguments, console);
  const auto signer =
      custody::unlock_signer(identities_folder(), identity, [&] { return console.passphrase(identity); });

  std::optional<NotBefore> begins;
  if (const auto reply = arguments.value("not-before")) begins = not_before_from(*reply);
  const store::CaseFolder folder = store::CaseFolder::create(root);
  custody::GenesisFacts facts{arguments.value("agency").value_or("agency.invalid"), case_id, station,
                              base::Json::object()};
  facts.members.set("title", arguments.value("title").value_or(case_id));
  facts.members.set("authority", arguments.value("authority").value_or(""));
  facts.members.set("encrypted_at_rest", at_rest);
  facts.members.set("officers", officers);
  if (begins) facts.members.set("not_before", begins->member);
  const auto ledger = custody::Ledger::create(ledger_places(folder, case_id, station), facts, *signer);
  if (begins) not_before_queries().forget(begins->query);
  console.result(base::say("case {} in {}", case_id, root.string()),
                 base::Json::object({{"event", "case"}, {"case", case_id}, {"folder", root.string()}}));
  console.result(base::say("ledger entry 0, signed by {}", visible(signer->subject())),
                 base::Json::object({{"event", "entry"}, {"index", "0"}}));
  return at_rest.at("answer").text() == "yes" ? kDone : kLookAtIt;
}

int run_show(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const GatheredCase gathered(folder);
  const base::Json genesis = genesis_of(gathered.ledgers().front());
  std::size_t entries = 0;
  custody::SignedHow::Counts how;
  for (const custody::LedgerContent& ledger : gathered.ledgers()) {
    entries += ledger.entries.size();
    const auto counts = custody::SignedHow(ledger).counts();
    how.by_persons += counts.by_persons;
    how.by_sessions += counts.by_sessions;
    how.with_paper += counts.with_paper;
  }
  base::Json out = base::Json::object({{"case", genesis.at("case")},
                                       {"title", genesis.at("title")},
                                       {"folder", folder.root().string()},
                                       {"entries", std::to_string(entries)},
                                       {"signed_by_persons", std::to_string(how.by_persons)},
                                       {"signed_by_sessions", std::to_string(how.by_sessions)},
                                       {"with_paper", std::to_string(how.with_paper)},
                                       {"exhibits", std::to_string(gathered.exhibits().size())},
                                       {"encrypted_at_rest", genesis.at("encrypted_at_rest").at("answer")}});
  console.object(out);
  for (const auto& [name, value] : out.members())
    console.line(fmt::format("{:<18} {}", name, visible(value.text())));
  for (const std::string& station : folder.stations())
    console.line(fmt::format("{:<18} {}", "ledger of station", station));
  return kDone;
}

constexpr std::array kNew{
    Option{"ID", OptionKind::positional, "ID", base::phrase("letters, digits, '-' and '_'")},
    Option{"title", OptionKind::value, "TEXT", base::phrase("what the case is called")},
    Option{"authority", OptionKind::value, "TEXT",
           base::phrase("warrant, order or consent that it rests on")},
    Option{"agency", OptionKind::value, "DOMAIN",
           base::phrase("domain name of the agency; part of the ledger's name")},
    Option{"station", OptionKind::value, "NAME", base::phrase("this workstation; else the host name")},
    Option{"officer", OptionKind::value_many, "SEAL.pem",
           base::phrase("seal.cert.pem of a recovery officer, who can open what is sealed")},
    Option{"not-before", OptionKind::value, "REPLY.tsr",
           base::phrase("a time authority's answer to `ledger not-before`: the case was not made before")},
    Option{"to", OptionKind::value, "DIR", base::phrase("where the case folder is made; else here")}};

}  // namespace

const Verb kCaseNew{
    "case",
    "new",
    base::phrase("make a case folder and its ledger"),
    kNew,
    "  holdfast case new KK-2026 --title 'Compound north of the river' --authority 'warrant 12/2026'\n"
    "  holdfast case new KK-2026 --to /media/evidence --officer officer.seal.pem",
    base::phrase("0 made; 2 usage; 3 made on a volume not known to be encrypted; 4 failed"),
    run_new};
const Verb kCaseShow{"case",
                     "show",
                     base::phrase("the case at a glance"),
                     {},
                     "  holdfast case show\n  holdfast case show --case KK-2026 --json",
                     base::phrase("0; 4 no case"),
                     run_show};

}  // namespace tools
