// SPDX-License-Identifier: Apache-2.0
// The Sleuth Kit over a byte source: the image, its volumes, their file systems. TSK opens nothing by itself.
// Thread rule: TSK is not to be used by two threads on one image; whoever calls it holds `Image::mutex`.
// Known defects of TSK 4.11 are the reason why all of this runs in the sandboxed worker only.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <tsk/libtsk.h>

#include "base/bytes.h"
#include "base/handle.h"

namespace parse::tsk {

// TSK calls back with the TSK_IMG_INFO that it was given, so that must come first.
struct External {
  TSK_IMG_INFO info;
  base::ByteSource* source;
  std::exception_ptr failure;  // the last failed read: nothing may be thrown through TSK
};

class Image {
 public:
  Image(std::shared_ptr<base::ByteSource> source, std::uint32_t sector_bytes);
  TSK_IMG_INFO* info() { return &external_->info; }
  base::ByteSource& source() { return *source_; }
  // Throws the read error that made the last call fail, if that was the reason.
  void rethrow_failure();
  void forget_failure() { external_->failure = nullptr; }
  std::mutex mutex;

 private:
  std::shared_ptr<base::ByteSource> source_;
  std::unique_ptr<External> external_;
  std::unique_ptr<TSK_IMG_INFO, base::Free<tsk_img_close>> opened_;  // closed before its memory goes
};

using FileSystem = std::unique_ptr<TSK_FS_INFO, base::Free<tsk_fs_close>>;
using PoolImage = std::unique_ptr<TSK_IMG_INFO, base::Free<tsk_img_close>>;

// One file system. Volumes of an APFS container share a partition and are told apart by their first step.
struct Volume {
  unsigned partition = 0;  // 0: the image has no partitions
  std::string first_step;  // "$apfs1", or empty
  // Of an APFS container: both outlive the file system.
  std::shared_ptr<const TSK_POOL_INFO> pool;
  PoolImage pool_image;
  FileSystem file_system;
};

struct VolumeAnomaly {
  std::string code;
  unsigned partition;
  std::string detail;
};

struct Volumes {
  std::vector<Volume> volumes;  // in the order of their partitions
  std::vector<VolumeAnomaly> anomalies;
};

// Opens all that can be opened. Codes: partition_table_unreadable, partition_table_backup, volume_encrypted,
// file_system_unknown, file_system_ambiguous, no_file_system.
Volumes open_volumes(Image& image);

// "TSK error 0x08000008": never TSK's own words, which hold names from the evidence.
std::string last_error();

}  // namespace parse::tsk
