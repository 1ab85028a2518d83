// SPDX-License-Identifier: Apache-2.0
// The memorandum of seizure, as one page to print and sign: what was taken from here, and the checkpoint that
// fixes it. It names nobody; who was there signs by hand. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/field_page.h"

namespace exporter {

struct MemoInputs {
  std::string case_id, title, authority;
  std::int64_t now_us = 0;
  std::vector<custody::ExhibitStory> exhibits;  // those of the memorandum
  std::vector<custody::ExhibitStory> all;       // of the case: what parts are parts of
  std::vector<PaperCheckpoint> checkpoints;
};
std::string memo_page(const MemoInputs& inputs);

}  // namespace exporter
