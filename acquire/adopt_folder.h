// SPDX-License-Identifier: Apache-2.0
// A folder of files that somebody else copied: each file hashed, none copied.
#pragma once

#include "acquire/acquisition.h"

namespace acquire {

Report adopt_folder(const std::filesystem::path& folder, const ProgressCallback& progress,
                    const std::stop_token& stop);

}  // namespace acquire
