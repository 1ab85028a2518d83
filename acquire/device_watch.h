// SPDX-License-Identifier: Apache-2.0
// Which whole block devices are attached, and which came or went since the last look. Asks sysfs and udev
// only: nothing is opened, nothing is read from a device. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace acquire {

struct AttachedDevice {
  std::string name;  // "sdb", as the kernel has it
  std::string path;  // "/dev/sdb"
  std::uint64_t bytes = 0;
  std::uint64_t disk_sequence = 0;  // another one when another medium is put in; 0: an older kernel
  std::string model;                // maker and model, or what the bridge says instead; may be empty
  std::string serial;               // may be empty, and many devices share one
  std::string use;                  // in words why it cannot be taken; empty: nobody uses it
};

class DeviceWatch {
 public:
  struct Places {
    std::filesystem::path blocks = "/sys/block";
    std::filesystem::path udev_data = "/run/udev/data";
  };
  // Who uses a device, in words; empty: nobody. By the device's path and its folder of sysfs.
  using Use = std::function<std::string(const std::string&, const std::filesystem::path&)>;

  DeviceWatch();
  DeviceWatch(Places places, Use use);

  // What was attached when this was made. It comes again only after it was unplugged, or got another medium.
  const std::vector<AttachedDevice>& present() const { return present_; }

  struct Change {
    std::vector<AttachedDevice> came;    // and nobody uses it
    std::vector<AttachedDevice> in_use;  // came, but somebody uses it; it is in `came` when it is released
    std::vector<AttachedDevice> went;
  };
  Change look();

 private:
  std::map<std::string, AttachedDevice> attached() const;
  Places places_;
  Use use_;
  std::vector<AttachedDevice> present_;
  std::map<std::string, AttachedDevice> known_;  // by name and sequence
};

}  // namespace acquire
