// SPDX-License-Identifier: Apache-2.0
#include "acquire/destination.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "acquire/json_text.h"
#include "acquire/mounts.h"
#include "acquire/source.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

constexpr auto kNothingWritten =
    base::phrase("Nothing was written. Choose another folder, or make it writable.");
constexpr std::size_t kSampleBytes = 8 << 20, kFirstBytes = 1 << 20;
constexpr std::uint64_t kSpaceToMeasure = 64 << 20;
constexpr std::uint64_t kSlow = 40'000'000;  // bytes a second: 1 TB would take seven hours

struct statfs state_of(const fs::path& folder) {
  struct statfs state {};
  if (statfs(folder.c_str(), &state) != 0)
    throw base::io_error(base::say("cannot look at {}", folder.string()), errno, kNothingWritten);
  return state;
}

// The mount that the folder lies on; of several over each other the last.
std::optional<Mount> mount_of(const fs::path& folder) {
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0) return std::nullopt;
  const std::string number = number_of(facts.st_dev);
  std::optional<Mount> found;
  for (auto& mount : mounts()) {
    if (mount.number == number) found = std::move(mount);
  }
  return found;
}

// A file without a name, which nobody finds and no crash leaves behind. Where the file system has no such
// files (FAT, FUSE), one is made and its name removed at once.
base::Fd nameless_file(const fs::path& folder) {
  base::Fd fd(open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (fd) return fd;
  std::string name = (folder / ".holdfast-speed-XXXXXX").string();
  base::Fd named(mkostemp(name.data(), O_CLOEXEC));
  if (!named) throw base::io_error(base::say("cannot write to {}", folder.string()), errno, kNothingWritten);
  unlink(name.c_str());
  return named;
}

double seconds_to_write(int fd, base::Bytes bytes, const std::string& name) {
  const auto started = std::chrono::steady_clock::now();
  base::write_all(fd, bytes, name);
  base::sync_file(fd, name);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

// A first MiB tells whether the rest is worth waiting for; random, so that no compression flatters.
std::uint64_t measured_speed(const fs::path& folder) {
  const base::Fd fd = nameless_file(folder);
  const base::Buffer sample = base::random_bytes(kSampleBytes);
  const base::Bytes first = base::Bytes(sample).first(kFirstBytes),
                    rest = base::Bytes(sample).subspan(kFirstBytes);
  double seconds = seconds_to_write(fd.get(), first, folder.string());
  std::size_t bytes = first.size();
  if (seconds < 0.5) {
    seconds = seconds_to_write(fd.get(), rest, folder.string());
    bytes = rest.size();
  }
  return static_cast<std::uint64_t>(static_cast<double>(bytes) / std::max(seconds, 1e-6));
}

void warn(DestinationFacts& facts, std::uint64_t media_bytes) {
  const auto add = [&facts](const char* code, std::string words) {
    facts.warnings.push_back({code, std::move(words)});
  };
  if (facts.fuse) {
    add("fuse", "The destination is served by a program (" + facts.file_system +
                    "), which is several times slower than a file system of the kernel: ext4 or XFS would be "
                    "faster.");
  }
  if (facts.largest_file && *facts.largest_file < media_bytes) {
    add("largest_file", "The destination (" + facts.file_system + ") holds no file of more than " +
                            std::to_string(*facts.largest_file) +
                            " bytes: a raw image must be split, and segments must be smaller.");
  }
  if (facts.free_bytes < media_bytes) {
    add("space", "The destination has " + std::to_string(facts.free_bytes) +
                     " bytes free and the source has " + std::to_string(media_bytes) +
                     ": the image fits only if it compresses.");
  }
  if (facts.bytes_a_second && *facts.bytes_a_second < kSlow) {
    add("slow", "The destination writes " + std::to_string(*facts.bytes_a_second / 1'000'000) +
                    " MB a second: it, not the source, may decide how long this takes.");
  }
}

}  // namespace

// FAT counts in 32 bits; ext4 has 2^32 blocks in a file (Documentation/filesystems/ext4: 16 TiB with blocks
// of 4 KiB); ext2 and ext3, with the same magic number, hold less and are rare.
std::optional<std::uint64_t> largest_file_on(std::uint64_t magic, std::uint64_t block_bytes) {
  if (magic == MSDOS_SUPER_MAGIC) return (std::uint64_t{1} << 32) - 1;
  if (magic == EXT4_SUPER_MAGIC) return block_bytes << 32;
  return std::nullopt;
}

DestinationFacts look_at_destination(const fs::path& folder, std::uint64_t media_bytes) {
  const struct statfs state = state_of(folder);
  const auto mount = mount_of(folder);
  DestinationFacts facts;
  facts.file_system = mount ? mount->type : "unknown";
  facts.fuse = state.f_type == FUSE_SUPER_MAGIC;
  facts.free_bytes = static_cast<std::uint64_t>(state.f_bavail) * static_cast<std::uint64_t>(state.f_bsize);
  facts.largest_file =
      largest_file_on(static_cast<std::uint64_t>(state.f_type), static_cast<std::uint64_t>(state.f_bsize));
  if (facts.free_bytes >= kSpaceToMeasure) facts.bytes_a_second = measured_speed(folder);
  warn(facts, media_bytes);
  return facts;
}

void refuse_destination_on_source(const fs::path& folder, const Source& source) {
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0)
    throw base::io_error(base::say("cannot look at {}", folder.string()), errno, kNothingWritten);
  const auto mount = mount_of(folder);
  // Some file systems (btrfs) have a number of their own, so what they were mounted from counts as well.
  const std::string numbers[] = {number_of(facts.st_dev), mount ? number_of_path(mount->source) : ""};
  for (const auto& number : source.facts().numbers) {
    if (std::find(std::begin(numbers), std::end(numbers), number) == std::end(numbers)) continue;
    throw base::Error(base::ErrorKind::conflict,
                      base::say("{} lies on the source itself, {}", folder.string(), source.facts().path),
                      base::say("Nothing was written there. Choose a destination on another disk."));
  }
}

base::Json DestinationFacts::to_json() const {
  base::Json json = base::Json::object({{"file_system", text(file_system)}, {"fuse", fuse}});
  json.set("free_bytes", number(free_bytes));
  if (largest_file) json.set("largest_file", number(*largest_file));
  if (bytes_a_second) json.set("bytes_a_second", number(*bytes_a_second));
  base::Json list = base::Json::array();
  for (const auto& warning : warnings)
    list.push(base::Json::object({{"code", warning.code}, {"words", text(warning.words)}}));
  if (!warnings.empty()) json.set("warnings", list);
  return json;
}

}  // namespace acquire
