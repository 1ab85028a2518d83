// SPDX-License-Identifier: Apache-2.0
#include "base/locked_files.h"

#include <cerrno>

#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"

namespace base {
namespace {

// SQLite's lock bytes (sqlite.org, "File Locking And Concurrency", and os.h: PENDING_BYTE 0x40000000).
constexpr off_t kPendingByte = 0x40000000;
constexpr off_t kReservedByte = kPendingByte + 1;
constexpr off_t kSharedFirst = kPendingByte + 2;
constexpr off_t kSharedSize = 510;

struct flock range_of(short type, off_t start, off_t length) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;
  return range;
}

class LockedFiles final : public EvidenceFiles {
 public:
  explicit LockedFiles(const std::filesystem::path& path) : path_(path), fd_(open_for_reading(path)) {}

  std::shared_ptr<ByteSource> find(std::string_view suffix) override {
    if (suffix.empty()) return source_of(Fd(fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0)), path_.string());
    if (suffix != "-journal") return nullptr;  // ours never have a WAL
    try {
      return open_source(path_.string() + "-journal");
    } catch (const Error& error) {
      if (error.kind == ErrorKind::not_found) return nullptr;
      throw;
    }
  }

  // Pending first, as SQLite does: a writer that waits for the readers to go keeps new ones out.
  bool lock() override {
    if (!set(F_RDLCK, kPendingByte, 1)) return false;
    const bool shared = set(F_RDLCK, kSharedFirst, kSharedSize);
    set(F_UNLCK, kPendingByte, 1);
    return shared;
  }
  void unlock() override { set(F_UNLCK, kSharedFirst, kSharedSize); }
  bool somebody_writes() override {
    struct flock range = range_of(F_RDLCK, kReservedByte, 1);
    return fcntl(fd_.get(), F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
  }
  bool may_change() const override { return true; }

 private:
  // Where a file system has no locks at all (some network and read-only media) nobody can write with care
  // either; reading goes on.
  bool set(short type, off_t start, off_t length) {
    struct flock range = range_of(type, start, length);
    return fcntl(fd_.get(), F_OFD_SETLK, &range) == 0 || (errno != EAGAIN && errno != EACCES);
  }

  std::filesystem::path path_;
  Fd fd_;
};

}  // namespace

std::unique_ptr<EvidenceFiles> locked_files(const std::filesystem::path& database) {
  return std::make_unique<LockedFiles>(database);
}

}  // namespace base
