// SPDX-License-Identifier: Apache-2.0
// show gaps: a view of the ledgers, not of what was parsed.
#pragma once

#include "tools/console.h"
#include "tools/verb.h"

namespace tools {

int show_gaps(const Arguments& arguments, Console& console);

}  // namespace tools
