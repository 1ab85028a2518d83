// SPDX-License-Identifier: Apache-2.0
// Until when a ledger can go on: whoever may sign in it signs only while his certificate lasts, and admitting
// somebody else, or recording a time-stamp, are entries too. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "chain-of-custody/time_archive.h"

namespace custody {

struct AdmittedSigner {
  base::Buffer certificate;  // DER
  std::int64_t from_us = 0, until_us = 0;
};

// Whom the ledger admits now, those whose certificates last longest first. Retired and revoked ones are none.
// Nothing is verified. JsonError where a body is none.
std::vector<AdmittedSigner> admitted_signers(const LedgerContent& content);

// Until when somebody who may sign can, and what to do now, in words: of the kind "entries to come".
ArchiveLine entries_to_come(const LedgerContent& content, std::int64_t now_us, std::int64_t horizon_us);

}  // namespace custody
