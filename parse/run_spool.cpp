// SPDX-License-Identifier: Apache-2.0
#include "parse/run_spool.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"

namespace parse {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr auto kName = base::phrase("the temporary file of a run");
constexpr auto kAdvice =
    base::phrase("The evidence was only read. Make room on the disk and run the same command again.");

// O_TMPFILE where the file system has it; else a name that is removed at once.
base::Fd make_file(const std::filesystem::path& folder) {
  base::Fd fd(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd) return fd;
  std::string path = (folder / ".spool-XXXXXX").string();
  fd = base::Fd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd)
    throw base::io_error(base::say("cannot make a temporary file in {}", folder.string()), errno, kAdvice);
  unlink(path.c_str());
  return fd;
}

}  // namespace

Spool::Spool(const std::filesystem::path& folder) : fd_(make_file(folder)) {}

void Spool::append(base::Bytes line) {
  const auto size = static_cast<std::uint32_t>(line.size());
  for (unsigned shift = 0; shift < 32; shift += 8)
    pending_.push_back(static_cast<std::byte>(size >> shift & 0xffu));
  pending_.insert(pending_.end(), line.begin(), line.end());
  if (pending_.size() >= kBlock) flush();
}

void Spool::flush() {
  base::write_all(fd_.get(), pending_, kName);
  flushed_ += pending_.size();
  pending_.clear();
}

void Spool::rewind(std::uint64_t position) {
  flush();
  if (ftruncate(fd_.get(), static_cast<off_t>(position)) != 0 ||
      lseek(fd_.get(), static_cast<off_t>(position), SEEK_SET) < 0)
    throw base::io_error(base::say("cannot cut {}", kName), errno, kAdvice);
  flushed_ = position;
}

Spool::Reader::Reader(const Spool& spool, std::uint64_t begin, std::uint64_t end)
    : fd_(spool.fd_.get()), at_(begin), end_(end) {}

base::Bytes Spool::Reader::take(std::size_t size) {
  if (block_.size() - used_ < size) {
    block_.erase(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
    const std::size_t held = block_.size();
    block_.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(held + std::max(size, kBlock), held + (end_ - at_))));
    for (std::size_t done = held; done < block_.size();) {
      const ssize_t count = pread(fd_, block_.data() + done, block_.size() - done, static_cast<off_t>(at_));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0)
        throw base::io_error(base::say("cannot read {}", kName), count < 0 ? errno : EIO, kAdvice);
      done += static_cast<std::size_t>(count);
      at_ += static_cast<std::uint64_t>(count);
    }
  }
  const base::Bytes bytes = base::ByteReader(base::Bytes(block_).subspan(used_)).take(size);
  used_ += size;
  return bytes;
}

bool Spool::Reader::next(base::Bytes& line) {
  if (at_ == end_ && used_ == block_.size()) return false;
  constexpr std::size_t kLength = 4;
  const std::uint32_t size = base::ByteReader(take(kLength)).u32le();
  line = take(size);
  return true;
}

}  // namespace parse
