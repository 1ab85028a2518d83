// SPDX-License-Identifier: Apache-2.0
// What a ledger's own acts say of sessions: which were opened, for which acts, until when, what they signed,
// and how they ended. The writer refuses what contradicts, the verifier reports it: one reading of the rules.
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/words.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct ActivityHead;

struct Session {
  std::string certificate_sha256;  // in hexadecimal, as `opener`
  base::Buffer certificate;        // DER
  std::string opener;              // certificate of the person who opened it
  std::vector<std::string> acts;
  std::int64_t from_us = 0, until_us = 0;
  std::uint64_t opened_by = 0;                  // number of the entry; so are the others
  std::vector<std::uint64_t> entries = {};      // that it signed
  std::optional<std::uint64_t> closed_by = {};  // the person confirmed what it signed
  std::optional<std::uint64_t> ended_by = {};   // the person who opened it signs no more
};

// The writer says it to the person; what the verifier finds is the English of it.
struct SessionFault {
  std::string code;  // of the check: "session.open", "session.scope", "session.time", "session.entries"
  base::Said what;   // one sentence
};

class Sessions {
 public:
  using IsPerson = std::function<bool(const std::string& certificate_sha256)>;

  // What in the next entry contradicts the acts before. `is_person`: whether a person signs with it.
  std::vector<SessionFault> faults(const base::Json& body, const IsPerson& is_person) const;
  // Takes the entry in; `sound`: it has no faults. One that has opens and closes no session.
  void take(std::uint64_t index, const base::Json& body, bool sound);
  // The same where nobody verifies.
  void take_unverified(std::uint64_t index, const base::Json& body);
  // An entry whose body is not shown: a session may have signed it.
  void take_withheld(std::uint64_t index) { withheld_.insert(index); }

  const Session* find(std::string_view certificate_sha256) const;
  const std::map<std::string, Session, std::less<>>& all() const { return sessions_; }
  // Sessions that nobody closed.
  std::vector<std::string> remarks() const;

 private:
  std::vector<SessionFault> faults_of_opening(const base::Json& body, const IsPerson& is_person) const;
  std::vector<SessionFault> faults_of_closing(const base::Json& body) const;
  void faults_of_use(const base::Json& body, const Session& session, std::vector<SessionFault>& into) const;
  void end_those_of(const std::string& person, std::uint64_t index);

  std::map<std::string, Session, std::less<>> sessions_;
  std::set<std::uint64_t> withheld_;
};

// Of a ledger as it is. Nothing is verified; what contradicts, or cannot be read, opens no session.
Sessions sessions_of(const LedgerContent& content);

// The person behind a party: of a session, who opened it; else the party's own certificate or slip.
std::string person_of(const base::Json& party, const Sessions& sessions);

// The members of `session.open` and `session.close`.
base::Json session_opening(base::Bytes certificate, const std::vector<std::string>& acts,
                           std::int64_t until_us);
// `activity`: of the activity log of this station, where it has one.
base::Json session_closing(const Session& session, const ActivityHead* activity = nullptr);

}  // namespace custody
