// SPDX-License-Identifier: Apache-2.0
// restrict, unrestrict: what may not be looked at, by one person at once; and again, by two.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/whose_ledger.h"
#include "tools/allowed.h"
#include "tools/at_hand.h"
#include "tools/exit_code.h"
#include "tools/instants.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using base::Json;
using custody::Barrier;
using custody::ExhibitView;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was recorded. {}", advice)};
}

base::ExhibitStatement statement_of(const ExhibitView& exhibit, const Arguments& arguments) {
  base::ExhibitStatement said{exhibit.uid, Json::object(), Json::object()};
  if (const auto why = arguments.value("why")) said.members.set("why", *why);
  const auto records = arguments.values("record");
  if (!records.empty()) said.hidden.set("records", Json(Json::Array(records.begin(), records.end())));
  return said;
}

// Ids are of one exhibit.
std::vector<ExhibitView> chosen(const Arguments& arguments, const OpenCase& open) {
  const std::vector<ExhibitView> exhibits = AtHand(open).named(arguments, "LABEL");
  if (arguments.has("record") && exhibits.size() != 1)
    throw usage(base::say("--record names records of one exhibit, and several are named"),
                base::say("Give one label."));
  return exhibits;
}

// Parts were seized with it, and each is an exhibit by itself.
void tell_parts(const OpenCase& open, const std::vector<ExhibitView>& exhibits, Console& console) {
  std::string parts;
  for (const ExhibitView& part : custody::exhibits_of(ledger_of(open.folder))) {
    const auto is = [&](const std::string& uid) {
      return std::ranges::find(exhibits, uid, &ExhibitView::uid) != exhibits.end();
    };
    if (is(part.parent_uid) && !is(part.uid)) parts += (parts.empty() ? "" : ", ") + visible(part.label);
  }
  if (!parts.empty())
    console.warn(base::say("parts are exhibits of their own, and are not restricted: {}", parts));
}

int run_restrict(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const std::vector<ExhibitView> exhibits = chosen(arguments, open);
  base::Event event{"restrict", {}, Json::object({{"reason", arguments.required("reason")}}), false};
  for (const ExhibitView& exhibit : exhibits) event.exhibits.push_back(statement_of(exhibit, arguments));
  console.entry(open.ledger->append(event));
  console.note(
      base::say("From now on {}. Two officers lift that: holdfast unrestrict.",
                arguments.has("record")
                    ? base::say("{} of {} may not be shown",
                                base::say_counted(arguments.values("record").size(), "record", "records"),
                                labels_of(exhibits))
                    : base::say("{} may not be acquired, parsed or shown", labels_of(exhibits))));
  if (!arguments.has("record")) tell_parts(open, exhibits, console);
  return kDone;
}

// This station's, and those of stations that are gone, for which it goes on.
std::set<std::string> own_ledgers(const GatheredCase& gathered) {
  std::set<std::string> own{name_of(gathered.ledgers().front())};
  for (std::size_t before = 0; before != own.size();) {
    before = own.size();
    for (const custody::LedgerContent& ledger : gathered.ledgers()) {
      const Json genesis = genesis_of(ledger);
      const Json* continues = genesis.find("continues");
      if (continues != nullptr && own.contains(name_of(ledger))) own.insert(continues->at("ledger").text());
    }
  }
  return own;
}

// The outermost of what bars: to open more, it is lifted again.
std::string lifted_of(const ExhibitView& exhibit, const Arguments& arguments,
                      const custody::Authorities& authorities, const std::set<std::string>& own) {
  const std::int64_t now = base::now_utc_us();
  if (arguments.has("record")) return "records";
  bool elsewhere = false;
  for (const custody::Restriction& one : authorities.restrictions(exhibit.uid, now)) {
    if (one.whole && own.contains(one.at.ledger)) return "restriction";
    elsewhere |= one.whole;
  }
  if (elsewhere)
    throw usage(base::say("{} was restricted at another station, in whose ledger that is lifted",
                          visible(exhibit.label)),
                base::say("`holdfast exhibit show {}` names the ledger.", visible(exhibit.label)));
  const custody::Cover cover = authorities.cover_of(exhibit.uid, now);
  if (cover.whole != Barrier::none) return "validity";
  if (!cover.data.empty() || !cover.periods.empty()) return "scope";
  throw usage(base::say("nothing bars {} as a whole", visible(exhibit.label)),
              base::say("Single records are lifted by --record; `exhibit show` tells what is restricted."));
}

std::string words_of(const std::string& lifts) {
  if (lifts == "restriction") return base::say("its restriction ends");
  if (lifts == "validity") return base::say("it may be looked at although its authority is not in force");
  if (lifts == "scope") return base::say("what is out of the scope of its authority may be looked at");
  return base::say("the records that you named may be looked at");
}

// Before anybody types a passphrase. The ledger asks for two certificates; one person may have had several.
void require_two_persons(const std::string& with, const OpenCase& open) {
  const std::string subject = custody::identity_facts(identities_folder(), with).subject;
  if (subject != open.signer->subject()) return;
  throw usage(base::say("both signatures would be those of {}", visible(subject)),
              base::say("Name another officer than the one who asks: --with NAME."));
}

base::Event lift_of(const std::vector<ExhibitView>& exhibits, const Arguments& arguments,
                    const OpenCase& open) {
  base::Event event{"unrestrict", {}, Json::object({{"reason", arguments.required("reason")}}), false};
  if (const auto until = arguments.value("until")) {
    const auto instant = instant_of(*until);
    if (!instant || *instant <= base::now_utc_us())
      throw usage(base::say("--until {} is no time to come", visible(*until)),
                  base::say("Write a time in UTC: 2026-11-21, or '2026-11-21 22:00'."));
    event.members.set("until", base::format_utc(*instant));
  }
  const GatheredCase gathered(open.folder);
  const custody::Authorities authorities(gathered.ledgers());
  const std::set<std::string> own = own_ledgers(gathered);
  for (const ExhibitView& exhibit : exhibits) {
    const std::string lifts = lifted_of(exhibit, arguments, authorities, own);
    const Json* before = event.members.find("lifts");
    if (before != nullptr && before->text() != lifts)
      throw usage(base::say("the exhibits are barred for different reasons"),
                  base::say("Give the command for each by itself."));
    event.members.set("lifts", lifts);
    event.exhibits.push_back(statement_of(exhibit, arguments));
  }
  return event;
}

int run_unrestrict(const Arguments& arguments, Console& console) {
  const std::string with = arguments.required("with");
  OpenCase open = open_case(arguments, console);
  const std::vector<ExhibitView> exhibits = chosen(arguments, open);
  const base::Event event = lift_of(exhibits, arguments, open);
  require_two_persons(with, open);
  // The other officer reads what he allows, and then types his passphrase.
  console.note(labels_of(exhibits) + ": " + words_of(event.members.at("lifts").text()) + ".");
  const auto second =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });
  console.entry(open.ledger->append(event, {second.get()}));
  const custody::Authorities after(GatheredCase(open.folder).ledgers());
  for (const ExhibitView& exhibit : exhibits) {
    const custody::Cover left = after.cover_of(exhibit.uid, base::now_utc_us());
    if (left.whole != Barrier::none)
      console.warn(base::say("{} is barred still. {}", visible(exhibit.label), visible(left.why)));
  }
  return kDone;
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL",
                         base::phrase("the exhibits, by their labels")};
constexpr Option kWhy{"why", OptionKind::value, "TEXT",
                      base::phrase("in words; stands in the exhibits' statements")};
constexpr Option kRecords{"record", OptionKind::value_many, "ID",
                          base::phrase("only this record, and what is a part of it; again: others")};
constexpr std::array kRestrictOptions{
    kLabels,
    Option{"reason", OptionKind::value_required, "REASON",
           base::phrase("consent-withdrawn, order-ended, privilege, other")},
    kWhy, kRecords};
constexpr std::array kUnrestrictOptions{
    kLabels,
    Option{"reason", OptionKind::value_required, "TEXT",
           base::phrase("the ruling, by its number; every recipient reads it")},
    Option{"with", OptionKind::value_required, "IDENTITY",
           base::phrase("the other officer, who allows it and signs here")},
    kWhy,
    kRecords,
    Option{"until", OptionKind::value, "TIME", base::phrase("in UTC: then it bars again")}};

}  // namespace

const Verb kRestrict{"",
                     "restrict",
                     base::phrase("bar exhibits, or records of them, from being looked at"),
                     kRestrictOptions,
                     "  holdfast restrict KK-A-0007 --reason consent-withdrawn\n"
                     "  holdfast restrict KK-A-0001 --reason privilege --record g7nqxa5ify5hlmebqyp2eworyu",
                     base::phrase("0 recorded; 2 usage; 4 failed"),
                     run_restrict};
const Verb kUnrestrict{
    "",
    "unrestrict",
    base::phrase("two officers lift what bars: a restriction, the end or the scope of an authority"),
    kUnrestrictOptions,
    "  holdfast unrestrict KK-A-0007 --reason 'ruling 9/2026' --with deputy\n"
    "  holdfast unrestrict KK-A-0001 --reason 'ruling 9/2026' --with deputy --record "
    "g7nqxa5ify5hlmebqyp2eworyu",
    base::phrase("0 recorded; 2 nothing bars it, or both are one person; 4 failed"),
    run_unrestrict};

}  // namespace tools
