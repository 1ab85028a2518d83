// SPDX-License-Identifier: Apache-2.0
// What the assertions of a self-test share. For the selftest_*.cpp files only.
#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>

namespace acquire {

// What was seen is not what is asserted; the words say what was seen.
class NotAsAsserted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// The assertion cannot be tested here; the words say why.
class CannotRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
inline void require(bool holds, const std::string& otherwise) {
  if (!holds) throw NotAsAsserted(otherwise);
}

struct SelftestCheck {
  const char* code;
  const char* asserts;
  const char* cftt;
  bool uses_disk;
  // `folder` is empty and its own. Returns what was seen.
  std::string (*run)(const std::filesystem::path& folder);
};
std::span<const SelftestCheck> machine_checks();
std::span<const SelftestCheck> imaging_checks();  // from a source to an image
std::span<const SelftestCheck> trouble_checks();  // sources and destinations that fail
std::span<const SelftestCheck> image_checks();    // images at rest

}  // namespace acquire
