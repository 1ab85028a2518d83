// SPDX-License-Identifier: Apache-2.0
// Files of our own: owned descriptors, durable creation, and read-only access that follows no link.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace base {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  int get() const { return fd_; }
  int release();
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// All of these throw Error(io or not_found) with the object's name.
Fd open_for_reading(const std::filesystem::path& path);  // O_NOFOLLOW on the last step
Fd open_folder(const std::filesystem::path& path);
Fd create_new(const std::filesystem::path& path,
              unsigned mode = 0644);  // O_EXCL; Error(conflict) where it exists
void write_all(int fd, Bytes bytes, const std::string& name);
void sync_file(int fd, const std::string& name);  // a failure here means: acknowledge nothing
void sync_folder(const std::filesystem::path& folder);

// Replaces or makes the file so that after a power cut either the old or the new content is there:
// temporary file, fsync, rename, fsync of the folder.
void write_durably(const std::filesystem::path& path, Bytes bytes, unsigned mode = 0644);
// The same, but refuses (Error conflict) where the file exists.
void write_new_durably(const std::filesystem::path& path, Bytes bytes, unsigned mode = 0644);

// A regular file or block device as a source. The descriptor is kept open.
std::shared_ptr<ByteSource> open_source(const std::filesystem::path& path);
std::shared_ptr<ByteSource> source_of(Fd fd, const std::string& name);
Buffer read_file(const std::filesystem::path& path, std::uint64_t limit = 64 << 20);

// A set of files by relative name ('/' between steps), as the verifier sees them: from a folder or from
// memory.
class FileSet {
 public:
  virtual ~FileSet() = default;
  virtual std::vector<std::string> names() const = 0;  // sorted by bytes
  virtual bool has(std::string_view name) const = 0;
  virtual std::shared_ptr<ByteSource> open(std::string_view name) const = 0;  // Error(not_found)
  Buffer read(std::string_view name, std::uint64_t limit = 64 << 20) const;
  // Names of entries that are neither regular files nor folders: links, devices, sockets.
  virtual std::vector<std::string> odd_entries() const { return {}; }
};
std::unique_ptr<FileSet> files_in_folder(const std::filesystem::path& folder);
std::unique_ptr<FileSet> files_in_memory(std::map<std::string, Buffer, std::less<>> files);

}  // namespace base
