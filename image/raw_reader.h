// SPDX-License-Identifier: Apache-2.0
// Opens raw and split raw images. See image.h for what the reader promises.
#pragma once

#include <filesystem>
#include <memory>

#include "image/image.h"

namespace image {

std::unique_ptr<ImageReader> open_raw(const std::filesystem::path& first_file,
                                      const std::vector<std::filesystem::path>& further);

}  // namespace image
