// SPDX-License-Identifier: Apache-2.0
// An edition: what one recipient may see. Every record of the chosen exhibits is released, redacted or
// withheld with a reason code. Redact the data, then render.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/proof.h"
#include "base/record.h"

namespace exporter {

// request.json, the part that this edition obeys (docs/request.md): who asks whom, exhibits, what to redact
// and withhold.
struct Request {
  std::string id, title, recipient, requesting_authority, requested_authority, legal_basis, use_limits;
  std::vector<std::string> exhibits;  // labels
  bool pseudonymise_people = false;
  struct Decision {
    std::string record;               // record id
    std::vector<std::string> fields;  // empty: the whole record is withheld
    std::string reason;               // VICTIM, THIRD_PARTY, PRIVILEGE, …
    std::string claimed_by, decided_by, legal_basis;
  };
  std::vector<Decision> decisions;
  std::vector<std::string> types;  // record types to release; empty: all
  base::Json source;               // as read
};
Request read_request(base::Bytes json);  // Error(usage) names the member that is missing or wrong
std::span<const std::string_view> reason_codes();

enum class Fate { released, redacted, withheld };

// One record of the edition, with what leaves the case of it.
struct EditionRecord {
  std::string exhibit_uid, segment;
  std::uint64_t line = 0;
  base::Record record;  // the released members only
  Fate fate = Fate::released;
  std::vector<std::string> withheld_members;  // names of line members that stay behind
  std::string reason;
  std::string citation;   // KK-A-0001-M000123; empty for withheld ones
  std::string handle;     // random, for withheld ones
  std::string pseudonym;  // P-0007, participants only
};

}  // namespace exporter
