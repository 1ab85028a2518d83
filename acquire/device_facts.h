// SPDX-License-Identifier: Apache-2.0
// What Linux says of a block device: who uses it, ioctls (linux/fs.h), libblkid. Reads only, but for the
// read-only switch. Any thread.
#pragma once

#include <filesystem>
#include <string>

#include "acquire/source.h"

namespace acquire {

// Refuses (base::Error conflict) a device that is mounted, swapped on or held by another, or whose partitions
// are. Where the holder is an encrypted volume that is open now, the error says to image that one first.
void refuse_in_use(const std::string& path, const std::string& system_path);

// "/sys/dev/block/8:0", resolved. Empty where sysfs does not know the device.
std::string system_path_of(int fd);

std::optional<std::uint64_t> bytes_of_device(int fd);  // nothing where it does not answer

// Sizes and switches by ioctl; sets the device read-only. Throws base::Error(io) where there is no size.
void ask_device(int fd, const OpenOptions& options, SourceFacts& facts);
// The kind of partition table ("dos", "gpt") and its partitions, of a device or a file.
void ask_blkid(const std::filesystem::path& path, SourceFacts& facts);

// Changes when another medium is put in; 0 where the kernel does not say.
std::uint64_t disk_sequence_of(int fd);

}  // namespace acquire
