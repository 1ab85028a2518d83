// SPDX-License-Identifier: Apache-2.0
// Which source gets which exhibit's label: sources that have none yet, a file of labels, and what a typed
// line means. Data and pure functions; any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acquire/device_watch.h"

namespace tools {

// A source that has no label yet. Nothing was read from it.
struct Unlabelled {
  std::string name;  // "sdb", or the file or address as it was given
  std::string path;  // as it is opened
  std::uint64_t bytes = 0;
  std::string model, serial;
  bool given = false;         // on the command line; else it was attached
  std::string words() const;  // "sdb (SanDisk Cruzer, 16.0 GB, serial number 4C53)"
};
Unlabelled unlabelled(const acquire::AttachedDevice& device);
// A SOURCE of the command line: a file's size is looked at, nothing else.
Unlabelled unlabelled(const std::string& source);

// One line of a file of labels. `key`: a serial number, a device's name, or a SOURCE as it is given.
struct Assignment {
  std::string key, label;
};
// A line each: the key, a comma, the label; or with a blank where the key has none. '#' begins a comment.
// Throws base::Error: usage (a line that is no assignment), io, not_found.
std::vector<Assignment> read_assignments(const std::filesystem::path& file);
// By name first, for serial numbers are shared. nullptr where none is for it.
const Assignment* assignment_for(const Unlabelled& source, const std::vector<Assignment>& assignments);

// "sdb KK-A-0007", or only a label: then for the first of those that wait.
struct Answer {
  std::size_t source = 0;  // place among those that wait
  std::string label;       // "-": leave it alone
};
std::optional<Answer> understood(std::string_view line, const std::deque<Unlabelled>& waiting);

}  // namespace tools
