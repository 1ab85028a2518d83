// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/signed_how.h"

#include <algorithm>

#include "base/error.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/party.h"

namespace custody {

using base::Json;

SignedHow::SignedHow(const LedgerContent& ledger) : sessions_(sessions_of(ledger)) {
  for (const base::Buffer& certificate : ledger.certificates) {
    try {
      subjects_[fingerprint_of(certificate)] = subject_of(certificate);
    } catch (const base::Error&) {
      continue;  // what is no certificate vouches for nobody; `verify` reports it
    }
  }
  for (const Entry& entry : ledger.entries)
    if (entry.body) count(base::parse_profile(*entry.body));
}

void SignedHow::count(const Json& body) {
  const Json::Array& parties = body.at("parties").items();
  ++(std::ranges::any_of(parties, is_session) ? counts_.by_sessions : counts_.by_persons);
  if (std::ranges::any_of(parties, is_on_paper)) ++counts_.with_paper;
}

std::string SignedHow::subject(const Json& party) const {
  const std::string person = person_of(party, sessions_);
  const auto found = subjects_.find(person);
  return found == subjects_.end() ? "certificate " + person : found->second;
}

std::vector<std::string> SignedHow::sentences(const Json& body) const {
  std::vector<std::string> sentences;
  for (const Json& party : body.at("parties").items()) {
    const std::string role = " (" + party_role(party) + ")";
    if (is_on_paper(party))
      sentences.push_back("on paper, which is weaker: slip " + party_digest(party) + role);
    else if (is_session(party))
      sentences.push_back("signed by a session that " + subject(party) + " opened" + role);
    else
      sentences.push_back("signed by " + subject(party) + role);
  }
  return sentences;
}

std::string SignedHow::brief(const Json& body) const {
  std::string text;
  for (const Json& party : body.at("parties").items())
    text += (text.empty() ? "" : "; ") + (is_on_paper(party)  ? "on paper"
                                          : is_session(party) ? "session of " + short_name(subject(party))
                                                              : short_name(subject(party)));
  return text;
}

Json SignedHow::to_json(const Json& body) const {
  Json out = Json::array();
  for (const Json& party : body.at("parties").items()) {
    Json one = party;
    if (!is_on_paper(party)) one.set("subject", subject(party));
    out.push(std::move(one));
  }
  return out;
}

std::string short_name(const std::string& subject) {
  constexpr std::string_view kPart = "CN=";
  const std::size_t at = subject.find(kPart);
  if (at == subject.npos) return subject;
  const std::size_t from = at + kPart.size();
  return subject.substr(from, subject.find(',', from) - from);
}

}  // namespace custody
