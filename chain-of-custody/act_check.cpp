// SPDX-License-Identifier: Apache-2.0
// Whether an act has the members and the parties that the table gives it.
#include <algorithm>

#include "chain-of-custody/act_table.h"
#include "chain-of-custody/party.h"

namespace custody {
namespace {

std::string member_text(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

// What is wrong with one party by itself.
std::string fault_of(const base::Json& party, const ActRule& rule) {
  const std::string kind = member_text(party, "kind");
  const bool on_paper = kind == "paper", in_session = kind == "session";
  const bool known = on_paper || in_session || kind == "person";
  if (!known || !party.find(on_paper ? "slip_sha256" : "cert_sha256") || party.members().size() != 3)
    return "a party is not described as a person or a session with a certificate, or by a slip, and a role";
  if (in_session && !may_be_in_session(rule.act)) return "a session signs what only a person may";
  if (on_paper && !may_be_on_paper(party_role(party)))
    return "a party on paper has the role \"" + party_role(party) + "\"";
  return {};
}

}  // namespace

std::vector<std::string> check_members(const base::Json& object, std::span<const MemberRule> rules,
                                       std::span<const std::string_view> also_allowed) {
  std::vector<std::string> wrong;
  for (const MemberRule& rule : rules)
    if (rule.required && !object.find(rule.name))
      wrong.push_back("the member \"" + std::string(rule.name) + "\" is missing");
  for (const auto& [name, value] : object.members()) {
    const bool known = std::ranges::find(rules, name, &MemberRule::name) != rules.end() ||
                       std::ranges::find(also_allowed, name) != also_allowed.end();
    if (!known) wrong.push_back("the member \"" + name + "\" is not one of this act");
  }
  return wrong;
}

std::vector<std::string> check_parties(const base::Json& parties, const ActRule& rule) {
  std::vector<std::string> wrong;
  std::vector<std::string> known;
  const base::Json::Array& items = parties.items();
  if (items.size() < rule.roles.size()) wrong.push_back("a party is missing");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool listed = i < rule.roles.size();
    const std::string role = party_role(items[i]), digest = party_digest(items[i]);
    if (!listed && rule.further_role.empty())
      wrong.push_back("there is a party too many");
    else if (role != (listed ? rule.roles[i] : rule.further_role))
      wrong.push_back("a party has the role \"" + role + "\"");
    if (std::string fault = fault_of(items[i], rule); !fault.empty()) wrong.push_back(std::move(fault));
    if (std::ranges::find(known, digest) != known.end())
      wrong.push_back("two parties have the same certificate or slip");
    known.push_back(digest);
  }
  if (std::ranges::all_of(items, is_on_paper)) wrong.push_back("nobody signs it");
  return wrong;
}

}  // namespace custody
