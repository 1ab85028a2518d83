// SPDX-License-Identifier: Apache-2.0
// What the handover verbs share.
#pragma once

#include <map>
#include <string>

#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/handover.h"
#include "tools/workplace.h"

namespace tools {

// Values of an option that is given as LABEL=TEXT, by label. Throws Error(usage).
std::map<std::string, std::string> pairs_of(const Arguments& arguments, const char* option);

// --image-due, or a time in 14 days. Throws Error(usage) where it is no UTC time.
std::string image_due(const Arguments& arguments);

// Whether all of these exhibits are held by somebody on paper: then that one gives, and signs a slip. Throws
// Error(usage) where some are and others are not.
bool gives_on_paper(const custody::ExhibitStates& states, const std::vector<std::string>& uids);

// Writes the file about an entry of this station's ledger into a folder, and says where.
void write_handover_file(const OpenCase& open, std::uint64_t index, custody::HandoverKind kind,
                         const std::filesystem::path& folder, Console& console);

}  // namespace tools
