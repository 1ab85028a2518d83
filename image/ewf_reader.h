// SPDX-License-Identifier: Apache-2.0
// Opens an E01 whose files are known. See image.h for what the reader promises.
#pragma once

#include <filesystem>
#include <memory>

#include "image/image.h"

namespace image::ewf {

// `first_file` is any file of the set.
std::unique_ptr<ImageReader> open_e01(const std::filesystem::path& first_file,
                                      const std::vector<std::filesystem::path>& further);

}  // namespace image::ewf
