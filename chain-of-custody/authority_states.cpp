// SPDX-License-Identifier: Apache-2.0
// What may be looked at, by the acts of one ledger: refused by the writer, found by the verifier. What bars
// by the word of another ledger, the verbs refuse (Authorities), and no ledger alone can show.
#include <algorithm>

#include "chain-of-custody/exhibit_state.h"

namespace custody {
namespace {

std::string text_of(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

}  // namespace

void ExhibitStates::authority_stated(const base::Json& members) {
  const std::string number = text_of(members, "authority");
  if (act_ == "exhibit.add" || (act_ == "amend" && !number.empty())) at_->authority = number;
}

Bars ExhibitStates::bars() const {
  Bars bars;
  bars.ledgers.emplace_back(at_->bars);
  bars.number = at_->authority.value_or(std::string());
  bars.untold_bars_all = false;
  return bars;
}

// Of what an erasure took statements away, the lifting may be among them.
void ExhibitStates::require_allowed(const Exhibit& exhibit) {
  if (std::ranges::find(kLookingActs, act_) == kLookingActs.end() || erased_.contains(exhibit.uid)) return;
  const Cover cover = cover_of(bars(), book_, claimed_us_);
  if (cover.whole != Barrier::none) fault(base::say("Nothing of it may be looked at. {}", cover.why));
}

void ExhibitStates::restricted(const Exhibit& exhibit) {
  at_->bars.push_back(bar_entry(*opened_, exhibit, {{"", *index_, claimed_us_}, *index_}));
}

void ExhibitStates::unrestricted(const Exhibit& exhibit) {
  const BarEntry lift = bar_entry(*opened_, exhibit, {{"", *index_, claimed_us_}, *index_});
  if (!erased_.contains(exhibit.uid)) require_barred(lift);
  at_->bars.push_back(lift);
}

// What bars may have been said in another ledger, also in one that this one continues; where an exhibit was
// registered here, there must be something to lift.
void ExhibitStates::require_barred(const BarEntry& lift) {
  const Held held = held_by(at_->bars, claimed_us_);
  if (lift.lifts == "restriction") {
    if (at_->authority && held.whole.empty() && held.untold.empty())
      fault(base::say("Its restriction is lifted, and none is in force here."));
    return;
  }
  const auto index = book_.governing(at_->authority.value_or(std::string()), claimed_us_);
  if (!index) {
    const bool any = !held.whole.empty() || !held.untold.empty() || !held.records.empty();
    if (at_->authority && at_->authority->empty() && (lift.lifts != "records" || !any))
      fault(base::say("Something is lifted, and nothing bars it here."));
    return;
  }
  const Authority& governing = book_.all()[*index];
  const std::string name = name_in_words(governing);
  if (lift.lifts == "validity" && in_force(governing, claimed_us_) == InForce::now)
    fault(base::say("Its authority, {}, is in force; its end is lifted before it came.", name));
  if (lift.lifts == "scope" && governing.data.empty() && governing.periods.empty())
    fault(base::say("Its authority, {}, covers all of it; there is no scope to lift.", name));
}

}  // namespace custody
