// SPDX-License-Identifier: Apache-2.0
// Paths of evidence as steps. A step is one name as found, whatever bytes it holds; a path exists only as a
// locator, never as a path of this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/provenance.h"

namespace parse {

// One name in a locator: a '/' within the name becomes %2F, so that steps can always be told apart, and the
// names "." and ".." become %2E and %2E%2E, so that nobody takes them for a way up.
std::string encode_step(std::string_view name_bytes);

struct Step {
  std::string name;                    // bytes
  std::optional<std::uint64_t> inode;  // of "name#inode": a deleted entry, or one of two of the same name
};

struct PathSteps {
  unsigned partition = 0;
  std::vector<Step> steps;  // none: the root
  std::string stream;       // of "path:stream"
};

// Nothing where the locator is not of this form, or leads into a container ('!').
std::optional<PathSteps> steps_of(const base::Locator& locator);

// "p2:" or "", the start of every locator of a partition.
std::string partition_prefix(unsigned partition);

}  // namespace parse
