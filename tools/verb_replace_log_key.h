// SPDX-License-Identifier: Apache-2.0
// What the acts of two custodians share: who signs beside the first, and the checkpoint that they quote.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/ledger.h"
#include "tools/console.h"
#include "tools/verb.h"

namespace tools {

inline constexpr Option kLastGoodOption{
    "last-good", OptionKind::value_required, "CHECKPOINT",
    base::phrase("the last checkpoint that is beyond doubt: a file, its number of "
                 "entries, or both number and root from paper")};
inline constexpr Option kSecondCustodianOption{
    "with", OptionKind::value_required, "NAME",
    base::phrase("identity of the second custodian, who signs too")};

// Throws Error(usage) where it is the first.
std::unique_ptr<custody::Signer> second_custodian(const Arguments& arguments, const std::string& first,
                                                  Console& console);

// `last_good_size` and `last_good_root` as key.revoke and log.replace quote them. Throws Error(usage) where
// the ledger does not continue what is given.
base::Json last_good(const custody::LedgerContent& ledger, const std::string& given);

}  // namespace tools
