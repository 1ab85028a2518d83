// SPDX-License-Identifier: Apache-2.0
// What verbs share that make a case folder.
#pragma once

#include <filesystem>
#include <string>

#include "tools/workplace.h"

namespace tools {

std::string host_name();  // as far as it can be a station's name; else "station"

// Throws Error(usage) where an id of a case or station is none.
void require_safe(const std::string& text, const base::Said& what);

// Whether the volume is encrypted at rest: asked where that is not known, and recorded whatever the answer.
base::Json accept_volume(Console& console, const std::filesystem::path& folder);

}  // namespace tools
