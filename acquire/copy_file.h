// SPDX-License-Identifier: Apache-2.0
// A new file that a copy of evidence goes to. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.h"

namespace acquire {

class CopyFile {
 public:
  // Throws base::Error(conflict) where it exists, io. `advice`: whether the evidence is safe, and what to do.
  CopyFile(const std::filesystem::path& path, std::string advice)
      : name_(path.string()), advice_(std::move(advice)), fd_(base::create_new(path, 0400)) {}
  void write(base::Bytes bytes) { base::write_all(fd_.get(), bytes, name_); }
  // Makes it durable and read-only for everybody, and lets it go from memory, so that reading it back asks
  // the medium as far as the system heeds that.
  void finish();

 private:
  std::string name_, advice_;
  base::Fd fd_;
};

}  // namespace acquire
