// SPDX-License-Identifier: Apache-2.0
// What pages for paper need of a case: the checkpoints of its ledgers with their codes, and how full its
// disks are. Thread rule: one thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chain-of-custody/ledger.h"
#include "export/evening.h"
#include "store/case_folder.h"

namespace tools {

// 160 bits in groups of four digits: fewer would let somebody search for two histories that look the same on
// paper.
std::string root_on_paper(const base::Digest& root);

// Of each ledger once; of copies of one, the longest.
std::vector<exporter::PaperCheckpoint> paper_checkpoints(const std::vector<custody::LedgerContent>& ledgers);

// The disk of the case folder, and each other one on which an image of the case lies. One that is not
// attached is named and has no sizes.
std::vector<exporter::FreeSpace> disks_of(const store::CaseFolder& folder);

// Refuses a name that does not end in .html, and one that is there. Error(usage, conflict).
void require_new_page(const std::filesystem::path& file);

}  // namespace tools
