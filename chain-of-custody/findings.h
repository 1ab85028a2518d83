// SPDX-License-Identifier: Apache-2.0
// Collects what checks find. What holds is counted and becomes one line per check; what fails stands alone.
// Not for use by two threads at once.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "chain-of-custody/verify.h"

namespace custody {

struct CheckMeaning {
  std::string_view code;
  std::string_view holds;  // the sentence where it holds
};
// All checks of ledgers and cases; docs/verification.md explains each.
std::span<const CheckMeaning> all_ledger_checks();

class Findings {
 public:
  explicit Findings(VerifyReport& report) : report_(report), held_(all_ledger_checks().size()) {}
  // Notes that it held, or reports `otherwise` as failed: a text, or what makes one. Returns `holds`.
  template <typename Words>
  bool check(bool holds, std::string_view code, const std::string& object, const Words& otherwise) {
    if (holds)
      hold(code);
    else if constexpr (std::is_invocable_v<Words>)
      fail(code, object, otherwise());
    else
      fail(code, object, otherwise);
    return holds;
  }
  void fail(std::string_view code, const std::string& object, const std::string& what);
  // Reported once per code and sentence; objects are not repeated for each entry.
  void impossible(std::string_view code, const std::string& object, const std::string& what);
  bool any_failed() const { return failed_; }
  // Writes a passed check for each code that held everywhere. `objects` names what was checked: "16 entries".
  void finish(const std::string& object);

 private:
  void hold(std::string_view code);

  VerifyReport& report_;
  std::vector<bool> held_;  // of each of all_ledger_checks()
  std::set<std::string, std::less<>> not_held_;
  std::set<std::pair<std::string, std::string>> impossible_;
  bool failed_ = false;
};

}  // namespace custody
