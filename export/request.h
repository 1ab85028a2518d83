// SPDX-License-Identifier: Apache-2.0
// request.json: who asks whom for what, and what the edition must redact and withhold. The members that
// Holdfast obeys, and a worked example: docs/request.md. Plain values; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace exporter {

// Why something stays behind, who claimed it and who decided it.
struct Cause {
  std::string reason;  // one of reason_codes()
  std::string claimed_by, decided_by, legal_basis;
};

struct Request {
  std::string id, title, recipient, requesting_authority, requested_authority, legal_basis, use_limits;
  std::vector<std::string> exhibits;  // labels
  bool pseudonymise_people = false;
  struct Decision {
    std::string record;               // record id
    std::vector<std::string> fields;  // empty: the whole record is withheld
    Cause cause;
  };
  std::vector<Decision> decisions;
  std::vector<std::string> types;  // record types to release; empty: all
  // Fields of which the leak scan does not search the text, because a person decided that it is no leak.
  struct NotSearched {
    std::string record, field;
  };
  std::vector<NotSearched> not_searched;
  // As read, without `decisions` and `not_searched`: the form that travels, for those name withheld records.
  base::Json released_form = base::Json::object();
};

// Throws Error(usage) that names the member that is missing, unknown or wrong.
Request read_request(base::Bytes json);

std::span<const std::string_view> reason_codes();

}  // namespace exporter
