// SPDX-License-Identifier: Apache-2.0
// Where several ledgers are verified together, an object such as "entry 17" says whose. Pure functions.
#pragma once

#include <cstddef>
#include <string>

#include "chain-of-custody/verify.h"

namespace custody {

// As its first entry names it, "police.example/KK-2026/A"; where that cannot be read, by its folder.
std::string name_of(const LedgerContent& content);
// Names the ledger in the objects of all checks from `first` on that do not name one: "…/A, entry 17".
void name_ledger(VerifyReport& report, std::size_t first, const LedgerContent& content);

}  // namespace custody
