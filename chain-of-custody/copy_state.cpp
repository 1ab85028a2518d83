// SPDX-License-Identifier: Apache-2.0
// What was received, and the copies of what was acquired or received: registered and destroyed one by one.
#include <algorithm>

#include "chain-of-custody/exhibit_state.h"

namespace custody {
namespace {

using base::Json;

constexpr char kFirstCopy[] = "copy1";

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

bool says_last(const Json& members) {
  const Json* last = members.find("last");
  return last && last->is_bool() && last->boolean();
}

// One that is there, and equal when it was last read; empty where there is none.
std::string one_that_remains(const CopiesKnown& copies) {
  const auto remains = [](const auto& copy) { return copy.second.destroyed == 0 && copy.second.equal; };
  const auto found = std::ranges::find_if(copies, remains);
  return found == copies.end() ? std::string() : found->first;
}

}  // namespace

bool ExhibitStates::may_be_untold(const Exhibit& exhibit) const {
  return !all_told_ || at_->came_from_another || at_->where == Whereabouts::unknown ||
         erased_.contains(exhibit.uid);
}

// The end of an attempt that made an image whole, with the copies that were written beside it.
void ExhibitStates::acquired(const Exhibit& exhibit) {
  const std::string outcome = text_of(exhibit.members, "outcome");
  if (outcome != "complete" && outcome != "complete_with_bad_ranges") return;
  CopiesKnown& copies = at_->copies[text_of(exhibit.members, "acquisition")];
  copies.try_emplace(kFirstCopy, CopyKnown{*index_});
  const Json* further = exhibit.members.find("copies");
  if (!further || !further->is_array()) return;
  for (const Json& name : further->items())
    if (name.is_text()) copies.try_emplace(name.text(), CopyKnown{*index_});
}

void ExhibitStates::received(const Exhibit& exhibit) {
  const std::string name = text_of(exhibit.members, "acquisition");
  const auto known = at_->copies.find(name);
  if (known != at_->copies.end())
    fault(base::say("It was received as {}, and that is told of by entry {}.", name,
                    known->second.begin()->second.told));
  else if (at_->begun.contains(name))
    fault(base::say("It was received as {}, which is the name of an acquisition that was begun.", name));
  at_->copies[name].try_emplace(kFirstCopy, CopyKnown{*index_});
}

void ExhibitStates::copied(const Exhibit& exhibit) {
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const std::string name = text_of(exhibit.members, "copy");
  if (!at_->copies.contains(acquisition) && !may_be_untold(exhibit))
    fault(base::say("A copy of {} is registered, and nothing says that this was acquired or received.",
                    acquisition));
  if (text_of(exhibit.members, "result") != "equal")
    fault(base::say("What is registered as {} of {} is not equal to it, and so no copy.", name, acquisition));
  const auto [known, is_new] = at_->copies[acquisition].try_emplace(name, CopyKnown{*index_});
  if (!is_new)
    fault(base::say("The copy {} of {} was registered by entry {}.", name, acquisition, known->second.told));
}

void ExhibitStates::copy_destroyed(const Exhibit& exhibit) {
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const std::string name = text_of(exhibit.members, "copy");
  CopiesKnown& copies = at_->copies[acquisition];
  const auto [copy, is_new] = copies.try_emplace(name);
  if (is_new && !may_be_untold(exhibit))
    fault(base::say("The copy {} of {} is destroyed, and nothing says that it was made.", name, acquisition));
  if (copy->second.destroyed != 0)
    fault(
        base::say("The copy {} of {} was destroyed by entry {}.", name, acquisition, copy->second.destroyed));
  else
    copy->second.destroyed = *index_;
  if (!may_be_untold(exhibit)) require_last_is_said(exhibit, copies);
}

void ExhibitStates::require_last_is_said(const Exhibit& exhibit, const CopiesKnown& copies) {
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const std::string remaining = one_that_remains(copies);
  if (remaining.empty() && !says_last(exhibit.members))
    fault(
        base::say("No copy of {} remains that is equal to it, and the entry does not say so.", acquisition));
  if (!remaining.empty() && says_last(exhibit.members))
    fault(base::say("It is said to be the last copy of {}, and {} remains.", acquisition, remaining));
}

// Of a check that names no copy it is the first that was read; one that names no acquisition is of all.
void ExhibitStates::copies_checked(const Exhibit& exhibit) {
  const std::string object = text_of(exhibit.members, "object");
  if (object != "image" && object != "copy") return;
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const std::string named = text_of(exhibit.members, "copy");
  for (auto& [name, copies] : at_->copies) {
    if (!acquisition.empty() && name != acquisition) continue;
    const auto copy = copies.find(named.empty() ? kFirstCopy : named);
    if (copy != copies.end()) copy->second.equal = text_of(exhibit.members, "result") == "equal";
  }
}

}  // namespace custody
