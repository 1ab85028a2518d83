// SPDX-License-Identifier: Apache-2.0
// What witnesses say of a ledger: the cosignatures in its `witness` acts and below its checkpoint, judged by
// the verifier's own policy. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/policy.h"

namespace custody {

// A good cosignature of a witness that the verifier knows: the first `size` entries existed at that time.
struct TrustedCosignature {
  WitnessKey witness;
  std::uint64_t size = 0;
  std::int64_t utc_us = 0;     // by the witness's clock
  std::int64_t latest_us = 0;  // the latest that this may have been: its clock, too, was set by somebody
};

struct Witnessed {
  std::vector<TrustedCosignature> cosignatures;
  std::uint64_t quorum_size = 0;        // as many entries as enough witnesses vouch for; 0 without a policy
  std::vector<std::string> statements;  // who cosigned what, in words
};

// `policy` may be null: then cosignatures are verified with the keys that come with them, and nothing is
// trusted. `now_us` is the verifier's clock. What stands in the ledger is believed no further than the
// cosignatures themselves go, so that this may come before all other checks.
Witnessed check_witnesses(const LedgerContent& content, const Policy* policy, std::int64_t now_us,
                          Findings& findings);

// Why a cosignature cannot be of this time, in words, or nothing: it must neither be before the ledger was
// opened nor in the future, by more than clocks in the field differ.
std::string why_untimely(std::int64_t cosigned_us, std::optional<std::int64_t> genesis_us,
                         std::int64_t now_us);
std::optional<std::int64_t> genesis_time_us(const LedgerContent& content);  // as the first entry claims

// An act of a ledger in which a cosignature was recorded.
struct WitnessAct {
  std::uint64_t entry = 0;
  WitnessKey witness;
  NoteSignature line;
  Checkpoint checkpoint;
  std::string cosigned_at;  // UTC, as stated
};
// The members of a `witness` act, and back. Throws NoteError or JsonError where they are not what they must
// be.
base::Json witness_members(const WitnessKey& witness, const NoteSignature& line,
                           const CosignedCheckpoint& cosigned);
WitnessAct witness_act(const base::Json& body, std::uint64_t entry);
// The size that a witness cosigned last, as far as this ledger knows; 0 where it never did.
std::uint64_t last_cosigned_size(const LedgerContent& content, const WitnessKey& witness);

}  // namespace custody
