// SPDX-License-Identifier: Apache-2.0
// The ledger of a station that is gone, continued by another from a copy of it: what the new first entry
// quotes, and how its exhibits are taken over. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/words.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct Continuation {
  base::Json continues;              // member of the new genesis
  base::Event takeover;              // `exhibit.continue`; without exhibits where none can be taken over
  std::vector<base::Said> on_offer;  // sentences: exhibits that are taken over with an offer that is open
  std::vector<base::Said> left_out;  // sentences: exhibits that had gone
  std::uint64_t size = 0;            // entries that are continued
};

// Throws Error(format) where the copy does not hold what its checkpoint says: nothing is built on that.
Continuation continuation_of(const LedgerContent& copy);

}  // namespace custody
