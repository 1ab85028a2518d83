// SPDX-License-Identifier: Apache-2.0
// Files that are carried between stations on a stick, and keys that people give on the command line.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.h"

namespace tools {

// Refuses where the file exists; call it before anything is done that cannot be undone. Error(conflict).
void require_new(const std::filesystem::path& file);
// Durable also on file systems without links, such as those of sticks.
void write_carried(const std::filesystem::path& file, base::Bytes bytes);
// A key as given: the text itself, or the first line of the file of this name.
std::string text_or_first_line(const std::string& given);

}  // namespace tools
