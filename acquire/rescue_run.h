// SPDX-License-Identifier: Apache-2.0
// A rescue from the damaged source to the finished image: pass by pass into a raw file and a map
// (docs/rescue.md), then packed in order. The map stays beside the report.
#pragma once

#include "acquire/acquisition.h"

namespace acquire {

// As acquire(), and goes on as it does. The raw file lies in the first place of the plan until the image is
// whole and read back. `plan.retries` are passes over the bad sectors.
Report acquire_by_rescue(Source& source, const Plan& plan, const ProgressCallback& progress,
                         std::stop_token stop);

// True where a rescue was begun in `folder` and its image is not whole.
bool rescue_begun(const std::filesystem::path& folder, const std::string& stem);

}  // namespace acquire
