// SPDX-License-Identifier: Apache-2.0
// Who signed an entry, and how, in words for people: a person, a session that a person opened, or somebody on
// paper. Views and certificates say it with these words. Nothing is verified here. Pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chain-of-custody/ledger.h"
#include "chain-of-custody/sessions.h"

namespace custody {

class SignedHow {
 public:
  // Who may be a party of any entry of this ledger. JsonError where a body is none.
  explicit SignedHow(const LedgerContent& ledger);

  // A sentence for each party: "signed by CN=Officer A (acting)".
  std::vector<std::string> sentences(const base::Json& body) const;
  // For a line of a table: "Officer A; session of Officer B; on paper".
  std::string brief(const base::Json& body) const;
  // For programs: [{role, kind, subject, cert_sha256 or slip_sha256, …}].
  base::Json to_json(const base::Json& body) const;

  // How many entries are signed by persons and by sessions, and how many have a party on paper.
  struct Counts {
    std::size_t by_persons = 0, by_sessions = 0, with_paper = 0;
  };
  Counts counts() const { return counts_; }

 private:
  std::string subject(const base::Json& party) const;  // of the person behind it
  void count(const base::Json& body);

  Sessions sessions_;
  std::map<std::string, std::string> subjects_;  // by the certificate's digest
  Counts counts_;
};

// "Officer A" of "CN=Officer A,O=Police"; the whole where there is no such part.
std::string short_name(const std::string& subject);

}  // namespace custody
