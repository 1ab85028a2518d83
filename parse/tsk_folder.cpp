// SPDX-License-Identifier: Apache-2.0
#include "parse/tsk_folder.h"

#include <algorithm>
#include <ctime>
#include <tuple>

#include <fmt/format.h>

namespace parse::tsk {
namespace {

bool is_invented(const TSK_FS_NAME& name) {
  return name.type == TSK_FS_NAME_TYPE_VIRT || name.type == TSK_FS_NAME_TYPE_VIRT_DIR;
}

// FAT and ISO 9660 keep the wall clock of the device; TSK turns it into an instant by this machine's zone,
// which is undone here.
bool keeps_local_time(TSK_FS_TYPE_ENUM type) {
  return TSK_FS_TYPE_ISFAT(type) || TSK_FS_TYPE_ISISO9660(type);
}

base::Time local_time(std::time_t seconds) {
  std::tm parts{};
  localtime_r(&seconds, &parts);
  base::Time time;
  time.raw = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                         parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  time.unit = "text";
  time.basis = "local, zone unknown";
  return time;
}

// TSK gives zero where the file system holds no time.
std::optional<base::Time> time_of(TSK_FS_TYPE_ENUM type, std::time_t seconds, std::uint32_t nanoseconds) {
  if (seconds == 0) return std::nullopt;
  if (keeps_local_time(type)) return local_time(seconds);
  std::int64_t microseconds = 0;
  if (__builtin_mul_overflow(std::int64_t{seconds}, std::int64_t{1'000'000}, &microseconds) ||
      __builtin_add_overflow(microseconds, std::int64_t{nanoseconds / 1000}, &microseconds))
    return std::nullopt;
  return base::time_from_unix_us(microseconds);
}

EntryKind kind_of(const TSK_FS_FILE& file) {
  if (file.meta) {
    if (TSK_FS_IS_DIR_META(file.meta->type)) return EntryKind::folder;
    return file.meta->type == TSK_FS_META_TYPE_REG ? EntryKind::file : EntryKind::other;
  }
  if (!file.name) return EntryKind::other;
  if (TSK_FS_IS_DIR_NAME(file.name->type)) return EntryKind::folder;
  return file.name->type == TSK_FS_NAME_TYPE_REG ? EntryKind::file : EntryKind::other;
}

}  // namespace

std::optional<Folder> Folder::open(TSK_FS_INFO* file_system, std::uint64_t inode, bool of_deleted) {
  Folder folder;
  folder.folder_.reset(tsk_fs_dir_open_meta(file_system, inode));
  if (!folder.folder_) return std::nullopt;
  const std::size_t count = tsk_fs_dir_getsize(folder.folder_.get());
  for (std::size_t index = 0; index < count; ++index)
    if (const TSK_FS_NAME* name = tsk_fs_dir_get_name(folder.folder_.get(), index))
      folder.add(*name, index, of_deleted);
  folder.sort_and_mark();
  return folder;
}

void Folder::add(const TSK_FS_NAME& name, std::size_t index, bool of_deleted) {
  if (!name.name || name.name[0] == '\0' || is_invented(name)) return;
  const std::string_view bytes(name.name);
  if (bytes == "." || bytes == "..") return;
  const bool deleted = of_deleted || (name.flags & TSK_FS_NAME_FLAG_UNALLOC);
  if (deleted && name.meta_addr == 0) return;
  children_.push_back({bytes, name.meta_addr, deleted, false, index});
}

void Folder::sort_and_mark() {
  const auto key = [](const Child& child) { return std::tie(child.name, child.deleted, child.inode); };
  std::stable_sort(children_.begin(), children_.end(),
                   [&](const Child& a, const Child& b) { return key(a) < key(b); });
  const auto same = [&](const Child& a, const Child& b) { return key(a) == key(b); };
  children_.erase(std::unique(children_.begin(), children_.end(), same), children_.end());
  for (std::size_t i = 1; i < children_.size(); ++i)
    children_[i].name_twice = !children_[i].deleted && children_[i].name == children_[i - 1].name;
}

File Folder::file(const Child& child) const {
  return File(tsk_fs_dir_get(folder_.get(), child.index));
}

const Child* Folder::find(std::string_view name, std::optional<std::uint64_t> inode) const {
  const auto before = [](const Child& child, std::string_view wanted) { return child.name < wanted; };
  auto at = std::lower_bound(children_.begin(), children_.end(), name, before);
  for (; at != children_.end() && at->name == name; ++at) {
    const bool wanted = inode ? at->needs_inode() && at->inode == *inode : !at->needs_inode();
    if (wanted) return &*at;
  }
  return nullptr;
}

bool is_its_own(const TSK_FS_FILE& file, const Child& child) {
  if (!child.deleted) return true;
  return file.meta && (file.meta->flags & TSK_FS_META_FLAG_UNALLOC);
}

bool is_folder(const TSK_FS_FILE& file) {
  return kind_of(file) == EntryKind::folder;
}

EntryFacts facts_of(const TSK_FS_FILE& file, base::Locator locator, bool deleted) {
  EntryFacts facts;
  facts.locator = std::move(locator);
  facts.kind = kind_of(file);
  facts.deleted = deleted;
  if (!file.meta) return facts;
  const TSK_FS_META& meta = *file.meta;
  const TSK_FS_TYPE_ENUM type = file.fs_info->ftype;
  facts.size = meta.size > 0 ? static_cast<std::uint64_t>(meta.size) : 0;
  facts.modified = time_of(type, meta.mtime, meta.mtime_nano);
  facts.changed = time_of(type, meta.ctime, meta.ctime_nano);
  facts.accessed = time_of(type, meta.atime, meta.atime_nano);
  facts.created = time_of(type, meta.crtime, meta.crtime_nano);
  return facts;
}

std::vector<Stream> streams_of(TSK_FS_FILE& file) {
  std::vector<Stream> streams;
  const TSK_FS_TYPE_ENUM type = file.fs_info->ftype;
  if (!file.meta || (!TSK_FS_TYPE_ISNTFS(type) && !TSK_FS_TYPE_ISHFS(type))) return streams;
  const int count = tsk_fs_file_attr_getsize(&file);
  for (int index = 0; index < count; ++index) {
    const TSK_FS_ATTR* attribute = tsk_fs_file_attr_get_idx(&file, index);
    if (!attribute || !attribute->name || attribute->name[0] == '\0') continue;
    const bool resource_fork = attribute->type == TSK_FS_ATTR_TYPE_HFS_RSRC && attribute->size > 0;
    if (attribute->type != TSK_FS_ATTR_TYPE_NTFS_DATA && !resource_fork) continue;
    const auto size = attribute->size > 0 ? static_cast<std::uint64_t>(attribute->size) : 0;
    streams.push_back({attribute->name, size, attribute->type, attribute->id});
  }
  std::sort(streams.begin(), streams.end(),
            [](const Stream& a, const Stream& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
  return streams;
}

}  // namespace parse::tsk
