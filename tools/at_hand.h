// SPDX-License-Identifier: Apache-2.0
// The exhibits that a verb was given by their labels, and what this station's ledger says of them now. Thread
// rule: one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chain-of-custody/exhibit_state.h"
#include "tools/workplace.h"

namespace tools {

class AtHand {
 public:
  explicit AtHand(const OpenCase& open);

  // Those of the option, in the order given. Throws Error: usage where none is named, not_found.
  std::vector<custody::ExhibitView> named(const Arguments& arguments, const char* option) const;
  custody::ExhibitView one(const std::string& label) const;
  // With everything that is in those that are containers; what is added is said.
  std::vector<custody::ExhibitView> with_contents(std::vector<custody::ExhibitView> chosen,
                                                  Console& console) const;
  std::vector<custody::ExhibitView> contents_of(const custody::ExhibitView& container) const;
  const custody::ExhibitCustody& state(const custody::ExhibitView& exhibit) const;

 private:
  std::vector<custody::ExhibitView> views_of(const std::vector<std::string>& uids) const;
  std::vector<custody::ExhibitView> exhibits_;
  custody::ExhibitStates states_;
};

// "KK-A-0001, KK-A-0002"
std::string labels_of(const std::vector<custody::ExhibitView>& exhibits);

// For an option that is given as LABEL=TEXT (pairs_of).
// Throws Error(usage) where it was given for something that the verb was not given.
void require_all_named(const std::map<std::string, std::string>& pairs,
                       const std::vector<custody::ExhibitView>& exhibits, const char* option);

}  // namespace tools
