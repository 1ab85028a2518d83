// SPDX-License-Identifier: Apache-2.0
#include "acquire/device_watch.h"

#include <algorithm>
#include <array>

#include "acquire/device_facts.h"
#include "acquire/system_facts.h"
#include "base/error.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

// Made by the system out of memory or of other devices: never plugged in
// (Documentation/admin-guide/devices.txt).
bool is_made_by_the_system(const std::string& name) {
  static constexpr std::array<std::string_view, 4> kHeads{"ram", "zram", "dm-", "md"};
  return std::any_of(kHeads.begin(), kHeads.end(), [&](auto head) { return name.starts_with(head); });
}

bool is_loop_without_file(const std::string& name, const fs::path& system_path) {
  return name.starts_with("loop") && !attribute(system_path / "loop" / "backing_file");
}

std::string model_of(const SystemFacts& facts) {
  std::string words = facts.vendor.value_or("");
  // "ATA" is what a translation layer says in the place of a maker (T10, SAT-3).
  // A virtual disk has the number of its maker only.
  if (words == "ATA" || words.starts_with("0x")) words.clear();
  const std::string model = facts.model.value_or("");
  if (!words.empty() && !model.empty()) words += ' ';
  words += model;
  if (words.empty() && facts.usb) words = facts.usb->product.value_or("");
  return words;
}

std::uint64_t number_in(const fs::path& file) {
  const std::string text = attribute(file).value_or("");
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > UINT64_MAX / 10 - 9) return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

AttachedDevice device_at(const fs::path& system_path, const fs::path& udev_data) {
  AttachedDevice device;
  device.name = system_path.filename().string();
  std::string node = device.name;
  std::replace(node.begin(), node.end(), '!', '/');  // as sysfs writes "cciss/c0d0"
  device.path = "/dev/" + node;
  device.bytes = sectors_of(system_path) * 512;
  device.disk_sequence = number_in(system_path / "diskseq");
  const SystemFacts facts = system_facts(system_path, udev_data);
  device.model = model_of(facts);
  device.serial = serial_of(facts);
  if (device.model.empty()) device.model = attribute(system_path / "loop" / "backing_file").value_or("");
  return device;
}

auto same_as(const AttachedDevice& device) {
  return [&device](const AttachedDevice& other) {
    return other.name == device.name && other.disk_sequence == device.disk_sequence;
  };
}

std::string use_of(const std::string& path, const fs::path& system_path) {
  try {
    refuse_in_use(path, system_path.string());
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}

}  // namespace

DeviceWatch::DeviceWatch() : DeviceWatch(Places{}, use_of) {}

DeviceWatch::DeviceWatch(Places places, Use use) : places_(std::move(places)), use_(std::move(use)) {
  known_ = attached();
  for (const auto& [key, device] : known_) present_.push_back(device);
}

std::map<std::string, AttachedDevice> DeviceWatch::attached() const {
  std::map<std::string, AttachedDevice> found;
  std::error_code trouble;
  for (fs::directory_iterator entry(places_.blocks, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    std::error_code vanished;  // a device that goes while it is looked at is not there
    const fs::path system_path = fs::canonical(entry->path(), vanished);
    const std::string name = entry->path().filename().string();
    if (vanished || is_made_by_the_system(name) || is_loop_without_file(name, system_path)) continue;
    // A path of a drive that has several: the kernel gives it no node ("nvme0c0n1").
    if (attribute(system_path / "hidden") == "1" || sectors_of(system_path) == 0) continue;
    const std::string key = name + " " + std::to_string(number_in(system_path / "diskseq"));
    const auto known = known_.find(key);
    AttachedDevice device = known != known_.end() ? known->second : device_at(system_path, places_.udev_data);
    // Who uses a device is asked until nobody does.
    if (known == known_.end() || !device.use.empty()) device.use = use_(device.path, system_path);
    found.emplace(key, std::move(device));
  }
  return found;
}

DeviceWatch::Change DeviceWatch::look() {
  Change change;
  auto now = attached();
  for (const auto& [key, device] : now) {
    const auto before = known_.find(key);
    const bool is_new = before == known_.end();
    if (is_new && !device.use.empty()) change.in_use.push_back(device);
    const bool released = !is_new && !before->second.use.empty();
    const bool was_there = std::any_of(present_.begin(), present_.end(), same_as(device));
    if (device.use.empty() && (is_new || (released && !was_there))) change.came.push_back(device);
  }
  for (const auto& [key, device] : known_) {
    if (now.contains(key)) continue;
    change.went.push_back(device);
    // Without a sequence, only its absence tells that what comes under this name is another one.
    std::erase_if(present_, same_as(device));
  }
  known_ = std::move(now);
  return change;
}

}  // namespace acquire
