// SPDX-License-Identifier: Apache-2.0
// The two ways of `exhibit add` share their options: one thing, or a sheet of many.
#pragma once

#include "base/json.h"
#include "tools/console.h"
#include "tools/verb.h"

namespace tools {

// `facts`: what the options say of every thing of the sheet.
int add_from_sheet(const Arguments& arguments, const base::Json& facts, Console& console);

}  // namespace tools
