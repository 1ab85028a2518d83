// SPDX-License-Identifier: Apache-2.0
// Reads an image and its files once: what read-back and adoption share.
#pragma once

#include <filesystem>
#include <stop_token>

#include "acquire/acquisition.h"

namespace acquire {

struct CheckedImage {
  image::ImageFacts facts;
  image::Verification verification;
  std::vector<Report::File> files;  // empty where interrupted
};
// Verifies the media and hashes the files at the same time, so that each file is read while it is in memory.
CheckedImage check_image(const std::filesystem::path& first_file,
                         const std::vector<std::filesystem::path>& further, const ProgressCallback& progress,
                         const std::stop_token& stop);

}  // namespace acquire
