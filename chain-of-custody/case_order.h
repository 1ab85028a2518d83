// SPDX-License-Identifier: Apache-2.0
// All ledgers of a case read as one: each once, though copies may be there, and their entries in one order.
// Clocks of several laptops differ, so what an entry quotes comes before it whatever the clocks say; where
// nothing is quoted, claimed times decide. For .cpp files of this room only. Thread rule: one thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chain-of-custody/ledger_view.h"

namespace custody {

struct CaseOrder {
  struct Place {
    std::size_t view = 0;
    std::uint64_t index = 0;  // of the entry
  };
  std::vector<LedgerView> views;     // of copies of one ledger the longest
  std::vector<std::size_t> ledgers;  // of each view: which of those given it is
  std::vector<Place> order;          // all entries

  // The ledger that a member such as `from` names; nothing where it is not here.
  std::optional<std::size_t> named(const base::Json& link) const;
};
CaseOrder order_of(std::span<const LedgerContent> ledgers);

struct ExhibitStory;  // exhibit_story.h: as stories_of, where the order is known
std::vector<ExhibitStory> stories_in(const CaseOrder& ordered);

// The ledgers and entries that one entry quotes: `continues`, `from`, `by`; nullptr where it quotes none.
const base::Json* link_in(const LedgerView::Act& act);
std::optional<std::int64_t> claimed_us(const LedgerView::Act& act);

}  // namespace custody
