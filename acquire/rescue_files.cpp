// SPDX-License-Identifier: Apache-2.0
#include "acquire/rescue_files.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"
#include "image/checksum.h"

namespace acquire {
namespace {

constexpr std::uint64_t kLongestMap = std::uint64_t{1} << 30;
constexpr std::size_t kLeastHole = 64 << 10;  // shorter runs of zeros are written
constexpr auto kStands = base::phrase(
    "What the map on disk calls finished is safe in the raw file. Check space and health of the volume, then "
    "start the rescue again: it goes on from there.");
constexpr auto kUntouched =
    base::phrase("Nothing was changed. Name the files of this rescue, or names that are free.");

[[noreturn]] void refuse(base::ErrorKind kind, const base::Said& what) {
  throw base::Error(kind, what, kUntouched);
}

}  // namespace

RescueMap read_rescue_map(const std::filesystem::path& map_file) {
  const auto bytes = base::read_file(map_file, kLongestMap);
  return RescueMap::parse(base::as_text(bytes), map_file.string());
}

RescueFiles::RescueFiles(const std::filesystem::path& raw_file, const std::filesystem::path& map_file,
                         std::uint64_t media_bytes)
    : raw_file_(std::filesystem::absolute(raw_file)),
      map_file_(std::filesystem::absolute(map_file)),
      media_bytes_(media_bytes) {
  if (!std::filesystem::exists(map_file_)) {
    if (std::filesystem::exists(std::filesystem::symlink_status(raw_file_)))
      refuse(base::ErrorKind::conflict,
             base::say("{} exists, but not its map {}", raw_file_.string(), map_file_.string()));
    // The map comes first: a map that promises nothing needs no raw file, but a raw file without a map would
    // be somebody else's. If the power fails here, the next run starts from this map.
    base::write_new_durably(map_file_, base::as_bytes(RescueMap(media_bytes_).text()));
  }
  open_raw();
}

void RescueFiles::open_raw() {
  raw_ = base::Fd(open(raw_file_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!raw_ && errno != ENOENT)
    throw base::io_error(base::say("cannot open {}", raw_file_.string()), errno, kUntouched);
  if (raw_) lock();
  map_ = read_rescue_map(map_file_);
  if (map_.size() != media_bytes_) {
    refuse(base::ErrorKind::conflict, base::say("{} is the map of {} bytes, and the source has {}",
                                                map_file_.string(), map_.size(), media_bytes_));
  }
  if (!raw_ && map_.end_of_finished() != 0)
    refuse(base::ErrorKind::not_found,
           base::say("{} is missing, and its map says it holds bytes", raw_file_.string()));
  if (!raw_) {
    raw_ = base::Fd(open(raw_file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!raw_) throw base::io_error(base::say("cannot create {}", raw_file_.string()), errno, kStands);
    lock();
  }
  struct stat status {};
  if (fstat(raw_.get(), &status) != 0)
    throw base::io_error(base::say("cannot look at {}", raw_file_.string()), errno, kUntouched);
  if (!S_ISREG(status.st_mode))
    refuse(base::ErrorKind::usage, base::say("{} is no file", raw_file_.string()));
  check_raw(static_cast<std::uint64_t>(status.st_size));
  if (ftruncate(raw_.get(), static_cast<off_t>(media_bytes_)) != 0)
    throw base::io_error(base::say("cannot make {} as long as the source", raw_file_.string()), errno,
                         kStands);
  base::sync_file(raw_.get(), raw_file_.string());
  base::sync_folder(raw_file_.parent_path());
}

// A file system that knows no locks gives none; then it is up to the caller to start one rescue only.
void RescueFiles::lock() {
  if (flock(raw_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  refuse(base::ErrorKind::conflict, base::say("another rescue writes to {}", raw_file_.string()));
}

void RescueFiles::check_raw(std::uint64_t raw_bytes) const {
  if (raw_bytes > media_bytes_)
    refuse(base::ErrorKind::conflict, base::say("{} is longer than the source", raw_file_.string()));
  if (raw_bytes < map_.end_of_finished())
    refuse(base::ErrorKind::format, base::say("{} is shorter than its map says", raw_file_.string()));
}

// Zeros without room on the disk. A file system that cannot do it gets them written.
bool RescueFiles::punch(std::uint64_t offset, std::uint64_t size) {
  return fallocate(raw_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                   static_cast<off_t>(size)) == 0;
}

void RescueFiles::write(std::uint64_t offset, base::Bytes bytes) {
  if (bytes.size() >= kLeastHole && image::all_zero(bytes) && punch(offset, bytes.size())) return;
  while (!bytes.empty()) {
    const ssize_t count = pwrite(raw_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw base::io_error(base::say("cannot write {}", raw_file_.string()), errno, kStands);
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void RescueFiles::save(const RescueMap& map) {
  base::sync_file(raw_.get(), raw_file_.string());
  // If the power fails here, the raw file holds more than the map on disk says; that part is read again.
  base::write_durably(map_file_, base::as_bytes(map.text()));
}

}  // namespace acquire
