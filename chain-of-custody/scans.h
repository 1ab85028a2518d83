// SPDX-License-Identifier: Apache-2.0
// Scanned papers whose digest an entry names: the slips of those who signed on paper, and warrants, orders
// and consents. They lie in the case folder as slips/<sha256>.<ext> and authorities/<sha256>.<ext>, named by
// nothing but their digest. Thread rule: one thread per folder.
#pragma once

#include <filesystem>
#include <string>

#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"

namespace custody {

inline constexpr char kSlipsFolder[] = "slips";
inline constexpr char kAuthoritiesFolder[] = "authorities";

// Copies a scan there, durably, and returns its SHA-256 in hexadecimal. If the power fails afterwards, a scan
// lies there that no entry names. Error(usage) where it is no picture or PDF by its name, empty, or too
// large.
std::string keep_slip(const std::filesystem::path& case_folder, const std::filesystem::path& scan);
std::string keep_authority_paper(const std::filesystem::path& case_folder, const std::filesystem::path& scan);

// Reports `slip.file` for each party on paper and `authority.file` for each paper that an `authority.add`
// names, as far as bodies can be read.
void check_scans(const std::filesystem::path& case_folder, const LedgerContent& content, Findings& findings);

}  // namespace custody
