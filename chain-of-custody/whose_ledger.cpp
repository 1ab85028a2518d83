// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/whose_ledger.h"

#include "chain-of-custody/ledger_view.h"

namespace custody {

std::string name_of(const LedgerContent& content) {
  std::string name;
  try {
    if (!content.entries.empty() && content.entries.front().body)
      name = text_in(base::parse_profile(*content.entries.front().body), "ledger");
  } catch (const base::JsonError&) {
    name.clear();  // the ledger's own verification reports the body
  }
  return name.empty() ? "ledger " + content.station : name;
}

void name_ledger(VerifyReport& report, std::size_t first, const LedgerContent& content) {
  const std::string name = name_of(content);
  for (std::size_t i = first; i < report.checks.size(); ++i) {
    std::string& object = report.checks[i].object;
    if (object.find(name) == object.npos && !object.starts_with("ledger ")) object = name + ", " + object;
  }
}

}  // namespace custody
