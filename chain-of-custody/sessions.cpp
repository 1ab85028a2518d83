// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/sessions.h"

#include <algorithm>
#include <charconv>

#include "base/counted.h"
#include "base/time.h"
#include "chain-of-custody/activity.h"
#include "chain-of-custody/party.h"

namespace custody {
namespace {

using base::Json;

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

std::optional<std::int64_t> claimed_time(const Json& body) {
  const Json* time = body.find("time");
  return time ? base::parse_utc(text_of(*time, "utc")) : std::nullopt;
}

std::string first_party(const Json& body) {
  const Json::Array& parties = body.at("parties").items();
  return parties.empty() ? std::string() : party_digest(parties.front());
}

// A list of acts as it must be; nothing else.
std::optional<std::vector<std::string>> acts_in(const Json& body) {
  std::vector<std::string> acts;
  const Json* stated = body.find("acts");
  if (!stated || !stated->is_array() || stated->items().empty()) return {};
  for (const Json& one : stated->items()) {
    if (!one.is_text() || !may_be_in_session(one.text())) return {};
    if (std::ranges::find(acts, one.text()) != acts.end()) return {};
    acts.push_back(one.text());
  }
  return acts;
}

base::Buffer certificate_in(const Json& body) {
  try {
    return base::from_base64(text_of(body, "certificate"));
  } catch (const std::invalid_argument&) {
    return {};
  }
}

// Both or neither, as a digest and a number from 1.
bool states_activity_well(const Json& body) {
  const std::string digest = text_of(body, "activity_sha256"), lines = text_of(body, "activity_lines");
  if (!body.find("activity_sha256") && !body.find("activity_lines")) return true;
  const auto among = [](const std::string& text, const char* allowed) {
    return text.find_first_not_of(allowed) == text.npos;
  };
  return digest.size() == 64 && among(digest, "0123456789abcdef") && !lines.empty() && lines.size() <= 15 &&
         among(lines, "0123456789") && lines[0] != '0';
}

// Numbers of entries as texts, ascending; nothing where they are not.
std::optional<std::vector<std::uint64_t>> entries_in(const Json& body) {
  std::vector<std::uint64_t> entries;
  const Json* stated = body.find("entries");
  if (!stated || !stated->is_array()) return {};
  for (const Json& one : stated->items()) {
    if (!one.is_text()) return {};
    const std::string& text = one.text();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || std::to_string(number) != text) return {};
    if (!entries.empty() && number <= entries.back()) return {};
    entries.push_back(number);
  }
  return entries;
}

std::string entry_text(std::uint64_t index) {
  return "entry " + std::to_string(index);
}

}  // namespace

std::vector<SessionFault> Sessions::faults(const Json& body, const IsPerson& is_person) const {
  const std::string& act = body.at("act").text();
  std::vector<SessionFault> faults;
  if (act == "session.open") faults = faults_of_opening(body, is_person);
  if (act == "session.close") faults = faults_of_closing(body);
  if (act == "key.add" && find(text_of(body, "cert_sha256")))
    faults.push_back({"key.act", base::say("A session's certificate is added as a person's.")});
  for (const Json& party : body.at("parties").items())
    if (const Session* session = is_session(party) ? find(party_digest(party)) : nullptr)
      faults_of_use(body, *session, faults);
  return faults;
}

std::vector<SessionFault> Sessions::faults_of_opening(const Json& body, const IsPerson& is_person) const {
  std::vector<SessionFault> faults;
  const auto must = [&](bool holds, const base::Phrase& otherwise) {
    if (!holds) faults.push_back({"session.open", otherwise});
  };
  const std::string digest = text_of(body, "cert_sha256");
  const base::Buffer certificate = certificate_in(body);
  const bool its_own = !certificate.empty() && base::sha256(certificate).hex() == digest;
  must(its_own, base::phrase("The session's certificate does not have the digest that stands beside it."));
  must(!its_own || (!find(digest) && !is_person(digest)),
       base::phrase("The session's certificate is one that was admitted before."));
  must(acts_in(body).has_value(),
       base::phrase("The acts of the session are not a list of acts, each once, that a session may sign."));
  const auto from = claimed_time(body), until = base::parse_utc(text_of(body, "until"));
  must(from && until && *from < *until,
       base::phrase("The session has no end, or ends before it was opened."));
  return faults;
}

std::vector<SessionFault> Sessions::faults_of_closing(const Json& body) const {
  const Session* session = find(text_of(body, "session"));
  const auto fault = [](const base::Said& what) {
    return std::vector<SessionFault>{{"session.entries", what}};
  };
  if (!session) return fault(base::say("The session that is closed was never opened."));
  if (session->closed_by)
    return fault(base::say("The session was closed before, by entry {}.", *session->closed_by));
  if (first_party(body) != session->opener)
    return fault(base::say("The session is closed by another than the one who opened it."));
  const auto listed = entries_in(body);
  if (!listed)
    return fault(base::say("The entries of the session are not listed as numbers in ascending order."));
  if (!states_activity_well(body))
    return fault(base::say("What is signed of the activity log is no digest of a line with its number."));
  for (const std::uint64_t index : session->entries)
    if (std::ranges::find(*listed, index) == listed->end())
      return fault(base::say("The list leaves out entry {}, which the session signed.", index));
  for (const std::uint64_t index : *listed)
    if (std::ranges::find(session->entries, index) == session->entries.end() && !withheld_.contains(index))
      return fault(base::say("The list names entry {}, which the session did not sign.", index));
  return {};
}

void Sessions::faults_of_use(const Json& body, const Session& session,
                             std::vector<SessionFault>& into) const {
  const std::string& act = body.at("act").text();
  const std::uint64_t opened = session.opened_by;
  if (std::ranges::find(session.acts, act) == session.acts.end())
    into.push_back(
        {"session.scope",
         base::say("The session that entry {} opened was not opened for the act \"{}\".", opened, act)});
  const auto claimed = claimed_time(body);
  if (session.closed_by)
    into.push_back(
        {"session.time", base::say("The session that entry {} opened was closed by entry {} before.", opened,
                                   *session.closed_by)});
  else if (session.ended_by)
    into.push_back({"session.time", base::say("The session that entry {} opened ended with entry {}, since "
                                              "when the person who opened it signs no more.",
                                              opened, *session.ended_by)});
  else if (!claimed || *claimed > session.until_us)
    into.push_back({"session.time", base::say("The session that entry {} opened ended {}.", opened,
                                              base::format_utc_for_people(session.until_us))});
  else if (*claimed < session.from_us)
    into.push_back(
        {"session.time",
         base::say("The session that entry {} opened was not open yet at the time that the entry claims.",
                   opened)});
}

void Sessions::take(std::uint64_t index, const Json& body, bool sound) {
  const std::string& act = body.at("act").text();
  for (const Json& party : body.at("parties").items())
    if (const auto found = is_session(party) ? sessions_.find(party_digest(party)) : sessions_.end();
        found != sessions_.end())
      found->second.entries.push_back(index);
  if (act == "key.retire" || act == "key.revoke") end_those_of(text_of(body, "cert_sha256"), index);
  if (act == "session.close" && sound) sessions_.find(text_of(body, "session"))->second.closed_by = index;
  if (act != "session.open" || !sound) return;
  Session session{text_of(body, "cert_sha256"), certificate_in(body), first_party(body), *acts_in(body)};
  session.from_us = *claimed_time(body);
  session.until_us = *base::parse_utc(text_of(body, "until"));
  session.opened_by = index;
  sessions_.emplace(session.certificate_sha256, session);
}

void Sessions::take_unverified(std::uint64_t index, const Json& body) {
  take(index, body, faults(body, [](const std::string&) { return false; }).empty());
}

void Sessions::end_those_of(const std::string& person, std::uint64_t index) {
  for (auto& [digest, session] : sessions_)
    if (session.opener == person && !session.closed_by && !session.ended_by) session.ended_by = index;
}

const Session* Sessions::find(std::string_view certificate_sha256) const {
  const auto found = sessions_.find(certificate_sha256);
  return found == sessions_.end() ? nullptr : &found->second;
}

std::vector<std::string> Sessions::remarks() const {
  std::vector<std::string> remarks;
  for (const auto& [digest, session] : sessions_)
    if (!session.closed_by)
      remarks.push_back("The session that " + entry_text(session.opened_by) +
                        " opened was not closed: the person who opened it has not confirmed the " +
                        base::counted(session.entries.size(), "entry", "entries") + " that it signed.");
  return remarks;
}

Sessions sessions_of(const LedgerContent& content) {
  Sessions sessions;
  for (const Entry& entry : content.entries) {
    try {
      // Only what is in clear is read: disclosures may be missing or wrong here.
      if (entry.body) sessions.take_unverified(entry.index, base::parse_profile(*entry.body));
    } catch (const base::JsonError&) {
      continue;  // the ledger's verification reports a body that is none; no session is opened by it
    }
    if (!entry.body) sessions.take_withheld(entry.index);
  }
  return sessions;
}

std::string person_of(const Json& party, const Sessions& sessions) {
  const std::string digest = party_digest(party);
  const Session* session = is_session(party) ? sessions.find(digest) : nullptr;
  return session ? session->opener : digest;
}

Json session_opening(base::Bytes certificate, const std::vector<std::string>& acts, std::int64_t until_us) {
  return Json::object({{"cert_sha256", base::sha256(certificate).hex()},
                       {"certificate", base::to_base64(certificate)},
                       {"acts", Json(Json::Array(acts.begin(), acts.end()))},
                       {"until", base::format_utc(until_us)}});
}

Json session_closing(const Session& session, const ActivityHead* activity) {
  Json entries = Json::array();
  for (const std::uint64_t index : session.entries) entries.push(std::to_string(index));
  Json members = Json::object({{"session", session.certificate_sha256}, {"entries", std::move(entries)}});
  if (activity != nullptr)
    members.set("activity_sha256", activity->sha256).set("activity_lines", std::to_string(activity->lines));
  return members;
}

}  // namespace custody
