// SPDX-License-Identifier: Apache-2.0
// The first inputs of one target, as files in a folder of its own.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.h"

namespace fuzz {

class Seeds {
 public:
  explicit Seeds(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  void add(base::Bytes input) {
    const base::Fd fd = base::create_new(folder_ / (std::to_string(++count_)));
    base::write_all(fd.get(), input, "seed");
  }
  void add(std::string_view text) { add(base::as_bytes(text)); }

 private:
  std::filesystem::path folder_;
  int count_ = 0;
};

// Makes a folder below this one for each target that reads what ledgers hold, named after it.
void make_custody_seeds(const std::filesystem::path& below);

}  // namespace fuzz
