// SPDX-License-Identifier: Apache-2.0
// What a ledger says of one exhibit, erased: the disclosures go, the signed entries stay and still verify.
// Thread rule: as LedgerStore.
#pragma once

#include "chain-of-custody/ledger_store.h"

namespace custody {

// The event that announces it: every entry that opens a statement on the exhibit. Throws Error(not_found)
// where there is none.
base::Event erasure_of(const LedgerContent& content, const std::string& exhibit_uid,
                       const std::string& reason);

// Carries out every `erase` of the ledger as far as it is not done yet. Done is done: to repeat it changes
// nothing.
void carry_out_erasures(LedgerStore& store);

}  // namespace custody
