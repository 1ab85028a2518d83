// SPDX-License-Identifier: Apache-2.0
#include "acquire/device_facts.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include <blkid/blkid.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/error.h"
#include "base/handle.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string text) {
  const auto is_filler = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\0'; };
  while (!text.empty() && is_filler(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_filler));
  return text;
}

// An attribute of sysfs: one short line. Nothing where it is not there or empty.
std::optional<std::string> attribute(const fs::path& path) {
  std::ifstream in(path);
  std::string text;
  if (!in || !std::getline(in, text)) return std::nullopt;
  text = trimmed(text);
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> first_attribute(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto value = attribute(folder / name)) return value;
  }
  return std::nullopt;
}

// Page 80h of SCSI's vital product data: four bytes of head, then the serial number (SPC-4 §7.8.15).
std::optional<std::string> serial_of_scsi(const fs::path& device) {
  std::ifstream in(device / "vpd_pg80", std::ios::binary);
  std::string page(256, '\0');
  in.read(page.data(), static_cast<std::streamsize>(page.size()));
  page.resize(static_cast<std::size_t>(in.gcount()));
  if (page.size() <= 4) return std::nullopt;
  const std::string serial = trimmed(page.substr(4));
  return serial.empty() ? std::nullopt : std::optional(serial);
}

std::optional<std::string> bus_of(const std::string& system_path) {
  constexpr std::pair<const char*, const char*> kBuses[] = {
      {"/usb", "usb"},       {"/nvme", "nvme"},   {"/ata", "ata"},   {"/mmc", "mmc"},
      {"/virtio", "virtio"}, {"/fw", "firewire"}, {"/host", "scsi"}, {"/virtual/block/loop", "loop"}};
  for (const auto& [part, name] : kBuses) {
    if (system_path.find(part) != std::string::npos) return name;
  }
  return std::nullopt;
}

bool is_partition(const fs::path& system_path) {
  std::error_code ignored;  // what cannot be seen is not there
  return fs::exists(system_path / "partition", ignored);
}

// "8:0" of the device and of its partitions.
std::vector<std::string> numbers_of(const fs::path& system_path) {
  std::vector<std::string> numbers;
  if (const auto number = attribute(system_path / "dev")) numbers.push_back(*number);
  std::error_code trouble;
  for (fs::directory_iterator entry(system_path, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    if (!is_partition(entry->path())) continue;
    if (const auto number = attribute(entry->path() / "dev")) numbers.push_back(*number);
  }
  return numbers;
}

std::string number_of_path(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0 || !S_ISBLK(facts.st_mode)) return {};
  return std::to_string(major(facts.st_rdev)) + ":" + std::to_string(minor(facts.st_rdev));
}

// proc(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue".
struct Mount {
  std::string number, place, source;
};
std::vector<Mount> mounts() {
  std::vector<Mount> found;
  std::ifstream in("/proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t end = std::min(line.find(' ', at), line.size());
      words.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || words.end() - dash < 3) continue;
    found.push_back({words[2], words[4], *(dash + 2)});
  }
  return found;
}

bool contains(const std::vector<std::string>& numbers, const std::string& number) {
  return !number.empty() && std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

[[noreturn]] void refuse(const std::string& path, const std::string& use) {
  throw base::Error(
      base::ErrorKind::conflict, path + " is in use: " + use,
      "Nothing was read or changed. A device in use changes while it is imaged: unmount or release it "
      "(without writing to it, if you can), then image again.");
}

void refuse_held(const std::string& path, const fs::path& system_path) {
  std::error_code trouble;
  for (fs::directory_iterator holder(system_path / "holders", trouble), end; !trouble && holder != end;
       holder.increment(trouble)) {
    refuse(path, "it is part of " + holder->path().filename().string());
  }
}

}  // namespace

void refuse_in_use(const std::string& path, const std::string& system_path) {
  if (system_path.empty()) return;
  const auto numbers = numbers_of(system_path);
  for (const auto& mount : mounts()) {
    // Some file systems (btrfs) have a number of their own, so what they were mounted from counts as well.
    if (contains(numbers, mount.number) || contains(numbers, number_of_path(mount.source))) {
      refuse(path, "mounted at " + mount.place);
    }
  }
  std::ifstream swaps("/proc/swaps");
  for (std::string line; std::getline(swaps, line);) {
    if (contains(numbers, number_of_path(line.substr(0, line.find_first_of(" \t"))))) refuse(path, "swap");
  }
  refuse_held(path, system_path);
  for (const auto& number : numbers) refuse_held(path, fs::path("/sys/dev/block") / number);
}

std::string system_path_of(int fd) {
  struct stat facts {};
  if (fstat(fd, &facts) != 0 || !S_ISBLK(facts.st_mode)) return {};
  std::error_code trouble;
  const auto path = fs::canonical(
      "/sys/dev/block/" + std::to_string(major(facts.st_rdev)) + ":" + std::to_string(minor(facts.st_rdev)),
      trouble);
  return trouble ? std::string() : path.string();
}

std::optional<std::uint64_t> bytes_of_device(int fd) {
  std::uint64_t bytes = 0;
  return ioctl(fd, BLKGETSIZE64, &bytes) == 0 ? std::optional(bytes) : std::nullopt;
}

void ask_device(int fd, SourceFacts& facts) {
  const auto bytes = bytes_of_device(fd);
  if (!bytes) throw base::io_error("cannot learn the size of " + facts.path, errno, "Nothing was changed.");
  facts.bytes = *bytes;
  int logical = 0, read_only = 0;
  unsigned physical = 0;
  if (ioctl(fd, BLKSSZGET, &logical) == 0 && logical > 0)
    facts.logical_sector = static_cast<std::uint32_t>(logical);
  facts.physical_sector = facts.logical_sector;
  if (ioctl(fd, BLKPBSZGET, &physical) == 0 && physical > 0) facts.physical_sector = physical;
  if (ioctl(fd, BLKROGET, &read_only) == 0) facts.read_only_before = read_only != 0;
  const int on = 1;
  facts.read_only_set =
      ioctl(fd, BLKROSET, &on) == 0 && ioctl(fd, BLKROGET, &read_only) == 0 && read_only != 0;
}

void ask_sysfs(const std::string& system_path, SourceFacts& facts) {
  if (system_path.empty()) return;
  facts.partition = is_partition(system_path);
  const fs::path disk = facts.partition ? fs::path(system_path).parent_path() : fs::path(system_path);
  const fs::path device = disk / "device";
  facts.model = first_attribute(device, {"model", "name"});
  facts.serial = first_attribute(device, {"serial"});
  if (!facts.serial) facts.serial = serial_of_scsi(device);
  if (!facts.serial) facts.serial = attribute(disk / "serial");
  facts.firmware = first_attribute(device, {"firmware_rev", "rev", "fwrev"});
  facts.bus = bus_of(system_path);
  if (const auto removable = attribute(disk / "removable")) facts.removable = *removable == "1";
}

void ask_blkid(const fs::path& path, SourceFacts& facts) {
  const std::unique_ptr<std::remove_pointer_t<blkid_probe>, base::Free<blkid_free_probe>> probe(
      blkid_new_probe_from_filename(path.c_str()));
  if (!probe) return;
  blkid_probe_enable_superblocks(probe.get(), 0);
  blkid_probe_enable_partitions(probe.get(), 1);
  const char* type = nullptr;
  if (blkid_do_safeprobe(probe.get()) == 0 &&
      blkid_probe_lookup_value(probe.get(), "PTTYPE", &type, nullptr) == 0) {
    facts.partition_table = type;
  }
}

std::uint64_t disk_sequence_of(int fd) {
  std::uint64_t sequence = 0;
#ifdef BLKGETDISKSEQ
  if (ioctl(fd, BLKGETDISKSEQ, &sequence) != 0) return 0;
#endif
  return sequence;
}

}  // namespace acquire
