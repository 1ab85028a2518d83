// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/authority_gaps.h"

#include <algorithm>

#include "base/counted.h"
#include "base/time.h"
#include "chain-of-custody/authority.h"

namespace custody {
namespace {

// What the first entry of a ledger says that the case rests on.
std::string stated_by(const LedgerView& view) {
  const bool told = !view.acts.empty() && view.acts.front().opened;
  return told ? text_in(view.acts.front().opened->body, "authority") : std::string();
}

// It speaks for what is registered in that ledger and says nothing else.
bool speaks_for(const CaseOrder& ordered, const std::string& ledger) {
  return std::ranges::any_of(ordered.views, [&](const LedgerView& view) {
    return view.origin == ledger && !stated_by(view).empty();
  });
}
bool case_states(const CaseOrder& ordered, const std::string& number) {
  return std::ranges::any_of(ordered.views,
                             [&](const LedgerView& view) { return stated_by(view) == number; });
}

void add(const ExhibitStory& exhibit, const char* code, const ToldAt& at, std::int64_t since_us,
         std::string what, std::vector<Gap>& gaps) {
  gaps.push_back({code, exhibit.uid, exhibit.label, at, since_us, std::move(what)});
}

std::string words_of(const Authority& authority, InForce force) {
  const bool over = force == InForce::over;
  return "Its authority, " + name_in_words(authority) + (over ? ", ended " : ", begins ") +
         base::format_utc_for_people(over ? *authority.until_utc_us : *authority.from_utc_us) + ".";
}

void authority_of(const ExhibitStory& exhibit, const Authorities& authorities, const CaseOrder& ordered,
                  std::int64_t now_us, std::vector<Gap>& gaps) {
  const std::string number = authorities.stated(exhibit.uid);
  const Authority* governing = authorities.governing(exhibit.uid, now_us);
  const ToldAt& at = exhibit.registered;
  if (number.empty() && !speaks_for(ordered, at.ledger))
    add(exhibit, "authority.none", at, at.utc_us, "Nothing says under which authority it was seized.", gaps);
  if (!number.empty() && !governing && !case_states(ordered, number))
    add(exhibit, "authority.unknown", at, at.utc_us,
        "It was seized under " + number + ", of which the case knows nothing more.", gaps);
  const InForce force = governing ? in_force(*governing, now_us) : InForce::now;
  if (force != InForce::now)
    add(exhibit, "authority.over", {governing->ledger, governing->entry, 0},
        force == InForce::over ? *governing->until_utc_us : at.utc_us, words_of(*governing, force), gaps);
}

std::string words_of(const Restriction& restriction) {
  const std::string what = restriction.whole ? "It is restricted"
                           : restriction.records.empty()
                               ? "Records of it are restricted"
                               : base::counted(restriction.records.size(), "record of it is restricted",
                                               "records of it are restricted");
  return what + " (" + restriction.reason + "), and nobody lifted that.";
}

}  // namespace

std::vector<Gap> gaps_of_authorities(std::span<const ExhibitStory> exhibits, const CaseOrder& ordered,
                                     const GapRules& rules) {
  std::vector<Gap> gaps;
  const Authorities authorities(ordered);
  for (const ExhibitStory& exhibit : exhibits) {
    // What others are packed in was not seized, and what is gone is nobody's to look at.
    if (exhibit.kind == "container" || exhibit.is_gone()) continue;
    authority_of(exhibit, authorities, ordered, rules.now_us, gaps);
    for (const Restriction& open : authorities.restrictions(exhibit.uid, rules.now_us))
      add(exhibit, "restriction.open", open.at, open.at.utc_us, words_of(open), gaps);
  }
  return gaps;
}

}  // namespace custody
