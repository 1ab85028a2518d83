// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/party.h"

#include <algorithm>
#include <array>

namespace custody {
namespace {

using base::Json;

// What a machine does for a person, or what is done to a thing that changes neither hands nor rules. An act
// that is not here is a person's: to forget one makes the rules stricter, never weaker.
constexpr std::array<std::string_view, 4> kInSession{"acquire.begin", "acquire.end", "extract", "verify"};
constexpr std::array<std::string_view, 3> kOnPaper{"releasing", "receiving", "witness"};

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

}  // namespace

std::string_view name_of(PartyKind kind) {
  switch (kind) {
    case PartyKind::person:
      return "person";
    case PartyKind::session:
      return "session";
    case PartyKind::paper:
      return "paper";
  }
  return {};
}

bool is_session(const Json& party) {
  return text_of(party, "kind") == "session";
}
bool is_on_paper(const Json& party) {
  return text_of(party, "kind") == "paper";
}

std::string party_digest(const Json& party) {
  return text_of(party, party.find("cert_sha256") ? "cert_sha256" : "slip_sha256");
}
std::string party_role(const Json& party) {
  return text_of(party, "role");
}

std::vector<Json> signing_parties(const Json& body) {
  std::vector<Json> signing;
  for (const Json& party : body.at("parties").items())
    if (!is_on_paper(party)) signing.push_back(party);
  return signing;
}

bool may_be_on_paper(std::string_view role) {
  return std::ranges::find(kOnPaper, role) != kOnPaper.end();
}
bool may_be_in_session(std::string_view act) {
  return std::ranges::find(kInSession, act) != kInSession.end();
}
std::vector<std::string_view> acts_of_sessions() {
  return {kInSession.begin(), kInSession.end()};
}

}  // namespace custody
