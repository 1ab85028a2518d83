// SPDX-License-Identifier: Apache-2.0
// The report of an evening, as one page: what was imaged room by room, what in custody is open, how long
// nobody else has vouched for the ledgers, what room is left on the disks, and the checkpoint. Pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chain-of-custody/gaps.h"
#include "export/field_page.h"

namespace exporter {

struct FreeSpace {
  std::string what;  // "case folder", "copies"
  std::string path;
  std::uint64_t free_bytes = 0, total_bytes = 0;
  bool attached = true;
};

struct EveningInputs {
  std::string case_id, title;
  std::int64_t now_us = 0;
  std::vector<custody::ExhibitStory> exhibits;
  std::vector<custody::Gap> gaps;
  std::vector<FreeSpace> disks;
  std::vector<PaperCheckpoint> checkpoints;
};
std::string evening_page(const EveningInputs& inputs);

// Labels that follow each other, as people write them: "KK-A-0001 to KK-A-0007".
std::vector<std::string> runs_of_labels(const std::vector<std::string>& labels);

}  // namespace exporter
