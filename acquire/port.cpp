// SPDX-License-Identifier: Apache-2.0
#include "acquire/port.h"

#include <algorithm>

#include "acquire/system_facts.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "host6", with its counted number.
bool is_counted(std::string_view part, std::string_view head) {
  return part.starts_with(head) && is_number(part.substr(head.size()));
}

// "6:0:0:1", host, channel, target and unit: the host is counted, the rest is the slot.
bool is_scsi_address(std::string_view part) {
  return part.find_first_not_of("0123456789:") == std::string_view::npos &&
         std::count(part.begin(), part.end(), ':') == 3;
}

// What stays of one step; empty where it is counted up or says nothing of the place.
std::string stable_part(const std::string& part) {
  if (part == "block" || part == "nvme" || part == "ata_port" || is_counted(part, "host")) return {};
  if (is_counted(part, "nvme") || part.starts_with("target")) return {};
  if (is_scsi_address(part)) return part.substr(part.find(':') + 1);
  // "mmc0:0001": the address that a card gave itself
  if (part.starts_with("mmc") && part.find(':') != std::string::npos) return {};
  return part;
}

// The disk's own name is counted as well; of an NVMe disk its namespace stays. A loop device is plugged into
// its file; what else has no socket has nothing but its name.
std::string disk_part(const fs::path& disk) {
  const std::string name = disk.filename().string();
  if (disk.string().find("/virtual/") != std::string::npos)
    return attribute(disk / "loop" / "backing_file").value_or(name);
  const std::size_t space = name.rfind('n');
  if (name.starts_with("nvme") && space > 0 && is_number(std::string_view(name).substr(space + 1)))
    return name.substr(space);
  return {};
}

void append(std::string& path, const std::string& part) {
  if (part.empty()) return;
  if (!path.empty() && part.front() != '/') path += '/';
  path += part;
}

}  // namespace

std::string port_of(const fs::path& system_path) {
  const fs::path disk = disk_of(system_path);
  std::string port;
  bool below = false;
  for (const auto& part : disk.parent_path()) {
    if (below) append(port, stable_part(part.string()));
    below = below || part == "devices";
  }
  append(port, disk_part(disk));
  if (const auto number = attribute(system_path / "partition")) append(port, "partition " + *number);
  return port;
}

}  // namespace acquire
