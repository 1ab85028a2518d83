// SPDX-License-Identifier: Apache-2.0
// Damage of an image in plain words, for those who have to say what is lost. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "image/image.h"

namespace tools {

// One line for each place: damage that continues in the next chunk of the same file is one place.
struct DamageLine {
  std::string code;  // of the first
  std::string file;
  std::string words;   // "sectors 128 to 255 (…) cannot be read: …; byte 70 000 of the file"
  bool loses = false;  // media bytes
};
std::vector<DamageLine> damage_lines(const std::vector<image::Damage>& damage,
                                     const image::ImageFacts& facts);

// "sectors 128 to 255", "sector 7".
std::string sectors_text(std::uint64_t first, std::uint64_t count);
// The first twenty, and how many more there are.
std::string ranges_text(const std::vector<image::SectorRange>& ranges);

}  // namespace tools
