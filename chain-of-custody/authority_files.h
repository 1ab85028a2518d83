// SPDX-License-Identifier: Apache-2.0
// Scanned papers of warrants, orders and consents: authorities/<sha256>.<ext> in the case folder, named by
// nothing but their digest. Thread rule: one thread per folder.
#pragma once

#include <filesystem>
#include <string>

#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"

namespace custody {

inline constexpr char kAuthoritiesFolder[] = "authorities";

// Copies a scan there, durably, and returns its SHA-256 in hexadecimal. If the power fails afterwards, a
// paper lies there that no entry names. Error(usage) where it is no picture or PDF by its name, empty, or too
// large.
std::string keep_document(const std::filesystem::path& case_folder, const std::filesystem::path& scan);

// Reports `authority.file` for each document that an `authority.add` names, as far as bodies can be read.
void check_documents(const std::filesystem::path& case_folder, const LedgerContent& content,
                     Findings& findings);

}  // namespace custody
