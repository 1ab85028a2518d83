// SPDX-License-Identifier: Apache-2.0
// Labels that the case's other ledgers gave, as far as they lie in the same case folder: two exhibits of one
// case under one label are told apart by their uids, which nobody reads off a bag. Thread rule: one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/workplace.h"

namespace tools {

class LabelsElsewhere {
 public:
  // Reads every ledger of the folder but this station's. One that cannot be read is named in a warning: it is
  // no reason to register nothing.
  LabelsElsewhere(const OpenCase& open, Console& console)
      : LabelsElsewhere(open.folder, open.station, console) {}
  LabelsElsewhere(const store::CaseFolder& folder, const std::string& own_station, Console& console);
  // The name of a ledger that gave this label, now or formerly, to another exhibit than `uid`.
  std::optional<std::string> taken_in(const std::string& label, const std::string& uid) const;

 private:
  struct Given {
    std::string ledger, uid, label;
  };
  std::vector<Given> given_;
};

}  // namespace tools
