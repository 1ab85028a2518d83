// SPDX-License-Identifier: Apache-2.0
// The two files of a rescue on disk: the raw file, a sparse image of the source, and the map. The promise
// between them, at every moment and after a power cut: what the map on disk calls finished, the raw file on
// disk holds. One process and one thread at a time; the raw file is locked.
#pragma once

#include <filesystem>
#include <optional>

#include "acquire/rescue_map.h"
#include "base/bytes.h"
#include "base/file.h"

namespace acquire {

class RescueFiles {
 public:
  // Makes the files, or opens what an earlier run left. Throws base::Error: conflict where a raw file has no
  // map, where map or raw file belong to a source of another size, or another process holds them; not_found
  // where the raw file is missing and the map promises bytes of it; format; io.
  RescueFiles(const std::filesystem::path& raw_file, const std::filesystem::path& map_file,
              std::uint64_t media_bytes);

  // The map as it was on disk when the files were opened. To be called once.
  RescueMap take_map() { return std::move(map_); }
  // Nothing is promised until save(). Long runs of zeros become holes.
  void write(std::uint64_t offset, base::Bytes bytes);
  // Afterwards the files hold what `map` says, also when the power fails.
  void save(const RescueMap& map);

 private:
  void open_raw();
  void lock();
  void check_raw(std::uint64_t raw_bytes) const;
  bool punch(std::uint64_t offset, std::uint64_t size);

  std::filesystem::path raw_file_, map_file_;
  std::uint64_t media_bytes_;
  base::Fd raw_;
  RescueMap map_{0};
};

// Reads a map, up to 1 GiB of it.
RescueMap read_rescue_map(const std::filesystem::path& map_file);

}  // namespace acquire
