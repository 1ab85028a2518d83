// SPDX-License-Identifier: Apache-2.0
// A checklist: the steps of a standard operating procedure, as a data file that an agency writes
// (docs/checklists.md), and what the ledgers of a case say of its steps. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "chain-of-custody/ledger.h"

namespace tools {

struct Checklist {
  struct Step {
    std::string id, text;
  };
  std::string id, title;
  std::vector<Step> steps;  // in the order of the file; ids differ
  std::string sha256;       // of the file, hexadecimal
  base::Buffer bytes;       // the file

  // Throws Error(usage) where there is no such step.
  const Step& step(const std::string& step_id) const;
};

// Throws Error(not_found, io), and Error(format) where the file is no checklist.
Checklist read_checklist(const std::filesystem::path& file);

// One `checklist.step` of a ledger.
struct StepTold {
  std::string step, outcome, reason;      // outcome: "done", "skipped"
  std::string time;                       // claimed, UTC
  std::string signer;                     // subject of the certificate
  std::string ledger;                     // its name
  std::uint64_t entry = 0;                // in that ledger
  std::vector<std::string> exhibit_uids;  // none: it concerns the whole case
};
// Of this very file: a checklist that was changed is another. In the order of the ledgers and their entries.
std::vector<StepTold> steps_told(std::span<const custody::LedgerContent> ledgers, const std::string& sha256);

}  // namespace tools
