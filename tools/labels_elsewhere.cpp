// SPDX-License-Identifier: Apache-2.0
#include "tools/labels_elsewhere.h"

#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/whose_ledger.h"
#include "tools/text.h"

namespace tools {

LabelsElsewhere::LabelsElsewhere(const store::CaseFolder& folder, const std::string& own_station,
                                 Console& console) {
  for (const std::string& station : folder.stations()) {
    if (station == own_station) continue;
    const auto unread = [&](std::string_view why) {
      console.warn(base::say("the ledger in ledgers/{} cannot be read, so its labels are not compared: {}",
                             station, visible(why)));
    };
    try {
      const custody::LedgerContent ledger = custody::read_ledger(folder.ledger(station));
      const std::string name = name_of(ledger);
      for (const custody::ExhibitView& exhibit : custody::exhibits_of(ledger))
        for (const std::string& label : exhibit.labels) given_.push_back({name, exhibit.uid, label});
    } catch (const base::Error& error) {
      unread(error.happened);
    } catch (const base::JsonError& error) {
      unread(error.what());
    }
  }
}

std::optional<std::string> LabelsElsewhere::taken_in(const std::string& label, const std::string& uid) const {
  const auto found =
      std::ranges::find_if(given_, [&](const Given& one) { return one.label == label && one.uid != uid; });
  return found == given_.end() ? std::nullopt : std::optional(found->ledger);
}

}  // namespace tools
