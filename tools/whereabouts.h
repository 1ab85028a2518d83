// SPDX-License-Identifier: Apache-2.0
// Where exhibits are now, in words: held by whom, packed in what, sealed how, kept where, or gone. Of a case
// with several ledgers, as the one says where the exhibit is. Thread rule: one thread.
#pragma once

#include <string>
#include <vector>

#include "chain-of-custody/exhibit_state.h"
#include "tools/gathered.h"

namespace tools {

class WhereExhibitsAre {
 public:
  // `gathered` outlives it.
  explicit WhereExhibitsAre(const GatheredCase& gathered);

  std::string briefly(const std::string& uid) const;  // "held", "in KK-A-0100", "returned"
  std::string seal(const std::string& uid) const;     // its number, or nothing
  std::string place(const std::string& uid) const;    // "house 4, floor 3, room 12, desk 7"; that of its box
  std::vector<std::string> lines(const std::string& uid) const;  // for people, with the entries
  base::Json json(const std::string& uid) const;

 private:
  struct Told {
    const custody::LedgerContent* ledger = nullptr;
    const custody::ExhibitStates* states = nullptr;
    const custody::ExhibitCustody* custody = nullptr;
  };
  Told told(const std::string& uid) const;
  std::string label_in(const Told& told, const std::string& uid) const;
  const custody::ExhibitCustody& outermost(const Told& told) const;

  const GatheredCase& gathered_;
  std::vector<custody::ExhibitStates> states_;  // of each ledger
};

}  // namespace tools
