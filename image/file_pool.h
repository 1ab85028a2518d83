// SPDX-License-Identifier: Apache-2.0
// The files of one image, read-only, with few descriptors open at a time: an image may have 15 000 segments.
// Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"

namespace image {

class FilePool {
 public:
  explicit FilePool(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Opens the file once to learn its size; returns its number. Throws base::Error.
  std::size_t add(const std::string& name);
  std::size_t count() const { return files_.size(); }
  std::uint64_t size(std::size_t file) const { return files_[file].size; }
  const std::string& name(std::size_t file) const { return files_[file].name; }
  // Fills `into`; throws base::ReadError (offset and length in the file) where the file ends or fails.
  void read(std::size_t file, std::uint64_t offset, std::span<std::byte> into);

 private:
  static constexpr std::size_t kMostOpen = 48;
  struct File {
    std::string name;
    std::uint64_t size = 0;
    std::shared_ptr<base::Fd> descriptor;
  };
  std::shared_ptr<base::Fd> descriptor_of(std::size_t file);

  std::filesystem::path folder_;
  std::vector<File> files_;
  std::mutex mutex_;
  std::list<std::size_t> open_;  // most recently used first
};

}  // namespace image
