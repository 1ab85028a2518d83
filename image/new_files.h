// SPDX-License-Identifier: Apache-2.0
// The files that a writer makes in one place: where the next one goes, and what is there already. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "image/image.h"

namespace image {

class NewFiles {
 public:
  // Throws base::Error(conflict) where a folder of the place holds any file `stem`.*, unless the image is
  // continued; it is left alone.
  NewFiles(Place place, std::string stem, bool continued);

  // Makes `stem`.`extension` in the first folder that has `wanted` bytes free, or in the last one.
  base::Fd create(const std::string& extension, std::uint64_t wanted);
  // Opens what an earlier run made, and takes it up as the next file. Throws base::Error(not_found).
  base::Fd take_up(const std::string& extension);
  // Where the last file's folder lacks `wanted` bytes and a later folder has them and the file: moves it
  // there. Returns it open again, or nothing.
  base::Fd move_on(std::uint64_t wanted);
  // Removes the files of this stem that were neither created nor taken up.
  void remove_others();

  // In the order in which they were made.
  const std::vector<std::filesystem::path>& paths() const { return paths_; }
  const std::filesystem::path& last() const { return paths_.back(); }

 private:
  std::vector<std::filesystem::path> folders() const;
  std::filesystem::path find(const std::string& name) const;

  Place place_;
  std::string stem_;
  std::vector<std::filesystem::path> paths_;
  std::size_t folder_ = 0;
};

// What the place lost when its files cannot be written.
base::Error destination_error(const base::Said& attempt, int error_number);

}  // namespace image
