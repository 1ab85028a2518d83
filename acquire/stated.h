// SPDX-License-Identifier: Apache-2.0
// Digests that whoever sends evidence states of it, and how they compare with those that are computed here.
// Shown, never corrected (docs/import.md). Pure functions; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"

namespace acquire {

using Digests = std::map<base::Algorithm, base::Buffer>;

struct Stated {
  base::Algorithm algorithm = base::Algorithm::sha256;
  base::Buffer digest;
  std::string of;         // the name of a file, as stated; empty: of the evidence
  std::string by;         // who says so: "command line", "sums.txt", "image"
  bool of_media = false;  // and of nothing else
};

// As on the command line, "sha256=9F86…"; nothing where it is another text.
std::optional<Stated> stated_as(std::string_view text);

// All that a text states: lines of sha256sum and of BSD's sum programs, logs that put the algorithm's name
// beside its digest (FTK Imager, Guymager, dc3dd, ewfacquire), and acquisition.json. Lines that fit none of
// them state nothing.
std::vector<Stated> stated_in(base::Bytes text, const std::string& by);

enum class StatedResult {
  equal,      // each file, or the media, by SHA-256 or SHA-512
  different,  // at least one
  none,       // nothing was stated of what came
  weak        // all equal; of something only by MD5 or SHA-1, or of some file nothing
};
std::string_view name_of(StatedResult result);

struct ReceivedFile {
  std::string name;  // as it came; bytes as found
  std::uint64_t bytes = 0;
  Digests digests;
};

struct Comparison {
  Stated stated;
  std::string with;  // "media", "file 2"
  bool equal = false;
};

// What somebody else acquired, as it came.
struct Received {
  std::string from, request, what;  // what: image, archive, files, folder
  bool in_place = false;
  std::vector<ReceivedFile> files;
  std::vector<Comparison> comparisons;
  std::size_t not_compared = 0;  // digests stated of something that did not come, or of media not all there
  StatedResult result = StatedResult::none;
  base::Json to_json() const;
};

// Fills in what was compared and the result. `media`: of the whole of an image; empty where there is none, or
// where a part of it cannot be read.
void compare_with_stated(const std::vector<Stated>& stated, const Digests& media, Received& received);

}  // namespace acquire
