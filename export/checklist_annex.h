// SPDX-License-Identifier: Apache-2.0
// A checklist with what was done of it, as one page to print and put into a file. Pure functions.
#pragma once

#include <string>
#include <vector>

namespace exporter {

// What one entry says of one step.
struct AnnexLine {
  std::string outcome, reason;  // outcome: "done", "skipped"
  std::string time, signer;
  std::string entry;     // "entry 7 of police.example/KK-2026/A"
  std::string exhibits;  // labels; empty: the whole case
};
struct AnnexStep {
  std::string id, text;
  std::vector<AnnexLine> lines;  // none: neither done nor skipped
};
struct Annex {
  std::string case_id, title, checklist, sha256;
  std::vector<AnnexStep> steps;
};
std::string annex_page(const Annex& annex);

}  // namespace exporter
