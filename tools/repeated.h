// SPDX-License-Identifier: Apache-2.0
// A command that is given again because the program was ended in the middle of it: what was recorded already
// is found, and not recorded a second time. Pure functions over a ledger.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "chain-of-custody/ledger.h"

namespace tools {

// The last entry of this act that says this of a member in clear.
std::optional<std::uint64_t> entry_that_says(const custody::LedgerContent& ledger, std::string_view act,
                                             std::string_view member, std::string_view value);

// The entry whose body has this SHA-256, in hexadecimal.
std::optional<std::uint64_t> entry_with_body(const custody::LedgerContent& ledger, std::string_view sha256);

// One paper is one handover: with the same scan again, what a clerk just took over would be recorded as given
// back. Throws Error(usage) where an entry names the scan already.
void require_new_slip(const custody::LedgerContent& ledger, const std::filesystem::path& scan);

}  // namespace tools
