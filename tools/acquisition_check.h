// SPDX-License-Identifier: Apache-2.0
// Whether the files of an acquisition are still those that were made.
#pragma once

#include <string>

#include "tools/workplace.h"

namespace tools {

// Compares every file of an acquisition with the digest that was recorded when it was made: "equal",
// "different", "unreadable". Reads all of them.
std::string check_acquisition(const AcquisitionView& acquisition, Console& console);

}  // namespace tools
