// SPDX-License-Identifier: Apache-2.0
// What is mounted where, as this process sees it. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace acquire {

struct Mount {
  std::string number;  // "8:1"
  std::string place;   // blanks and line ends escaped, as the kernel gives them
  std::string type;    // "ext4", "fuseblk"
  std::string source;  // "/dev/sda1"
};
std::vector<Mount> mounts();

// "8:1" of a block device; empty where the path is none.
std::string number_of_path(const std::string& path);
std::string number_of(std::uint64_t device);  // of a dev_t

}  // namespace acquire
