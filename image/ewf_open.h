// SPDX-License-Identifier: Apache-2.0
// From files to facts: which segments there are, whether they belong together, and what they say.
#pragma once

#include <filesystem>

#include "image/ewf_map.h"
#include "image/image.h"

namespace image::ewf {

struct OpenedSet {
  ImageFacts facts;
  std::vector<SegmentWalk> segments;  // in order; a missing or foreign one has no tables and a gap
  std::uint64_t chunks = 0;           // expected; 0 where the image does not say
};

// Adds the files of the set to `files`. Throws base::Error(format) where no size of the media can be found.
OpenedSet open_set(const std::filesystem::path& first_file, FilePool& files,
                   const std::vector<std::filesystem::path>& further);

}  // namespace image::ewf
