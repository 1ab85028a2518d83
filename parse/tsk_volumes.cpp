// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "parse/tsk_image.h"

namespace parse::tsk {
namespace {

using VolumeSystem = std::unique_ptr<TSK_VS_INFO, base::Free<tsk_vs_close>>;

struct Kind {
  TSK_FS_TYPE_ENUM type;
  const char* name;
};
constexpr std::array kKinds = {Kind{TSK_FS_TYPE_NTFS_DETECT, "NTFS"}, Kind{TSK_FS_TYPE_FAT_DETECT, "FAT"},
                               Kind{TSK_FS_TYPE_EXT_DETECT, "ext"}, Kind{TSK_FS_TYPE_HFS_DETECT, "HFS+"},
                               Kind{TSK_FS_TYPE_ISO9660_DETECT, "ISO 9660"}};

// Where partitions start on most disks: the old track boundary and the megabyte.
constexpr std::array<std::uint64_t, 2> kUsualSectors = {63, 2048};

struct Extent {
  unsigned partition = 0;
  std::uint64_t offset = 0;
};

bool has_at(base::ByteSource& source, std::uint64_t offset, std::string_view signature) {
  std::array<std::byte, 16> bytes{};
  const std::span into = std::span(bytes).first(signature.size());
  try {
    return source.read_at(offset, into) == into.size() && base::as_text(into) == signature;
  } catch (const base::ReadError&) {
    return false;  // the attempts to open a file system there will say so
  }
}

// LUKS: "LUKS On-Disk Format Specification", section 2.1. BitLocker: libyal/libbde, documentation of the
// format, volume header. FileVault 2 (CoreStorage): libyal/libfvde, volume header.
std::optional<std::string> encryption_at(base::ByteSource& source, std::uint64_t offset) {
  using namespace std::string_view_literals;
  if (has_at(source, offset, "LUKS\xba\xbe"sv)) return "LUKS";
  if (has_at(source, offset + 3, "-FVE-FS-"sv)) return "BitLocker";
  if (has_at(source, offset + 424, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01"sv))
    return "BitLocker To Go";
  if (has_at(source, offset + 88, "CS"sv) && has_at(source, offset + 8, "\x01\x00"sv)) return "CoreStorage";
  return std::nullopt;
}

class Opener {
 public:
  explicit Opener(Image& image) : image_(image) {}
  Volumes open();

 private:
  void report(std::string code, unsigned partition, std::string detail) {
    found_.anomalies.push_back({std::move(code), partition, std::move(detail)});
  }
  VolumeSystem open_volume_system();
  bool open_partitions(const TSK_VS_INFO& system);
  // True where there is something of which we know what it is.
  bool open_extent(Extent extent);
  bool open_file_systems(Extent extent);
  bool open_container(Extent extent);
  void open_container_volume(const std::shared_ptr<const TSK_POOL_INFO>& pool,
                             const TSK_POOL_VOLUME_INFO& volume, unsigned partition);
  void search_usual_places();

  Image& image_;
  Volumes found_;
};

VolumeSystem Opener::open_volume_system() {
  VolumeSystem system(tsk_vs_open(image_.info(), 0, TSK_VS_TYPE_DETECT));
  if (system) return system;
  // More than one kind of table fits: the newest kind is the one that a system of today would use.
  for (const TSK_VS_TYPE_ENUM type : {TSK_VS_TYPE_GPT, TSK_VS_TYPE_DOS, TSK_VS_TYPE_MAC}) {
    system.reset(tsk_vs_open(image_.info(), 0, type));
    if (system) break;
  }
  return system;
}

bool Opener::open_file_systems(Extent extent) {
  std::string names;
  for (const Kind& kind : kKinds) {
    FileSystem opened(tsk_fs_open_img(image_.info(), static_cast<TSK_OFF_T>(extent.offset), kind.type));
    if (!opened) continue;
    names += names.empty() ? kind.name : std::string(", ") + kind.name;
    if (names == kind.name)
      found_.volumes.push_back({extent.partition, "", nullptr, nullptr, std::move(opened)});
  }
  if (names.find(',') != names.npos)
    report("file_system_ambiguous", extent.partition, "could be " + names + "; read as the first");
  return !names.empty();
}

bool Opener::open_container(Extent extent) {
  if (!has_at(image_.source(), extent.offset + 32, "NXSB"))
    return false;  // Apple File System Reference, nx_superblock_t
  const std::shared_ptr<const TSK_POOL_INFO> pool(
      tsk_pool_open_img_sing(image_.info(), static_cast<TSK_OFF_T>(extent.offset), TSK_POOL_TYPE_APFS),
      [](const TSK_POOL_INFO* opened) {
        if (opened) tsk_pool_close(opened);
      });
  if (!pool) return false;
  for (const TSK_POOL_VOLUME_INFO* volume = pool->vol_list; volume; volume = volume->next)
    open_container_volume(pool, *volume, extent.partition);
  return true;
}

void Opener::open_container_volume(const std::shared_ptr<const TSK_POOL_INFO>& pool,
                                   const TSK_POOL_VOLUME_INFO& volume, unsigned partition) {
  const std::string step = "$apfs" + std::to_string(volume.index + 1);
  if (volume.flags & TSK_POOL_VOLUME_FLAG_ENCRYPTED) {
    report("volume_encrypted", partition, "APFS volume " + step);
    return;
  }
  PoolImage image(pool->get_img_info(pool.get(), volume.block));
  FileSystem opened(image ? tsk_fs_open_img(image.get(), 0, TSK_FS_TYPE_APFS) : nullptr);
  if (opened) {
    found_.volumes.push_back({partition, step, pool, std::move(image), std::move(opened)});
  } else {
    report("file_system_unknown", partition, "APFS volume " + step + ": " + last_error());
  }
}

bool Opener::open_extent(Extent extent) {
  if (const auto encryption = encryption_at(image_.source(), extent.offset)) {
    report("volume_encrypted", extent.partition, *encryption);
    return true;
  }
  return open_container(extent) || open_file_systems(extent);
}

// Where the allocated partitions begin and how long they say they are, by offset.
std::vector<std::pair<std::uint64_t, std::uint64_t>> allocated(const TSK_VS_INFO& system) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  for (const TSK_VS_PART_INFO* part = system.part_list; part; part = part->next) {
    if (!(part->flags & TSK_VS_PART_FLAG_ALLOC) || (part->flags & TSK_VS_PART_FLAG_META)) continue;
    parts.emplace_back(system.offset + part->start * system.block_size, part->len * system.block_size);
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

bool Opener::open_partitions(const TSK_VS_INFO& system) {
  const std::uint64_t end_of_image = image_.source().size();
  bool known = false;
  unsigned number = 0;
  std::uint64_t end_before = 0;
  for (const auto& [offset, size] : allocated(system)) {
    ++number;
    if (offset < end_before)
      report("partition_overlaps", number, fmt::format("it begins at byte {}", offset));
    if (offset > end_of_image || size > end_of_image - offset)
      report("partition_past_end", number, fmt::format("it says {} bytes from byte {}", size, offset));
    end_before = std::max(end_before, offset + std::min(size, UINT64_MAX - offset));
    if (open_extent({number, offset})) {
      known = true;
    } else {
      report("file_system_unknown", number, fmt::format("partition at byte {}", offset));
    }
  }
  return known;
}

void Opener::search_usual_places() {
  unsigned number = 0;
  for (const std::uint64_t sector : kUsualSectors) {
    const std::uint64_t offset = sector * image_.info()->sector_size;
    if (offset < image_.source().size() && open_extent({number + 1, offset}))
      report("partition_table_unreadable", ++number, fmt::format("a volume was found at byte {}", offset));
  }
  if (number == 0) report("no_file_system", 0, "neither a partition table nor a file system that is known");
}

Volumes Opener::open() {
  const VolumeSystem system = open_volume_system();
  if (system && system->is_backup)
    report("partition_table_backup", 0, "the table at the start is damaged; the one at the end was read");
  if (system && open_partitions(*system)) return std::move(found_);
  // The signature of a partition table also stands at the end of a boot sector, so a table whose partitions
  // hold nothing may be none.
  Volumes from_table = std::exchange(found_, {});
  if (open_extent({0, 0})) return std::move(found_);
  found_ = std::move(from_table);
  if (!system) search_usual_places();
  return std::move(found_);
}

}  // namespace

Volumes open_volumes(Image& image) {
  Volumes volumes = Opener(image).open();
  image.forget_failure();
  tsk_error_reset();
  return volumes;
}

}  // namespace parse::tsk
