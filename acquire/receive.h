// SPDX-License-Identifier: Apache-2.0
// Evidence that another agency or a provider acquired: copied as it came, hashed in the same reading, read
// back, compared with what was stated of it. Nothing of it is unpacked or executed, and no name in it becomes
// a path. One thread calls; more are used inside.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "base/words.h"

namespace acquire {

// What was given, with the segments that lie beside it.
struct Incoming {
  std::string what;                          // image, archive, files, folder
  std::vector<std::filesystem::path> files;  // in order; of a folder: the folder
  std::vector<std::string> names;            // under which copies are kept, in the same order
  std::vector<base::Said> remarks;           // what a person may wonder at, in sentences
  std::uint64_t bytes = 0;                   // of all files; of a folder 0: not counted
};
// How it is to be kept: as what its first bytes and its name tell, or as the person says.
enum class KeepAs { told_by_content, image, files };
// Tells an E01 or a split raw image by its first file; archives by their signature. `stem`: of the names that
// copies of an image or archive get. Throws base::Error: usage, not_found, io.
Incoming look_at_incoming(const std::vector<std::filesystem::path>& given, const std::string& stem,
                          KeepAs keep = KeepAs::told_by_content);

struct ReceivePlan {
  Incoming incoming;
  std::string from, request;
  std::vector<Stated> stated;
  std::filesystem::path folder;  // where copies go, empty; not there: everything stays where it lies
};

// The report says `read_back` equal of what was copied: each copy was read again. Of what stays where it lies
// `nothing_stated`: it was read once. What is stated of it stands in `received` alone, and changes no
// outcome. Throws base::Error: io (cannot be read to its end, cannot be written, reads back as something
// else), interrupted; what was written until then stays, for the caller to remove.
Report receive(const ReceivePlan& plan, const ProgressCallback& progress, std::stop_token stop);

}  // namespace acquire
