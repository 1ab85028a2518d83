// SPDX-License-Identifier: Apache-2.0
#include "acquire/mounts.h"

#include <algorithm>
#include <fstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace acquire {

std::string number_of(std::uint64_t device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

std::string number_of_path(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0 || !S_ISBLK(facts.st_mode)) return {};
  return number_of(facts.st_rdev);
}

// proc(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue".
std::vector<Mount> mounts() {
  std::vector<Mount> found;
  std::ifstream in("/proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t end = std::min(line.find(' ', at), line.size());
      words.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || words.end() - dash < 3) continue;
    found.push_back({words[2], words[4], *(dash + 1), *(dash + 2)});
  }
  return found;
}

}  // namespace acquire
