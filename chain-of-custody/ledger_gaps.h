// SPDX-License-Identifier: Apache-2.0
// Gaps of ledgers, not of exhibits: ledgers that are named and not here, entries that nobody else vouches
// for, clocks that were set. For gaps.cpp. Pure functions.
#pragma once

#include "chain-of-custody/case_order.h"
#include "chain-of-custody/gaps.h"

namespace custody {

// `ordered` is the order of `ledgers`.
std::vector<Gap> gaps_of_ledgers(std::span<const LedgerContent> ledgers, const CaseOrder& ordered,
                                 const GapRules& rules);

}  // namespace custody
