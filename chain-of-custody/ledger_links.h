// SPDX-License-Identifier: Apache-2.0
// Several ledgers of one case: what each quotes of the others, followed and compared. Where a ledger that is
// named is not among those given, that is said with its name, and nothing is proven of it. Thread rule: one
// thread.
#pragma once

#include <span>

#include "chain-of-custody/verify.h"

namespace custody {

// REQUIRES: each ledger was given to verify_ledger as well, which says what is wrong inside it.
void verify_links(std::span<const LedgerContent> ledgers, VerifyReport& report);

}  // namespace custody
