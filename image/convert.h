// SPDX-License-Identifier: Apache-2.0
// One image from another: E01, raw, split raw, in any direction. The source is verified while it is read, and
// what is written is read back. Nothing is converted that is not whole: zeros are never invented, and an
// image whose media do not have the digest that it states gets no new one. One thread calls; more are used
// inside.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"

namespace image {

struct ConvertPlan {
  std::filesystem::path folder;  // exists
  std::string stem;
  Format format = Format::e01;                 // e01; else raw
  std::optional<std::uint64_t> segment_bytes;  // as in WriterOptions
  enum class Phase { convert, read_back };
  std::function<void(Phase phase, std::uint64_t done)> progress;  // media bytes; called by the calling thread
  std::function<bool()> stop;
};

struct Conversion {
  enum class Outcome { converted, source_unreadable, source_digest_differs, read_back_differs, interrupted };
  Outcome outcome = Outcome::interrupted;
  Verification source;                    // all damage is named, also where nothing was converted
  std::vector<std::string> files;         // in the plan's folder; empty unless `converted`
  std::vector<SectorRange> bad_left_out;  // stated by the source, not by the result
  std::map<std::string, std::string> header_left_out;
};

// The files appear in the plan's folder when all is well; until then they lie in `stem`.partial beside them,
// which is removed where nothing comes of it. Throws base::Error: conflict (any `stem`.* exists), usage (the
// format cannot hold a medium of this size), io.
Conversion convert_image(ImageReader& source, const ConvertPlan& plan);

}  // namespace image
