// SPDX-License-Identifier: Apache-2.0
// What the kernel (sysfs) and udev know of a block device, without asking it anything. Parsers take folders,
// so that tests bring their own. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"

namespace acquire {

// What sits between the cable and the drive. Its identity is not the drive's: many say the same serial
// number.
struct UsbBridge {
  std::string vendor_id, product_id;  // four hexadecimal digits each
  std::optional<std::string> manufacturer, product, serial;
  std::optional<std::string> megabits_per_second;
  std::optional<std::string> driver;  // "uas" or "usb-storage"
};

// Counters of /sys/block/X/stat since the system started (Documentation/block/stat.rst): equal before and
// after, nothing was written, not even by the kernel itself.
struct WriteCounters {
  std::uint64_t writes = 0, sectors = 0;  // of 512 bytes
  std::uint64_t discards = 0;
  bool operator==(const WriteCounters&) const = default;
  base::Json to_json() const;
};

// A device of the device mapper: "CRYPT-LUKS2-…" is the open view of an encrypted volume.
struct Mapping {
  std::string name, uuid;
};

struct SystemFacts {
  std::optional<std::string> vendor, model, serial,
      firmware;                                       // of the drive, or what the bridge says instead
  std::optional<std::string> world_wide_id, card_id;  // card_id: the CID register of an SD or MMC card
  std::optional<std::string> bus, zoned;
  std::optional<bool> removable, rotating;
  std::optional<std::uint64_t> disk_sequence, disk_bytes;  // of the whole disk
  bool partition = false;                                  // a part of a disk, not a whole one
  std::string port;  // where it is plugged in, the same after it was unplugged and plugged in again
  std::optional<UsbBridge> usb;
  std::optional<Mapping> mapping;
  std::map<std::string, std::string> udev;  // ID_SERIAL_SHORT, ID_WWN, ID_BUS, ID_PATH, as far as known
  std::vector<std::string> numbers;         // "8:0" of the device and of its partitions; not told to others
  void add_to(base::Json& source) const;    // docs/acquisition.md
};

inline constexpr char kUdevData[] = "/run/udev/data";

// `system_path`: "/sys/devices/…/block/sda" or a partition below it. All absent where it is empty.
SystemFacts system_facts(const std::filesystem::path& system_path,
                         const std::filesystem::path& udev_data = kUdevData);
// The folder of the disk itself, also for one of its partitions; and the folders of its partitions.
std::filesystem::path disk_of(const std::filesystem::path& system_path);
std::vector<std::filesystem::path> partitions_of(const std::filesystem::path& system_path);
std::uint64_t sectors_of(const std::filesystem::path& system_path);  // of 512 bytes; 0 without a medium
// The serial number of the drive or, where none is known, of the bridge; else empty.
std::string serial_of(const SystemFacts& facts);
std::optional<Mapping> mapping_of(const std::filesystem::path& system_path);
// Of the whole disk, also for a partition.
std::optional<WriteCounters> write_counters(const std::filesystem::path& system_path);
// An attribute of sysfs: one short line. Nothing where it is not there or empty.
std::optional<std::string> attribute(const std::filesystem::path& path);
// Page 80h of SCSI's vital product data.
std::optional<std::string> scsi_serial(base::Bytes page);

}  // namespace acquire
