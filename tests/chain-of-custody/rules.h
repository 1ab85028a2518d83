// SPDX-License-Identifier: Apache-2.0
// The rules of custody by themselves: acts are given to them as if they had been signed.
#pragma once

#include <map>
#include <string>

#include "chain-of-custody/exhibit_state.h"
#include "support.h"

namespace custody::test {

// What the rules say of an act, without a ledger around it.
class Rules {
 public:
  std::string take(const base::Event& event, const Signer& first, const Signer* last = nullptr) {
    OpenedBody opened;
    opened.body = event.members;
    base::Json parties = base::Json::array();
    for (const Signer* signer : {&first, last})
      if (signer) parties.push(base::Json::object({{"cert_sha256", fingerprint(*signer)}}));
    opened.body.set("act", event.act).set("parties", parties);
    for (const base::ExhibitStatement& statement : event.exhibits)
      opened.exhibits.push_back({statement.uid, 1, "", statement.members, {}, 0});
    std::string text;
    for (const CustodyFault& fault : states.entry(next_, opened, std::to_string(next_)))
      text += fault.code + " " + fault.object.english + ": " + fault.what.english;
    ++next_;
    return text;
  }
  std::uint64_t next() const { return next_; }  // the number of the next entry
  ExhibitStates states;

 private:
  static const std::string& fingerprint(const Signer& signer) {
    static std::map<const Signer*, std::string> known;
    std::string& text = known[&signer];
    if (text.empty()) text = fingerprint_of(signer.certificate());
    return text;
  }
  std::uint64_t next_ = 1;
};

}  // namespace custody::test
