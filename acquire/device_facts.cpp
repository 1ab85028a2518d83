// SPDX-License-Identifier: Apache-2.0
#include "acquire/device_facts.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <blkid/blkid.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "acquire/mounts.h"
#include "base/error.h"
#include "base/handle.h"
#include "base/words.h"

namespace acquire {

std::string system_path_of(int fd) {
  struct stat facts {};
  if (fstat(fd, &facts) != 0 || !S_ISBLK(facts.st_mode)) return {};
  std::error_code trouble;
  const auto path = std::filesystem::canonical("/sys/dev/block/" + number_of(facts.st_rdev), trouble);
  return trouble ? std::string() : path.string();
}

std::optional<std::uint64_t> bytes_of_device(int fd) {
  std::uint64_t bytes = 0;
  return ioctl(fd, BLKGETSIZE64, &bytes) == 0 ? std::optional(bytes) : std::nullopt;
}

void ask_device(int fd, const OpenOptions& options, SourceFacts& facts) {
  const auto bytes = bytes_of_device(fd);
  if (!bytes)
    throw base::io_error(
        base::say("cannot learn the size of {}", facts.path), errno,
        base::say("Nothing was changed. Check the cable and that the device is whole, then repeat."));
  facts.bytes = *bytes;
  int logical = 0, read_only = 0;
  unsigned physical = 0;
  if (ioctl(fd, BLKSSZGET, &logical) == 0 && logical > 0)
    facts.logical_sector = static_cast<std::uint32_t>(logical);
  facts.physical_sector = facts.logical_sector;
  if (ioctl(fd, BLKPBSZGET, &physical) == 0 && physical > 0) facts.physical_sector = physical;
  if (ioctl(fd, BLKROGET, &read_only) == 0) facts.read_only_before = read_only != 0;
  if (!options.write_block) return;
  const int on = 1;
  facts.read_only_set =
      ioctl(fd, BLKROSET, &on) == 0 && ioctl(fd, BLKROGET, &read_only) == 0 && read_only != 0;
}

namespace {

constexpr int kMostPartitions = 128;  // a hostile table can state more than a report can hold

std::string text_or_nothing(const char* text) {
  return text ? text : "";
}

std::string type_of(blkid_partition partition) {
  if (const char* guid = blkid_partition_get_type_string(partition)) return guid;
  return fmt::format("0x{:x}", static_cast<unsigned>(blkid_partition_get_type(partition)));
}

void list_partitions(blkid_probe probe, SourceFacts& facts) {
  blkid_partlist list = blkid_probe_get_partitions(probe);
  const int count = list ? blkid_partlist_numof_partitions(list) : 0;
  for (int i = 0; i < count && i < kMostPartitions; ++i) {
    blkid_partition found = blkid_partlist_get_partition(list, i);
    if (!found) continue;
    Partition partition;
    partition.number = static_cast<std::uint32_t>(blkid_partition_get_partno(found));
    // libblkid counts sectors of 512 bytes, whatever those of the disk.
    partition.offset = static_cast<std::uint64_t>(blkid_partition_get_start(found)) * 512;
    partition.bytes = static_cast<std::uint64_t>(blkid_partition_get_size(found)) * 512;
    partition.type = type_of(found);
    partition.name = text_or_nothing(blkid_partition_get_name(found));
    facts.partitions.push_back(std::move(partition));
  }
  if (count > kMostPartitions)
    facts.partitions_left_out = static_cast<std::uint32_t>(count - kMostPartitions);
}

}  // namespace

void ask_blkid(const std::filesystem::path& path, SourceFacts& facts) {
  const std::unique_ptr<std::remove_pointer_t<blkid_probe>, base::Free<blkid_free_probe>> probe(
      blkid_new_probe_from_filename(path.c_str()));
  if (!probe) return;
  blkid_probe_enable_superblocks(probe.get(), 0);
  blkid_probe_enable_partitions(probe.get(), 1);
  const char* type = nullptr;
  if (blkid_do_safeprobe(probe.get()) != 0 ||
      blkid_probe_lookup_value(probe.get(), "PTTYPE", &type, nullptr) != 0) {
    return;
  }
  facts.partition_table = type;
  list_partitions(probe.get(), facts);
}

std::uint64_t disk_sequence_of(int fd) {
  std::uint64_t sequence = 0;
#ifdef BLKGETDISKSEQ
  if (ioctl(fd, BLKGETDISKSEQ, &sequence) != 0) return 0;
#endif
  return sequence;
}

}  // namespace acquire
