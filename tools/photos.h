// SPDX-License-Identifier: Apache-2.0
// Photographs of an exhibit: files beside it, each named by its digest, never overwritten. Thread rule: one
// thread, which holds the case's lock.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"

namespace tools {

struct Photo {
  std::string sha256;     // hexadecimal
  std::string extension;  // ".jpg": one of a closed list
  base::Buffer bytes;
};

// Throws Error(usage) where the file's name does not end as a photograph's does, or it is empty; io,
// not_found.
Photo read_photo(const std::filesystem::path& file);

// Writes them into the folder `photos` of the exhibit's folder, durably, and makes both folders. One that
// lies there already stays as it is; Error(conflict) where under its name lies something else.
void keep_photos(const std::filesystem::path& exhibit_folder, const std::vector<Photo>& photos);

// "2: both files are here", of digests as an entry names them; and which are not.
std::string photos_in_words(const base::Json& digests, const std::filesystem::path& exhibit_folder);

}  // namespace tools
