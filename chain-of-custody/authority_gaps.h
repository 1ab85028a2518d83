// SPDX-License-Identifier: Apache-2.0
// Gaps of what exhibits rest on: no authority, one that the case does not know, one that is not in force, and
// what is restricted. For gaps.cpp. Pure functions.
#pragma once

#include "chain-of-custody/case_order.h"
#include "chain-of-custody/gaps.h"

namespace custody {

std::vector<Gap> gaps_of_authorities(std::span<const ExhibitStory> exhibits, const CaseOrder& ordered,
                                     const GapRules& rules);

}  // namespace custody
