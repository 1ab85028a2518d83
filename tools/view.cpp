// SPDX-License-Identifier: Apache-2.0
#include "tools/view.h"

#include <algorithm>
#include <cassert>
#include <exception>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/activity.h"
#include "tools/text.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::Json;
using custody::Barrier;

constexpr std::size_t kLine = 80;

store::RecordStore open_records(const store::CaseFolder& folder, const GatheredCase& gathered) {
  if (!std::filesystem::exists(folder.records_database())) {
    throw base::Error(base::ErrorKind::not_found, base::say("nothing was parsed in this case yet"),
                      base::say("Nothing was changed. Run `holdfast parse` first."));
  }
  return store::RecordStore::open(folder.records_database(), sight_of(gathered));
}

// This station's, where it has a ledger in the case.
std::string station_at(const GatheredCase& gathered, const store::CaseFolder& folder) {
  const custody::LedgerContent& first = gathered.ledgers().front();
  const bool ours = custody::holds_log_key(ledger_places(folder, case_id_of(first), first.station));
  return ours ? first.station : custody::kNoStation;
}

// Whose identity is in use; nobody signs a look, so this is a claim.
std::string who_looks(const Arguments& arguments) {
  try {
    return custody::identity_facts(identities_folder(), identity_name(arguments)).fingerprint;
  } catch (const base::Error&) {
    return "unknown";  // nobody has an identity here, or several and none was chosen
  }
}

// "10 outside the authority W-12": what stands in the sum.
std::string part_in_words(Barrier barrier, std::uint64_t count, const std::string& authorities) {
  const std::string number = std::to_string(count);
  switch (barrier) {
    case Barrier::out_of_scope:
      return number + (authorities.empty() ? base::say(" restricted")
                                           : base::say(" outside the authority {}", authorities));
    case Barrier::privilege:
      return base::say("{} awaiting a privilege decision", number);
    case Barrier::consent:
      return base::say("{} whose consent was withdrawn or has ended", number);
    case Barrier::court_order:
      return base::say("{} restricted, or of an authority that is not in force", number);
    case Barrier::none:
      break;
  }
  return number;
}

struct Sum {
  store::NotShown counts;
  std::set<std::string> authorities;  // that records are outside of
};

Sum sum_of(const NotShownByExhibit& counts, const store::Sight& sight) {
  Sum sum;
  for (const auto& [exhibit, of_it] : counts) {
    store::add(sum.counts, of_it);
    const auto outside = of_it.find(Barrier::out_of_scope);
    if (outside == of_it.end() || outside->second == 0) continue;
    if (const std::string number = sight.authority_of(exhibit); !number.empty())
      sum.authorities.insert(number);
  }
  std::erase_if(sum.counts, [](const auto& one) { return one.second == 0; });
  return sum;
}

std::string in_words(const Sum& sum) {
  std::string authorities, parts;
  for (const std::string& number : sum.authorities)
    authorities += (authorities.empty() ? "" : ", ") + visible(number);
  for (const auto& [barrier, count] : sum.counts)
    parts += (parts.empty() ? "" : ", ") + part_in_words(barrier, count, authorities);
  return base::say("{} not shown: {}; `holdfast unrestrict` lifts with another officer's signature",
                   base::say_counted(store::sum_of(sum.counts), "record is", "records are"), parts);
}

Json to_json(const Sum& sum) {
  Json reasons = Json::object();
  for (const auto& [barrier, count] : sum.counts)
    reasons.set(std::string(custody::reason_code(barrier)), std::to_string(count));
  return Json::object({{"event", "not_shown"},
                       {"records", std::to_string(store::sum_of(sum.counts))},
                       {"by_reason", std::move(reasons)},
                       {"authorities", Json(Json::Array(sum.authorities.begin(), sum.authorities.end()))}});
}

}  // namespace

store::Sight sight_of(const GatheredCase& gathered) {
  return {std::make_shared<const custody::Authorities>(gathered.ledgers()), base::now_utc_us()};
}

std::string barrier_in_words(Barrier barrier, const std::string& authority) {
  switch (barrier) {
    case Barrier::out_of_scope:
      return authority.empty() ? base::say("it is restricted")
                               : base::say("it is outside the authority {}", visible(authority));
    case Barrier::privilege:
      return base::say("it awaits a privilege decision");
    case Barrier::consent:
      return base::say("the consent was withdrawn or has ended");
    case Barrier::court_order:
      return base::say("it is restricted, or its authority is not in force");
    case Barrier::none:
      break;
  }
  return base::say("nothing bars it");
}

void refuse_to_show(const std::string& thing, Barrier barrier, const std::string& authority) {
  throw base::Error(
      base::ErrorKind::usage, base::say("{} is not shown: {}", thing, barrier_in_words(barrier, authority)),
      base::say("Nothing was changed. `holdfast unrestrict` lifts with another officer's signature."));
}

void tell_not_shown(const NotShownByExhibit& counts, const store::Sight& sight, Form form, Console& console) {
  const Sum sum = sum_of(counts, sight);
  if (sum.counts.empty()) return;
  console.object(to_json(sum));
  if (console.json()) return;
  if (form == Form::csv) return console.warn(in_words(sum));
  for (const std::string& line : wrapped(in_words(sum), kLine)) console.line(line);
}

void log_look(store::Look look, const Arguments& arguments, const GatheredCase& gathered,
              const store::CaseFolder& folder, Console& console) {
  look.station = station_at(gathered, folder);
  look.who = who_looks(arguments);
  try {
    store::log_look(folder.root(), look, base::now_utc_us());
  } catch (const base::Error& error) {
    console.warn(base::say("this look is not in the activity log: {}", error.happened));
  }
}

View::View(const Arguments& arguments, Console& console, std::string verb, std::string query,
           const std::vector<std::string>& types)
    : arguments_(arguments),
      console_(console),
      verb_(std::move(verb)),
      query_(std::move(query)),
      folder_(the_case(arguments)),
      gathered_(folder_),
      exhibits_(gathered_.exhibits()),
      records_(open_records(folder_, gathered_)),
      not_shown_(records_.not_shown(types)),
      unwinding_(std::uncaught_exceptions()) {}

View::~View() {
  assert((looked_ && ended_) || std::uncaught_exceptions() > unwinding_);
}

void View::narrow_to(const std::string& exhibit_uid) {
  std::erase_if(not_shown_, [&](const auto& one) { return one.first != exhibit_uid; });
}

void View::looked(std::set<std::string> exhibits, std::uint64_t results) {
  store::Look look{"", "", verb_, query_, std::move(exhibits), results, {}};
  for (const auto& [exhibit, counts] : not_shown_) store::add(look.not_shown, counts);
  log_look(std::move(look), arguments_, gathered_, folder_, console_);
  looked_ = true;
}

void View::end(Form form) {
  assert(looked_);
  tell_not_shown(not_shown_, records_.sight(), form, console_);
  ended_ = true;
}

void View::refuse(const std::string& thing, const std::string& exhibit_uid, Barrier barrier) {
  narrow_to(exhibit_uid);
  looked({exhibit_uid}, 0);
  refuse_to_show(thing, barrier, records_.sight().authority_of(exhibit_uid));
}

}  // namespace tools
