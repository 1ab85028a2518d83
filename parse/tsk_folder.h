// SPDX-License-Identifier: Apache-2.0
// Folders and files of one file system, as The Sleuth Kit reads them.
// Thread rule: as parse/tsk_image.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/evidence_tree.h"
#include "parse/tsk_image.h"

namespace parse::tsk {

using File = std::unique_ptr<TSK_FS_FILE, base::Free<tsk_fs_file_close>>;

// A name in a folder.
struct Child {
  std::string_view name;  // lives as long as the folder
  std::uint64_t inode = 0;
  bool deleted = false;
  bool name_twice = false;  // another entry that stands before it has the same name
  std::size_t index = 0;    // TSK's

  // A deleted entry, and the second of two of the same name, can only be told by its inode.
  bool needs_inode() const { return deleted || name_twice; }
};

// The entries of one folder, sorted by name bytes (living before deleted, then by inode), without ".", ".."
// and what TSK invents. Deleted entries are there where name and metadata survive and the metadata was not
// used again.
class Folder {
 public:
  // Nothing where it cannot be read. `of_deleted`: the folder itself is deleted, and so all in it.
  static std::optional<Folder> open(TSK_FS_INFO* file_system, std::uint64_t inode, bool of_deleted);
  const std::vector<Child>& children() const { return children_; }
  // With its metadata, where there is any.
  File file(const Child& child) const;
  const Child* find(std::string_view name, std::optional<std::uint64_t> inode) const;

 private:
  Folder() = default;
  void add(const TSK_FS_NAME& name, std::size_t index, bool of_deleted);
  void sort_and_mark();
  std::unique_ptr<TSK_FS_DIR, base::Free<tsk_fs_dir_close>> folder_;
  std::vector<Child> children_;
};

// False for a deleted name whose metadata belongs to another file now.
bool is_its_own(const TSK_FS_FILE& file, const Child& child);
bool is_folder(const TSK_FS_FILE& file);
EntryFacts facts_of(const TSK_FS_FILE& file, base::Locator locator, bool deleted);

// NTFS data streams beside the main one, and HFS+ resource forks.
struct Stream {
  std::string name;
  std::uint64_t size;
  TSK_FS_ATTR_TYPE_ENUM type;
  std::uint16_t id;
};
std::vector<Stream> streams_of(TSK_FS_FILE& file);

}  // namespace parse::tsk
