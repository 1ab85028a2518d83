// SPDX-License-Identifier: Apache-2.0
// What acts say of the acquisitions of one exhibit. For exhibit_story.cpp. Thread rule: one thread.
#pragma once

#include "chain-of-custody/exhibit_story.h"

namespace custody {

// `members`: of the statement of an act on the exhibit; acts that are about no acquisition change nothing.
void told_of_acquisition(std::string_view act, const base::Json& members, const ToldAt& at,
                         std::vector<AcquisitionStory>& acquisitions);

}  // namespace custody
