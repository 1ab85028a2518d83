// SPDX-License-Identifier: Apache-2.0
// Keeps segments, their ledger entries and the index over them in step.
#pragma once

#include "tools/workplace.h"

namespace tools {

// Removes segments of the exhibit that no `extract` entry of any ledger in the folder names: a run that was
// cut off between its segment and its entry left them, nobody was told of them, and the next run makes them
// anew.
void drop_unrecorded_segments(const store::CaseFolder& folder, const custody::ExhibitView& exhibit);

// Makes the index hold the newest recorded segment of every acquisition, whichever station made it, and no
// other; makes it anew where it is missing or holds superseded ones.
void bring_index_up_to_date(const store::CaseFolder& folder);

}  // namespace tools
