// SPDX-License-Identifier: Apache-2.0
// The last look before anything leaves: every withheld text, in all its forms, in every file and file name.
// Thread rule: built by one thread; `check` may then be called from several.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "export/edition.h"
#include "export/needles.h"

namespace exporter {

// A withheld text that the scan cannot look for; a person decides whether the bundle tells it.
struct Unsearched {
  base::RecordId record;
  std::string field;
  std::string why;
};

class LeakScan {
 public:
  // `vocabulary`: words of ours that stand in every bundle. A withheld text that is one of them would be
  // found everywhere and prove nothing, so it is not searched for and is listed.
  LeakScan(const Edition& edition, std::string_view vocabulary);

  // Throws Error(conflict) that names file and field where a withheld text stands in it. Never says the text.
  void check(const std::string& name, std::string_view content) const;

  const std::vector<Unsearched>& unsearched() const { return unsearched_; }
  // How many more, of records that the authority bars: nobody here may look at them to decide.
  std::uint64_t unsearched_barred() const { return unsearched_barred_; }

 private:
  const Edition* edition_;
  Needles needles_;
  std::vector<Unsearched> unsearched_;
  std::uint64_t unsearched_barred_ = 0;
};

// Texts that stand encoded in the content: runs of base64 or hexadecimal that decode to readable UTF-8.
std::string decoded_runs(std::string_view content);

}  // namespace exporter
