// SPDX-License-Identifier: Apache-2.0
// What was rescued, as a source, so that acquire() makes an image of it.
#pragma once

#include <filesystem>
#include <memory>

#include "acquire/source.h"

namespace acquire {

// Reads the raw file where the map says `finished`; everything else is a medium error, whatever the raw file
// holds there. `facts` are those of the device that was rescued. Any thread. Throws base::Error: not_found,
// io, format (map, or a raw file that is shorter than its map says), conflict (another size than the facts
// say).
std::unique_ptr<Source> open_rescued(const std::filesystem::path& raw_file,
                                     const std::filesystem::path& map_file, const SourceFacts& facts);

}  // namespace acquire
