// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/authority_rules.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/disclosure.h"

namespace custody {
namespace {

using base::Json;

constexpr auto kAdvice = base::phrase(
    "No entry was made; the evidence is as it was. Mend what is named, then give the command again.");
const std::string kNoDigest(64, '0');

base::Error refusal(const std::string& act, const base::Said& why) {
  return base::Error(base::ErrorKind::usage, base::say("an entry \"{}\" cannot be made: {}", act, why),
                     kAdvice);
}

std::vector<MemberRule> rules_of(std::span<const std::string_view> names) {
  std::vector<MemberRule> rules;
  for (const std::string_view name : names) rules.push_back({name, false});
  return rules;
}

void check_statement(const ActRule& rule, const base::ExhibitStatement& statement, const CaseState& state) {
  const std::string act(rule.act);
  if (!is_exhibit_uid(statement.uid))
    throw refusal(act, base::say("an exhibit's uid is not 32 hexadecimal digits"));
  const bool registered = state.find(statement.uid) != nullptr;
  if (rule.registers == Registers::must && registered)
    throw refusal(act, base::say("the exhibit {} is registered already", statement.uid));
  if (rule.registers == Registers::never && !registered)
    throw refusal(act, base::say("the exhibit {} is not registered", statement.uid));
  const auto hidden = rules_of(rule.hidden);
  for (const auto& [object, rules] : {std::pair{&statement.members, rule.statement},
                                      std::pair{&statement.hidden, std::span<const MemberRule>(hidden)}})
    for (const std::string& wrong : check_members(*object, rules, {})) throw refusal(act, wrong);
}

const ActRule& check_event(const base::Event& event, const CaseState& state) {
  const ActRule* rule = find_act(event.act);
  if (!rule) throw refusal(event.act, base::say("there is no such act"));
  for (const std::string& wrong : check_members(event.members, rule->clear, {}))
    throw refusal(event.act, wrong);
  if (event.scope_all && rule->scope != Scope::all)
    throw refusal(event.act, base::say("this act does not touch the whole case"));
  if (rule->exhibits == NamesExhibit::must && event.exhibits.empty())
    throw refusal(event.act, base::say("it must name an exhibit"));
  if (rule->exhibits == NamesExhibit::never && !event.exhibits.empty())
    throw refusal(event.act, base::say("it names no exhibit"));
  std::vector<std::string> uids;
  for (const base::ExhibitStatement& statement : event.exhibits) {
    check_statement(*rule, statement, state);
    if (std::ranges::find(uids, statement.uid) != uids.end())
      throw refusal(event.act, base::say("it names the exhibit {} twice", statement.uid));
    uids.push_back(statement.uid);
  }
  return *rule;
}

struct Link {
  std::int64_t n;
  std::string prev_body_sha256;
};

Link next_link(const CaseState& state, std::string_view uid) {
  const StateSlot* slot = state.find(uid);
  if (!slot) return {1, kNoDigest};
  return {static_cast<std::int64_t>(slot->n) + 1, slot->head_body_sha256.hex()};
}

// Hides the statement; the texts of all new disclosures are appended. Returns its digest.
std::string hide_statement(const base::ExhibitStatement& statement, const CaseState& state,
                           std::vector<std::string>& disclosures) {
  Json value = statement.members;
  const Link link = next_link(state, statement.uid);
  value.set("uid", statement.uid).set("n", link.n).set("prev_body_sha256", link.prev_body_sha256);
  std::vector<std::string> digests;
  for (const auto& [name, hidden] : statement.hidden.members()) {
    disclosures.push_back(hide_member(name, hidden));
    digests.push_back(disclosure_digest(disclosures.back()));
  }
  // Ascending, so that the order says nothing of what is hidden (RFC 9901 §4.2.4.1).
  std::ranges::sort(digests);
  if (!digests.empty()) value.set("_sd", Json(Json::Array(digests.begin(), digests.end())));
  disclosures.push_back(hide_element(value));
  return disclosure_digest(disclosures.back());
}

Json parties_of(const ActRule& rule, const BodyFrame& frame) {
  Json parties = Json::array();
  for (std::size_t i = 0; i < frame.parties.size(); ++i) {
    const std::string_view role = i < rule.roles.size() ? rule.roles[i] : rule.further_role;
    const BodyParty& party = frame.parties[i];
    const char* digest = party.kind == PartyKind::paper ? "slip_sha256" : "cert_sha256";
    parties.push(Json::object({{digest, party.digest}, {"kind", name_of(party.kind)}, {"role", role}}));
  }
  for (const std::string& wrong : check_parties(parties, rule)) throw refusal(std::string(rule.act), wrong);
  return parties;
}

}  // namespace

NewBody make_body(const base::Event& event, const BodyFrame& frame, const CaseState& state) {
  const ActRule& rule = check_event(event, state);
  NewBody result;
  Json body = event.members;
  Json::Array digests;
  for (const base::ExhibitStatement& statement : event.exhibits)
    digests.push_back(Json::object({{"...", hide_statement(statement, state, result.disclosures)}}));
  body.set("v", kBodyVersion).set("act", event.act).set("case", frame.case_id);
  body.set("ledger", frame.ledger).set("ledger_genesis", frame.ledger_genesis);
  body.set("nonce", base::to_base64url(base::random_bytes(16)));
  body.set("parties", parties_of(rule, frame));
  body.set("time", time_of_now()).set("tool", this_tool());
  body.set("exhibits", std::move(digests)).set("_sd_alg", kDigestAlgorithm);
  if (rule.scope == Scope::all) {
    const Link link = next_link(state, kCaseUid);
    body.set("scope", "all").set("scope_n", link.n).set("scope_prev_body_sha256", link.prev_body_sha256);
  }
  result.text = body.canonical();
  // What is written must be readable under the limits of the profile, or the ledger would refuse itself.
  try {
    const OpenedBody opened = open_body(base::as_bytes(result.text), result.disclosures);
    // A scope that nobody can read would bar nothing.
    for (const base::Said& wrong : authority_faults(opened)) throw refusal(event.act, wrong);
  } catch (const base::JsonError& error) {
    throw refusal(event.act, error.what());
  }
  return result;
}

}  // namespace custody
