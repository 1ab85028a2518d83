// SPDX-License-Identifier: Apache-2.0
// Whether anybody uses a device.
#include <algorithm>
#include <fstream>
#include <initializer_list>

#include "acquire/device_facts.h"
#include "acquire/mounts.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

bool contains(const std::vector<std::string>& numbers, const std::string& number) {
  return !number.empty() && std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

[[noreturn]] void refuse(const std::string& path, const base::Said& use) {
  throw base::Error(
      base::ErrorKind::conflict, base::say("{} is in use: {}", path, use),
      base::say("Nothing was read or changed. A device in use changes while it is imaged: unmount or release "
                "it (without writing to it, if you can), then image again."));
}

// dm-crypt states what it opened: "CRYPT-LUKS2-…", "CRYPT-BITLK-…" (cryptsetup: lib/libdevmapper.c).
[[noreturn]] void refuse_open_volume(const std::string& path, const Mapping& mapping) {
  throw base::Error(
      base::ErrorKind::conflict,
      base::say("{} holds an encrypted volume that is open now as /dev/mapper/{}", path, mapping.name),
      base::say("Nothing was read or changed. Image /dev/mapper/{} first, while it is unlocked: once closed "
                "it may never open again. Then image {}.",
                mapping.name, path));
}

void refuse_held(const std::string& path, const fs::path& system_path) {
  std::error_code trouble;
  for (fs::directory_iterator holder(system_path / "holders", trouble), end; !trouble && holder != end;
       holder.increment(trouble)) {
    const auto mapping = mapping_of(holder->path());
    if (mapping && mapping->uuid.starts_with("CRYPT-")) refuse_open_volume(path, *mapping);
    refuse(path, base::say("it is part of {}", holder->path().filename().string()));
  }
}

}  // namespace

void refuse_in_use(const std::string& path, const std::string& system_path) {
  if (system_path.empty()) return;
  std::vector<fs::path> devices{system_path};
  std::vector<std::string> numbers;
  for (const auto& partition : partitions_of(system_path)) devices.push_back(partition);
  for (const auto& device : devices) {
    if (const auto number = attribute(device / "dev")) numbers.push_back(*number);
  }
  // An open volume is told first: what is mounted then is the volume, and that is the one to image.
  for (const auto& device : devices) refuse_held(path, device);
  for (const auto& mount : mounts()) {
    // Some file systems (btrfs) have a number of their own, so what they were mounted from counts as well.
    if (contains(numbers, mount.number) || contains(numbers, number_of_path(mount.source)))
      refuse(path, base::say("mounted at {}", mount.place));
  }
  std::ifstream swaps("/proc/swaps");
  for (std::string line; std::getline(swaps, line);) {
    if (contains(numbers, number_of_path(line.substr(0, line.find_first_of(" \t")))))
      refuse(path, base::say("swap"));
  }
}

}  // namespace acquire
