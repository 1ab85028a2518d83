// SPDX-License-Identifier: Apache-2.0
// Which exhibit to image next, and why: what may be lost first comes first. The order is that of rules that
// anybody can check; it says nothing of whose a device is. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/words.h"
#include "chain-of-custody/exhibit_story.h"

namespace custody {

struct NextExhibit {
  std::string uid, label, kind, room;
  std::vector<base::Said> reasons;  // the weightiest first: "it is unlocked"
  std::int64_t seized_us = 0;
  bool under_way = false;  // an acquisition of it began, and may be going on
  bool cut_off = false;    // an acquisition of it began, and nobody goes on with it now
};

struct NextRules {
  std::int64_t now_us = 0;
  int low_battery = 20;               // percent
  std::optional<std::string> ledger;  // only what this one has
  bool at_work = false;               // whether what began may be going on; else it was cut off
};

// What was cut off first, for it lies open and goes on where it stopped. Then unlocked ones; then those that
// are on with a low battery, the lowest first; then those with encrypted volumes open; then those for which
// the examiner wrote a reason; then those seized first. What has a whole image, was offered or is gone is not
// among them; what is being acquired comes last.
std::vector<NextExhibit> next_exhibits(std::span<const ExhibitStory> exhibits, const NextRules& rules);

// "Take KK-A-0007 now: it is unlocked and its battery was at 12 % at 09:40Z."
base::Said sentence_of(const NextExhibit& exhibit);

}  // namespace custody
