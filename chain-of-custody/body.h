// SPDX-License-Identifier: Apache-2.0
// body.json: what people read and sign, made and taken apart. Grammar: docs/ledger-format.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/event.h"
#include "base/json.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/party.h"

namespace custody {

inline constexpr std::string_view kBodyVersion = "holdfast-body/1";

// Something in a body or its disclosures is not what it must be; `code` names the check
// (docs/verification.md).
class BodyError : public base::JsonError {
 public:
  BodyError(std::string check, const std::string& what) : base::JsonError(what), code(std::move(check)) {}
  std::string code;
};

// What a body says beside its event.
struct BodyFrame {
  std::string case_id;
  std::string ledger;              // <agency>/<case>/<station>
  std::string ledger_genesis;      // hash of leaf 0 in hexadecimal; zeros in the genesis itself
  std::vector<BodyParty> parties;  // in the order of the act's roles
};
struct NewBody {
  std::string text;  // canonical
  std::vector<std::string> disclosures;
};
// Throws Error(usage) where the event is not one of the act table, names an exhibit that is not registered,
// or one twice.
NewBody make_body(const base::Event& event, const BodyFrame& frame, const CaseState& state);

// As open_body of ledger.h, from its parts. Throws BodyError.
OpenedBody open_body(base::Bytes body, const std::vector<std::string>& disclosures,
                     const std::vector<ErasedStatement>& erased = {});

// The act of a body, without reading all of it; empty where the bytes do not begin as a body does. For
// finding bodies that are then read in full.
std::string_view act_at_first_sight(base::Bytes body);

// What else must hold of an opened body by the act table: sentences, none where all is well.
std::vector<std::string> check_act(const OpenedBody& opened);

// The times, tool and clocks of now, as members of a body.
base::Json time_of_now();
base::Json this_tool();

}  // namespace custody
