// SPDX-License-Identifier: Apache-2.0
// A further copy of the files of an acquisition, each compared with its recorded digest while it is read, and
// read back. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquisition.h"

namespace acquire {

struct OutFile {
  std::shared_ptr<base::ByteSource> source;
  std::string name;    // of the copy: one step
  std::string sha256;  // as recorded
};

// Into `folder`, which is there and empty. Throws base::Error: format (what is copied is not what was
// recorded), io (cannot be read, cannot be written, reads back as something else), interrupted; what was
// written until then stays, for the caller to remove.
void copy_out(const std::vector<OutFile>& files, const std::filesystem::path& folder,
              const ProgressCallback& progress, std::stop_token stop);

}  // namespace acquire
