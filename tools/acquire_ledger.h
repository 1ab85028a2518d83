// SPDX-License-Identifier: Apache-2.0
// What the ledger is told of acquisitions: a begin and an end for each attempt, also for one that got nothing
// and for one that a kill or a power cut ended without a word. Called by the main thread only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "tools/workplace.h"

namespace tools {

// "a1", or the next that no acquisition has taken.
std::string next_acquisition(const OpenCase& open, const custody::ExhibitView& exhibit);

// What the ledger says of a source, whatever the outcome.
base::Json source_statement(const acquire::SourceFacts& facts);

base::EntryReceipt tell_acquire_begin(OpenCase& open, const custody::ExhibitView& exhibit,
                                      base::Json members);
// `json_file`: the report, whose digest is told too; empty where there is none. `attempt`: as in the begin.
base::EntryReceipt tell_acquire_end(OpenCase& open, const custody::ExhibitView& exhibit,
                                    const std::string& acquisition, const std::string& format,
                                    const acquire::Report& report, const std::filesystem::path& json_file,
                                    const std::string& attempt);

// How many attempts at this acquisition the ledger knows.
std::size_t attempts_told(const custody::LedgerContent& ledger, const std::string& exhibit_uid,
                          const std::string& acquisition);

// Whether the ledger holds the report of a whole image, or of something received, under this name.
bool is_told_whole(const custody::LedgerContent& ledger, const std::string& exhibit_uid,
                   const std::string& acquisition);

// An attempt whose program ended before it told how: now it is told.
struct BelatedEnd {
  std::string acquisition;
  bool whole = false;  // the image was whole and reported; only the ledger had not been told
  base::Json facts;    // acquisition.json where it was whole
  base::EntryReceipt entry;
};
// REQUIRES: no acquisition of this exhibit is running.
std::vector<BelatedEnd> tell_belated_ends(OpenCase& open, const custody::ExhibitView& exhibit);

}  // namespace tools
