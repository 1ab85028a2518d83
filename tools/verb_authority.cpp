// SPDX-License-Identifier: Apache-2.0
// authority add, list: the warrants, orders and consents that a case rests on, with what they cover.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/scans.h"
#include "tools/allowed.h"
#include "tools/exit_code.h"
#include "tools/instants.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::Json;
using custody::Authority;
using custody::InForce;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("No entry was made. {}", advice)};
}

std::string utc_of(const std::string& option, const std::string& typed) {
  const auto instant = instant_of(typed);
  if (!instant)
    throw usage(base::say("--{}: {} is no time", option, visible(typed)),
                base::say("Write a time in UTC: 2026-11-21, or '2026-11-21 22:00'."));
  return base::format_utc(*instant);
}

Json kinds_from(const std::vector<std::string>& given) {
  Json kinds = Json::array();
  const auto& known = custody::kinds_of_data();
  for (const std::string& kind : given) {
    if (std::ranges::find(known, kind) == known.end())
      throw usage(base::say("no kind of data is called {}", visible(kind)),
                  base::say("Choose one of {}.", fmt::format("{}", fmt::join(known, ", "))));
    kinds.push(kind);
  }
  return kinds;
}

// FROM/UNTIL, each as --from and --until.
Json periods_from(const std::vector<std::string>& given) {
  Json periods = Json::array();
  for (const std::string& one : given) {
    const std::size_t split = one.find('/');
    if (split == one.npos)
      throw usage(base::say("{} is no period", visible(one)),
                  base::say("Write it as FROM/UNTIL: 2026-01-01/2026-07-01."));
    periods.push(Json::object({{"from", utc_of("period", one.substr(0, split))},
                               {"until", utc_of("period", one.substr(split + 1))}}));
  }
  return periods;
}

Json members_of(const Arguments& arguments) {
  Json members = Json::object({{"number", arguments.required("NUMBER")},
                               {"kind", arguments.required("kind")},
                               {"issuer", arguments.required("issuer")},
                               {"from", utc_of("from", arguments.required("from"))}});
  if (members.at("kind").text() == "consent" && members.at("issuer").text() != "owner")
    throw usage(base::say("the issuer of a consent is written as owner"),
                base::say("Write owner: whoever gets the case reads this entry. Whose consent it is, the "
                          "exhibits say that state the number."));
  if (const auto until = arguments.value("until")) members.set("until", utc_of("until", *until));
  for (const char* name : {"premises", "renews", "request"})
    if (const auto value = arguments.value(name)) members.set(name, *value);
  if (arguments.has("data")) members.set("data", kinds_from(arguments.values("data")));
  if (arguments.has("period")) members.set("periods", periods_from(arguments.values("period")));
  return members;
}

int run_add(const Arguments& arguments, Console& console) {
  base::Event event{"authority.add", {}, members_of(arguments), true};
  OpenCase open = open_case(arguments, console);
  const GatheredCase gathered(open.folder);
  const custody::Authorities authorities(gathered.ledgers());
  const auto renews = arguments.value("renews");
  const auto& all = authorities.all();
  if (renews && std::ranges::find(all, *renews, &Authority::number) == all.end())
    console.warn(
        base::say("the case knows no authority {}: check the number that it renews", visible(*renews)));
  if (const auto scan = arguments.value("document"))
    event.members.set("document", custody::keep_authority_paper(open.folder.root(), *scan));
  console.entry(open.ledger->append(event));
  return kDone;
}

base::Said word_of(InForce force) {
  return force == InForce::now    ? base::say("valid")
         : force == InForce::over ? base::say("expired")
                                  : base::say("not yet");
}

std::string time_words(const std::optional<std::int64_t>& utc_us) {
  return utc_us ? day_or_time(*utc_us) : "";
}

struct Counts {
  std::size_t stated = 0, governed = 0;
};
Counts exhibits_under(const Authority& authority, const custody::Authorities& authorities,
                      const std::vector<custody::ExhibitView>& exhibits, std::int64_t now_us) {
  Counts counts;
  for (const custody::ExhibitView& exhibit : exhibits) {
    if (authorities.stated(exhibit.uid) == authority.number) ++counts.stated;
    if (authorities.governing(exhibit.uid, now_us) == &authority) ++counts.governed;
  }
  return counts;
}

// "covers messages, calls; renews order 17/2026"; nothing where it covers all and renews none.
std::string limits_of(const Authority& one) {
  std::string words;
  if (!one.data.empty() || !one.periods.empty())
    words = base::say("covers {}", scope_words(one.data, one.periods));
  if (!one.renews.empty())
    words += (words.empty() ? "" : "; ") + (base::say("renews {}", visible(one.renews)));
  return words;
}

int run_list(const Arguments& arguments, Console& console) {
  const GatheredCase gathered(the_case(arguments));
  const custody::Authorities authorities(gathered.ledgers());
  const auto exhibits = gathered.exhibits();
  const std::int64_t now = base::now_utc_us();
  std::vector<std::vector<std::string>> rows{{base::say("number"), base::say("kind"), base::say("state"),
                                              base::say("exhibits"), base::say("governs"), base::say("from"),
                                              base::say("until")}};
  for (const Authority& one : authorities.all()) {
    const Counts counts = exhibits_under(one, authorities, exhibits, now);
    const base::Said state = word_of(custody::in_force(one, now));
    console.object(Json::object({{"number", one.number},
                                 {"kind", one.kind},
                                 {"issuer", one.issuer},
                                 {"state", state.english},
                                 {"exhibits", std::to_string(counts.stated)},
                                 {"governs", std::to_string(counts.governed)},
                                 {"from", one.from_utc_us ? base::format_utc(*one.from_utc_us) : ""},
                                 {"until", one.until_utc_us ? base::format_utc(*one.until_utc_us) : ""},
                                 {"renews", one.renews},
                                 {"covers", scope_words(one.data, one.periods)},
                                 {"premises", one.premises},
                                 {"document", one.document},
                                 {"ledger", one.ledger},
                                 {"entry", std::to_string(one.entry)}}));
    rows.push_back({visible(one.number), one.kind, state, std::to_string(counts.stated),
                    std::to_string(counts.governed), time_words(one.from_utc_us),
                    time_words(one.until_utc_us)});
  }
  if (rows.size() == 1) {
    console.note(base::say("no authority is recorded: `holdfast authority add` records one"));
    return kDone;
  }
  console.table(rows);
  for (const Authority& one : authorities.all())
    if (const std::string words = limits_of(one); !words.empty())
      console.line(visible(one.number) + " " + words);
  return kDone;
}

constexpr std::array kAdd{
    Option{"NUMBER", OptionKind::positional, "NUMBER",
           base::phrase("as it is written on it: 'order 17/2026'")},
    Option{"kind", OptionKind::value_required, "KIND", base::phrase("warrant, order, consent, request")},
    Option{"issuer", OptionKind::value_required, "OFFICE", base::phrase("the office; of a consent: owner")},
    Option{"from", OptionKind::value_required, "TIME",
           base::phrase("in UTC: YYYY-MM-DD, or 'YYYY-MM-DD HH:MM'")},
    Option{"until", OptionKind::value, "TIME",
           base::phrase("the moment when it ends; a date is its first moment")},
    Option{"data", OptionKind::value_many, "KIND",
           base::phrase(
               "messages, calls, contacts, accounts, wallets, web, locations, files, device; else all")},
    Option{"period", OptionKind::value_many, "FROM/UNTIL", base::phrase("of the data's own times; else all")},
    Option{"premises", OptionKind::value, "TEXT", base::phrase("where it holds")},
    Option{"renews", OptionKind::value, "NUMBER", base::phrase("the authority that it takes the place of")},
    Option{"request", OptionKind::value, "NUMBER", base::phrase("the request that asked for it")},
    Option{"document", OptionKind::value, "SCAN",
           base::phrase("the scanned paper; a copy stays with the case")}};

}  // namespace

const Verb kAuthorityAdd{
    "authority",
    "add",
    base::phrase("record a warrant, order, consent or request, and what it covers"),
    kAdd,
    "  holdfast authority add 'order 17/2026' --kind order --issuer 'Court 4' --from 2026-11-20 --until "
    "2027-02-20\n"
    "  holdfast authority add C-3 --kind consent --issuer owner --from 2026-11-21 --data messages",
    base::phrase("0 recorded; 2 usage; 4 failed"),
    run_add};
const Verb kAuthorityList{
    "authority",
    "list",
    base::phrase("what the case rests on: valid, expired or not yet, and how many exhibits"),
    {},
    "  holdfast authority list\n  holdfast authority list --json",
    base::phrase("0; 4 failed"),
    run_list};

}  // namespace tools
