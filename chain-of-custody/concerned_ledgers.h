// SPDX-License-Identifier: Apache-2.0
// Which of the ledgers of a case an edition must carry: those that tell of its exhibits, and those that their
// entries, or a first entry, name. Without them nobody could follow what is shown. Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chain-of-custody/ledger.h"

namespace custody {

struct ConcernedLedgers {
  std::vector<std::size_t> further;  // indices of `ledgers`, ascending; of copies of one ledger the longest
  std::vector<std::string> missing;  // names of ledgers that are named and are not here
};

// `ledgers[0]` is the one that makes the edition; it is not among the further ones, nor is a copy of it.
ConcernedLedgers concerned_ledgers(std::span<const LedgerContent> ledgers,
                                   const std::vector<std::string>& exhibit_uids);

}  // namespace custody
