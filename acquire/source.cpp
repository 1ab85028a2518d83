// SPDX-License-Identifier: Apache-2.0
// Devices and files.
#include "acquire/source.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/command_channel.h"
#include "acquire/device_facts.h"
#include "acquire/nbd_source.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace acquire {
namespace {

constexpr auto kUntouched =
    base::phrase("Nothing was changed. Check the path, the cable and who may read it.");

// The medium answered that it cannot read: ENODATA and EILSEQ are what newer kernels say for a medium error.
bool is_medium_error(int error_number) {
  return error_number == EIO || error_number == EILSEQ || error_number == EREMOTEIO ||
         error_number == ENODATA || error_number == EBADMSG;
}

// Nobody answered: the device is away, or so slow that the kernel gave up. Not a statement about the medium.
bool is_gone(int error_number) {
  return error_number == ENXIO || error_number == ENODEV || error_number == ENOMEDIUM ||
         error_number == ENOLINK || error_number == ETIMEDOUT || error_number == ESHUTDOWN ||
         error_number == ENOTCONN;
}

base::Fd open_read_only(const std::filesystem::path& path) {
  base::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw base::io_error(base::say("cannot open {}", path.string()), errno, kUntouched);
  return fd;
}

// Some devices and layers refuse O_DIRECT only when it comes to reading, so one block is read. What the
// medium says of that block does not matter here.
bool read_directly(int fd) {
  if (fcntl(fd, F_SETFL, O_DIRECT) != 0) return false;
  alignas(4096) std::array<std::byte, 4096> block;
  if (pread(fd, block.data(), block.size(), 0) >= 0 || errno != EINVAL) return true;
  fcntl(fd, F_SETFL, 0);
  return false;
}

class DeviceSource final : public Source {
 public:
  DeviceSource(const std::filesystem::path& path, const OpenOptions& options);
  const SourceFacts& facts() const override { return facts_; }
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override;
  std::optional<WriteCounters> write_counters() const override;

 private:
  void open_device(const OpenOptions& options);
  bool still_there() const;
  base::Fd fd_;
  SourceFacts facts_;
  std::string system_path_;          // of the device below /sys; empty for a file
  std::uint64_t disk_sequence_ = 0;  // changes when another medium is put in
};

DeviceSource::DeviceSource(const std::filesystem::path& path, const OpenOptions& options)
    : fd_(open_read_only(path)) {
  facts_.path = std::filesystem::absolute(path).string();
  struct stat status {};
  if (fstat(fd_.get(), &status) != 0)
    throw base::io_error(base::say("cannot look at {}", facts_.path), errno, kUntouched);
  if (S_ISREG(status.st_mode)) {
    facts_.bytes = static_cast<std::uint64_t>(status.st_size);
    posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  } else if (S_ISBLK(status.st_mode)) {
    open_device(options);
  } else {
    throw base::Error(base::ErrorKind::usage,
                      base::say("{} is neither a block device nor a file", facts_.path), kUntouched);
  }
  ask_blkid(path, facts_);
  look_at_content(*this, facts_);
  facts_.advice = advice_on(facts_);
}

void DeviceSource::open_device(const OpenOptions& options) {
  const int fd = fd_.get();
  system_path_ = system_path_of(fd);
  refuse_in_use(facts_.path, system_path_);
  static_cast<SystemFacts&>(facts_) = system_facts(system_path_);
  facts_.block_device = true;
  facts_.writes_before = write_counters();
  ask_device(fd, options, facts_);
  if (options.ask_drive) facts_.drive = ask_drive(*channel_of(fd));
  disk_sequence_ = disk_sequence_of(fd);
  facts_.direct_io = read_directly(fd);
}

std::optional<WriteCounters> DeviceSource::write_counters() const {
  return acquire::write_counters(system_path_);
}

bool DeviceSource::still_there() const {
  if (!facts_.block_device) return true;
  std::error_code ignored;  // what cannot be seen is not there
  return bytes_of_device(fd_.get()) == facts_.bytes && disk_sequence_of(fd_.get()) == disk_sequence_ &&
         (system_path_.empty() || std::filesystem::exists(system_path_, ignored));
}

Source::Read DeviceSource::read_at(std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t count = pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (count > 0) {
      offset += static_cast<std::uint64_t>(count);
      into = into.subspan(static_cast<std::size_t>(count));
      continue;
    }
    const int error_number = errno;
    if (count == 0 || is_gone(error_number)) return Read::gone;
    if (error_number == EINTR) continue;
    if (!is_medium_error(error_number))
      throw base::io_error(base::say("cannot read {}", facts_.path), error_number, kUntouched);
    return still_there() ? Read::medium_error : Read::gone;
  }
  return Read::ok;
}

}  // namespace

void look_at_content(Source& source, SourceFacts& facts) {
  std::string trouble;  // of the start of the whole: reading it will tell the same
  const Extent extent = facts.partitions.empty() ? Extent::one_volume : Extent::has_partitions;
  facts.container = find_container(source, 0, facts.bytes, extent, trouble);
  for (auto& partition : facts.partitions) {
    partition.container =
        find_container(source, partition.offset, partition.bytes, Extent::one_volume, partition.trouble);
  }
}

std::unique_ptr<Source> open_source(const std::string& name, const OpenOptions& options) {
  if (is_nbd_uri(name)) return open_nbd(name);
  return std::make_unique<DeviceSource>(name, options);
}

}  // namespace acquire
