// SPDX-License-Identifier: Apache-2.0
// The time-stamp tokens that a ledger holds: one in its genesis, perhaps, before which it was not made, and
// one in each `anchor`, over a checkpoint that it already had. Members: docs/events.md.
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/time_authority.h"

namespace custody {

struct Stamp {
  std::uint64_t entry = 0;  // that holds it
  std::uint64_t size = 0;   // of the checkpoint that it is over; 0 of the token in the genesis
  TokenJudgement judgement;
  std::int64_t earliest_us = 0, latest_us = 0;  // when the authority made it, with its accuracy
  bool is_not_before() const { return size == 0; }
};

struct LedgerTimes {
  std::vector<Stamp> stamps;  // in the order of their entries; those that are unfit are left out
  std::uint64_t entries = 0;
};

// Reads every entry and checks what its tokens quote: `time.token`, `time.anchor`. What cannot be opened is
// passed over: other checks report it.
LedgerTimes read_times(const LedgerContent& content, const TimeAuthorities& authorities, Findings& findings);

}  // namespace custody
