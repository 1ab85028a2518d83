// SPDX-License-Identifier: Apache-2.0
// Gaps in custody: what nobody fixed, held, sealed, isolated or vouched for, as the ledgers of a case tell.
// Nothing is a gap that a later entry closed, in whatever ledger. A gap says nothing of anybody's reasons.
// Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain-of-custody/exhibit_story.h"
#include "chain-of-custody/verify.h"

namespace custody {

struct Gap {
  std::string code;        // one of all_gap_codes()
  std::string uid, label;  // of the exhibit; empty where the gap is the ledger's
  ToldAt at;               // the entry that it comes from
  std::int64_t since_us = 0;
  std::string what;  // one sentence
};

struct GapMeaning {
  std::string_view code, meaning, closed_by;
};
std::span<const GapMeaning> all_gap_codes();

struct GapRules {
  std::int64_t now_us = 0;
  std::int64_t first_image_within_us = std::int64_t{24} * 3600 * 1'000'000;  // after the seizure
  std::int64_t isolated_within_us = std::int64_t{10} * 60 * 1'000'000;
  TrustAnchors trust;  // whose word counts: unwitnessed.h
};

// Sorted by label, then time; those of ledgers last.
std::vector<Gap> gaps_of(std::span<const LedgerContent> ledgers, const GapRules& rules);

// Those of exhibits alone, where their stories are known already.
std::vector<Gap> gaps_of_exhibits(std::span<const ExhibitStory> exhibits, const GapRules& rules);

}  // namespace custody
