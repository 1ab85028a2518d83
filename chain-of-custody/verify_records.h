// SPDX-License-Identifier: Apache-2.0
// The records of a bundle against the signed extraction: every released member, every proof, every record
// tree, and the schedule that must account for the rest. Format: docs/bundle-format.md. Needs base only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "chain-of-custody/verify.h"

namespace custody {

// What a signed `extract` entry says, as far as the edition opens it.
struct SignedExtraction {
  std::string exhibit_uid, acquisition, record_root;  // hexadecimal
  std::string station;                                // of the ledger
  std::uint64_t entry = 0;
};

// What the schedule says, once everything in it was checked against records and trees.
struct ScheduleTotals {
  std::uint64_t released = 0, redacted = 0, withheld = 0;
  std::map<std::string, std::uint64_t> withheld_by_reason;         // reason codes as in the schedule
  std::map<std::string, std::array<std::uint64_t, 3>> by_exhibit;  // uid -> released, redacted, withheld
};

// Reads data/disclosure/ and data/export/records.jsonl. Damage becomes failed checks that name the citation
// or line; it reads on.
ScheduleTotals verify_records(const base::FileSet& bundle, std::span<const SignedExtraction> extractions,
                              VerifyReport& report);

}  // namespace custody
