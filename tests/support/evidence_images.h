// SPDX-License-Identifier: Apache-2.0
// Small disk images for tests, made by the tools of the file systems. Everything is in a folder of its own.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "tests/support/programs.h"

namespace support {

class Workshop {
 public:
  Workshop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "workshop-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~Workshop() { std::filesystem::remove_all(folder_); }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  static bool has_tool(const std::string& name) { return has_program(name, ":/sbin:/usr/sbin"); }
  // Runs a line of shell in the folder; its output. Throws where it fails.
  std::string run(const std::string& line) const {
    const std::string whole =
        "cd '" + folder_.string() + "' && PATH=$PATH:/sbin:/usr/sbin && " + line + " 2>&1";
    FILE* pipe = popen(whole.c_str(), "r");
    std::string output;
    char block[4096];
    for (std::size_t count; (count = fread(block, 1, sizeof block, pipe)) > 0;) output.append(block, count);
    if (pclose(pipe) != 0) throw std::runtime_error(line + "\n" + output);
    return output;
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  base::Buffer bytes(const std::string& name) const { return base::read_file(folder_ / name, 1ull << 30); }
  std::shared_ptr<base::ByteSource> source(const std::string& name) const {
    return base::open_source(folder_ / name);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace support
