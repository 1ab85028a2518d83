// SPDX-License-Identifier: Apache-2.0
// What both writers do around their files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace image {

// Throws base::Error(conflict) where `folder` holds any file `stem`.*; it is left alone.
void refuse_existing(const std::filesystem::path& folder, const std::string& stem);

// After this, the files and their names survive a power cut. Throws base::Error(io).
void sync_files(const std::filesystem::path& folder, const std::vector<std::string>& names);

}  // namespace image
