// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace base {
namespace {

constexpr auto kUntouched = phrase("Nothing was changed. Check the path and who may read it.");
constexpr auto kNotWritten = phrase(
    "What was acknowledged before stands; this file is not complete. Check space and health of the volume, "
    "then repeat.");

class FileSource final : public ByteSource {
 public:
  FileSource(Fd fd, std::string name, std::uint64_t size)
      : fd_(std::move(fd)), name_(std::move(name)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size() && offset + done < size_) {
      const std::size_t wanted = std::min<std::uint64_t>(into.size() - done, size_ - offset - done);
      const ssize_t count = pread(fd_.get(), into.data() + done, wanted, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw ReadError("cannot read " + name_, offset + done, wanted);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

 private:
  Fd fd_;
  std::string name_;
  std::uint64_t size_;
};

// Size of a regular file or block device.
std::uint64_t size_of(int fd, const std::string& name) {
  struct stat facts {};
  if (fstat(fd, &facts) != 0) throw io_error(say("cannot look at {}", name), errno, kUntouched);
  if (S_ISREG(facts.st_mode)) return static_cast<std::uint64_t>(facts.st_size);
  std::uint64_t bytes = 0;
  if (!S_ISBLK(facts.st_mode) || ioctl(fd, BLKGETSIZE64, &bytes) != 0) {
    throw Error(ErrorKind::usage, say("{} is neither a file nor a block device", name), kUntouched);
  }
  return bytes;
}

Fd open_or_throw(const std::filesystem::path& path, int flags, const Said& what_failed) {
  Fd fd(open(path.c_str(), flags | O_CLOEXEC));
  if (!fd) throw io_error(what_failed, errno, kUntouched);
  return fd;
}

void write_temporary(const std::filesystem::path& path, Bytes bytes, unsigned mode) {
  Fd fd = create_new(path, mode);
  write_all(fd.get(), bytes, path.string());
  sync_file(fd.get(), path.string());
}

std::filesystem::path temporary_for(const std::filesystem::path& path) {
  return path.parent_path() / ("." + path.filename().string() + ".part-" + std::to_string(getpid()));
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = other.release();
  }
  return *this;
}
Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}
int Fd::release() {
  return std::exchange(fd_, -1);
}

Fd open_for_reading(const std::filesystem::path& path) {
  return open_or_throw(path, O_RDONLY | O_NOFOLLOW, say("cannot open {}", path.string()));
}
Fd open_folder(const std::filesystem::path& path) {
  return open_or_throw(path, O_RDONLY | O_DIRECTORY, say("cannot open the folder {}", path.string()));
}

Fd create_new(const std::filesystem::path& path, unsigned mode) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd && errno == EEXIST) {
    throw Error(ErrorKind::conflict, say("{} exists already", path.string()),
                say("It was not touched. Choose another name, or move it away first."));
  }
  if (!fd) throw io_error(say("cannot create {}", path.string()), errno, kNotWritten);
  return fd;
}

void write_all(int fd, Bytes bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error(say("cannot write {}", name), errno, kNotWritten);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void sync_file(int fd, const std::string& name) {
  if (fdatasync(fd) != 0) throw io_error(say("cannot bring {} to the disk", name), errno, kNotWritten);
}

void sync_folder(const std::filesystem::path& folder) {
  const Fd fd = open_folder(folder.empty() ? "." : folder);  // a name alone lies in the present folder
  if (fsync(fd.get()) != 0)
    throw io_error(say("cannot bring the folder {} to the disk", folder.string()), errno, kNotWritten);
}

void write_durably(const std::filesystem::path& path, Bytes bytes, unsigned mode) {
  const std::filesystem::path temporary = temporary_for(path);
  unlink(temporary.c_str());  // left by a process of the same number that died; never somebody's file
  write_temporary(temporary, bytes, mode);
  // If the power fails here, the old file is there whole, and a stray .part file beside it.
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    throw io_error(say("cannot rename to {}", path.string()), errno, kNotWritten);
  }
  sync_folder(path.parent_path());
}

void write_new_durably(const std::filesystem::path& path, Bytes bytes, unsigned mode) {
  const std::filesystem::path temporary = temporary_for(path);
  unlink(temporary.c_str());
  write_temporary(temporary, bytes, mode);
  // link(2) refuses an existing name, which rename(2) would replace.
  const int linked = link(temporary.c_str(), path.c_str());
  const int error_number = errno;
  unlink(temporary.c_str());
  if (linked != 0) throw io_error(say("cannot create {}", path.string()), error_number, kNotWritten);
  sync_folder(path.parent_path());
}

std::shared_ptr<ByteSource> open_source(const std::filesystem::path& path) {
  return source_of(open_for_reading(path), path.string());
}

std::shared_ptr<ByteSource> source_of(Fd fd, const std::string& name) {
  const std::uint64_t size = size_of(fd.get(), name);
  return std::make_shared<FileSource>(std::move(fd), name, size);
}

Buffer read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const auto source = open_source(path);
  try {
    return read_all(*source, limit);
  } catch (const ReadError& error) {
    throw Error(ErrorKind::io, path.string() + ": " + error.what(), kUntouched);
  }
}

Buffer FileSet::read(std::string_view name, std::uint64_t limit) const {
  return read_all(*open(name), limit);
}

namespace {

class FolderFiles final : public FileSet {
 public:
  explicit FolderFiles(const std::filesystem::path& root) : root_(root) { walk(root_, ""); }
  std::vector<std::string> names() const override { return names_; }
  bool has(std::string_view name) const override {
    return std::binary_search(names_.begin(), names_.end(), name);
  }
  std::shared_ptr<ByteSource> open(std::string_view name) const override {
    if (!has(name)) throw Error(ErrorKind::not_found, say("{} is not there", name), kUntouched);
    return open_source(root_ / name);
  }
  std::vector<std::string> odd_entries() const override { return odd_; }

 private:
  void walk(const std::filesystem::path& folder, const std::string& prefix) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = prefix + entry.path().filename().string();
      const auto type = entry.symlink_status().type();
      if (type == std::filesystem::file_type::directory) {
        walk(entry.path(), name + "/");
      } else {
        (type == std::filesystem::file_type::regular ? names_ : odd_).push_back(name);
      }
    }
    std::sort(names_.begin(), names_.end());
    std::sort(odd_.begin(), odd_.end());
  }
  std::filesystem::path root_;
  std::vector<std::string> names_, odd_;
};

class MemoryFiles final : public FileSet {
 public:
  explicit MemoryFiles(std::map<std::string, Buffer, std::less<>> files) : files_(std::move(files)) {}
  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (const auto& [name, bytes] : files_) out.push_back(name);
    return out;
  }
  bool has(std::string_view name) const override { return files_.contains(name); }
  std::shared_ptr<ByteSource> open(std::string_view name) const override {
    const auto found = files_.find(name);
    if (found == files_.end()) throw Error(ErrorKind::not_found, say("{} is not there", name), kUntouched);
    return in_memory(found->second);
  }

 private:
  std::map<std::string, Buffer, std::less<>> files_;
};

}  // namespace

std::unique_ptr<FileSet> files_in_folder(const std::filesystem::path& folder) {
  open_folder(folder);  // says in our words why it cannot be read
  return std::make_unique<FolderFiles>(folder);
}

std::unique_ptr<FileSet> files_in_memory(std::map<std::string, Buffer, std::less<>> files) {
  return std::make_unique<MemoryFiles>(std::move(files));
}

}  // namespace base
