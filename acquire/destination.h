// SPDX-License-Identifier: Apache-2.0
// Where an image is to be written: what the file system can hold, and how fast. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "acquire/advice.h"
#include "base/json.h"

namespace acquire {

class Source;

struct DestinationFacts {
  std::string file_system;                    // "ext4", "vfat", "fuse.ntfs-3g", as the kernel names it
  bool fuse = false;                          // served by a program: slow
  std::uint64_t free_bytes = 0;               // for this user
  std::optional<std::uint64_t> largest_file;  // absent where there is no bound worth naming
  std::optional<std::uint64_t>
      bytes_a_second;            // as measured, synced; absent where there was too little space
  std::vector<Advice> warnings;  // a code and words each
  base::Json to_json() const;
};

// How large a file can be, by the number that statfs gives for the kind of file system (linux/magic.h) and
// its block size. Absent where there is no bound worth naming.
std::optional<std::uint64_t> largest_file_on(std::uint64_t magic, std::uint64_t block_bytes);

// Measures by writing up to 8 MiB to a file of ours, which has no name and is gone afterwards. `media_bytes`:
// how much the image may need at most, for the warnings. Throws base::Error: not_found, io (the folder cannot
// be written to).
DestinationFacts look_at_destination(const std::filesystem::path& folder, std::uint64_t media_bytes);

// Throws base::Error(conflict) where the folder lies on the source device or on one of its partitions.
void refuse_destination_on_source(const std::filesystem::path& folder, const Source& source);

}  // namespace acquire
