// SPDX-License-Identifier: Apache-2.0
// Where a device is plugged in. Any thread.
#pragma once

#include <filesystem>
#include <string>

namespace acquire {

// The path below /sys/devices without the names that the kernel counts up each time a device comes: hosts,
// controllers and disks. "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0:0:0" for any disk in that socket; the
// last part is the slot of a card reader. A partition has its number at the end.
std::string port_of(const std::filesystem::path& system_path);

}  // namespace acquire
