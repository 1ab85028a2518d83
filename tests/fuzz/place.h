// SPDX-License-Identifier: Apache-2.0
// A folder in memory for targets that read files by name; removed when the run ends well.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/bytes.h"
#include "promise.h"

namespace fuzz {

class Place {
 public:
  Place() {
    const bool in_memory = std::filesystem::is_directory("/dev/shm");
    std::string pattern = std::string(in_memory ? "/dev/shm" : "/tmp") + "/holdfast-fuzz-XXXXXX";
    must(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
  }
  ~Place() {
    std::error_code failed;
    std::filesystem::remove_all(folder_, failed);
  }
  Place(const Place&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_; }
  // In place, and not durably: what matters is what is read.
  static void put(const std::filesystem::path& file, base::Bytes bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    must(out.good());
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace fuzz
