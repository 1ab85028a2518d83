// SPDX-License-Identifier: Apache-2.0
// show activity: who looked into the evidence of the case. Thread rule: one thread.
#pragma once

#include "tools/console.h"
#include "tools/verb.h"

namespace tools {

int show_activity(const Arguments& arguments, Console& console);

}  // namespace tools
