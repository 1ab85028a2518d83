// SPDX-License-Identifier: Apache-2.0
// The end of a ledger that nobody else vouches for yet: after the last checkpoint that a time authority
// stamped, a witness cosigned, or another ledger of the case quotes. For ledger_gaps.cpp. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chain-of-custody/case_order.h"
#include "chain-of-custody/verify.h"

namespace custody {

struct Unwitnessed {
  std::uint64_t first = 0, last = 0;  // entries
  std::int64_t since_us = 0;          // the last foreign word; without any, when the ledger claims to begin
  std::string by;                     // whose word that is, in words; empty without any
};

// Of the view with this number, whose entries are `ledger`. Nothing where somebody vouches for every entry;
// entries that only record what others vouch for need nobody. Of `anchors` its policy and time authorities
// count; where it has none of a kind, everything of that kind counts that is sound.
std::optional<Unwitnessed> unwitnessed_end(const LedgerContent& ledger, const CaseOrder& ordered,
                                           std::size_t view, const TrustAnchors& anchors,
                                           std::int64_t now_us);

}  // namespace custody
