// SPDX-License-Identifier: Apache-2.0
// Judges every signature of a ledger once all of it is known: a revocation comes after what it is about.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/chain.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/revocation.h"
#include "chain-of-custody/revocation_lists.h"
#include "chain-of-custody/time_brackets.h"

namespace custody {

struct SignatureRecord {
  std::uint64_t entry = 0;
  base::Bytes certificate;  // DER
  base::Digest certificate_sha256;
  std::int64_t claimed_us = 0;
};

// When an entry was there, as somebody vouches whom the verifier trusts.
using NotAfterOf = std::function<std::optional<NotAfter>(std::uint64_t entry)>;

// Reports `signature.revoked` and `revocation.list`. With
// `lists_wanted` a list of every authority is asked for. Returns statements for people.
std::vector<std::string> check_revocations(const std::vector<SignatureRecord>& signatures,
                                           const KeyHistory& keys, Chains& chains, RevocationLists& lists,
                                           bool lists_wanted, const NotAfterOf& not_after,
                                           Findings& findings);

}  // namespace custody
