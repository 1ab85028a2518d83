// SPDX-License-Identifier: Apache-2.0
// Who takes part in an act, and how: a person signs, a session signs with a key that a person opened for
// named acts until a named time, and somebody without a certificate stands by a signed slip of paper. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace custody {

enum class PartyKind { person, session, paper };
std::string_view name_of(PartyKind kind);  // as in a body

// One party of a body that is to be made; its role follows from its place.
struct BodyParty {
  std::string digest;  // SHA-256 in hexadecimal: of a certificate, or of the scanned slip
  PartyKind kind = PartyKind::person;
};

// Somebody who signed a slip, which was scanned: in this role of the act.
struct OnPaper {
  std::string role;
  std::string slip_sha256;  // in hexadecimal
};
using Papers = std::vector<OnPaper>;

// Of a party in a body.
bool is_session(const base::Json& party);
bool is_on_paper(const base::Json& party);  // it does not sign; of any other kind it does
// Of its certificate, or of its slip; empty where it has neither.
std::string party_digest(const base::Json& party);
std::string party_role(const base::Json& party);

// The parties with a signature each, in its order.
std::vector<base::Json> signing_parties(const base::Json& body);

// Whether somebody on paper may have this role: who gives, who takes, who looks on. Whoever acts signs.
bool may_be_on_paper(std::string_view role);
// Whether a session may sign this act.
bool may_be_in_session(std::string_view act);
std::vector<std::string_view> acts_of_sessions();

}  // namespace custody
