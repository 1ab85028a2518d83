// SPDX-License-Identifier: Apache-2.0
#include "acquire/system_facts.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <initializer_list>

#include "acquire/port.h"
#include "acquire/trimmed.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> first_attribute(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto value = attribute(folder / name)) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_attribute(const fs::path& path) {
  const auto text = attribute(path);
  std::uint64_t value = 0;
  if (!text) return std::nullopt;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<bool> flag_attribute(const fs::path& path) {
  const auto text = attribute(path);
  return text ? std::optional(*text == "1") : std::nullopt;
}

std::optional<std::string> serial_of_page(const fs::path& device) {
  std::ifstream in(device / "vpd_pg80", std::ios::binary);
  std::string page(256, '\0');
  in.read(page.data(), static_cast<std::streamsize>(page.size()));
  page.resize(static_cast<std::size_t>(in.gcount()));
  return scsi_serial(base::as_bytes(page));
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

std::vector<std::string> numbers_of(const fs::path& system_path) {
  std::vector<std::string> numbers;
  if (const auto number = attribute(system_path / "dev")) numbers.push_back(*number);
  for (const auto& partition : partitions_of(system_path)) {
    if (const auto number = attribute(partition / "dev")) numbers.push_back(*number);
  }
  return numbers;
}

// Where a folder points to by the link `driver`: its last name.
std::optional<std::string> driver_of(const fs::path& folder) {
  std::error_code ignored;  // what cannot be seen is not there
  const auto target = fs::read_symlink(folder / "driver", ignored);
  return target.empty() ? std::nullopt : std::optional(target.filename().string());
}

// The nearest folder above the disk that is a USB device; the interface with the driver lies between.
std::optional<UsbBridge> usb_bridge_above(const fs::path& disk) {
  std::optional<std::string> driver;
  for (fs::path folder = disk.parent_path(); folder != folder.parent_path(); folder = folder.parent_path()) {
    if (attribute(folder / "bInterfaceNumber")) driver = driver_of(folder);
    const auto vendor = attribute(folder / "idVendor"), product = attribute(folder / "idProduct");
    if (!vendor || !product) continue;
    return UsbBridge{*vendor,
                     *product,
                     attribute(folder / "manufacturer"),
                     attribute(folder / "product"),
                     attribute(folder / "serial"),
                     attribute(folder / "speed"),
                     driver};
  }
  return std::nullopt;
}

// Lines "E:NAME=value" of udev's data base (systemd: src/libsystemd/sd-device). Its values are escaped as
// they are needed in links; ID_SERIAL_SHORT, ID_WWN and paths hold nothing that is.
std::map<std::string, std::string> udev_values(const fs::path& file) {
  std::map<std::string, std::string> values;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    for (const char* name : {"ID_SERIAL_SHORT", "ID_WWN", "ID_BUS", "ID_PATH"}) {
      const std::string head = std::string("E:") + name + "=";
      if (line.starts_with(head)) values[name] = line.substr(head.size());
    }
  }
  return values;
}

void read_drive(const fs::path& disk, SystemFacts& facts) {
  const fs::path device = disk / "device";
  facts.vendor = attribute(device / "vendor");
  facts.model = first_attribute(device, {"model", "name"});
  facts.serial = attribute(device / "serial");
  if (!facts.serial) facts.serial = serial_of_page(device);
  if (!facts.serial) facts.serial = attribute(disk / "serial");
  facts.firmware = first_attribute(device, {"firmware_rev", "rev", "fwrev"});
  facts.world_wide_id = attribute(device / "wwid");
  if (!facts.world_wide_id) facts.world_wide_id = attribute(disk / "wwid");
  facts.card_id = attribute(device / "cid");
}

}  // namespace

std::optional<std::string> attribute(const fs::path& path) {
  std::ifstream in(path);
  std::string text;
  if (!in || !std::getline(in, text)) return std::nullopt;
  text = trimmed(text);
  return text.empty() ? std::nullopt : std::optional(text);
}

// SPC-4: peripheral, page, length in two bytes, then the serial number.
std::optional<std::string> scsi_serial(base::Bytes page) {
  if (page.size() < 4 || std::to_integer<unsigned>(page[1]) != 0x80) return std::nullopt;
  const std::size_t stated =
      std::to_integer<std::size_t>(page[2]) << 8 | std::to_integer<std::size_t>(page[3]);
  const base::Bytes rest = page.subspan(4);
  const auto serial = trimmed(std::string(base::as_text(rest.first(std::min(stated, rest.size())))));
  return serial.empty() ? std::nullopt : std::optional(serial);
}

fs::path disk_of(const fs::path& system_path) {
  return is_partition(system_path) ? system_path.parent_path() : system_path;
}

std::optional<Mapping> mapping_of(const fs::path& system_path) {
  const auto name = attribute(system_path / "dm" / "name");
  if (!name) return std::nullopt;
  return Mapping{*name, attribute(system_path / "dm" / "uuid").value_or("")};
}

std::vector<fs::path> partitions_of(const fs::path& system_path) {
  std::vector<fs::path> partitions;
  std::error_code trouble;
  for (fs::directory_iterator entry(system_path, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    if (is_partition(entry->path())) partitions.push_back(entry->path());
  }
  return partitions;
}

std::uint64_t sectors_of(const fs::path& system_path) {
  return number_attribute(system_path / "size").value_or(0);
}

std::string serial_of(const SystemFacts& facts) {
  if (facts.serial) return *facts.serial;
  return facts.usb ? facts.usb->serial.value_or("") : "";
}

SystemFacts system_facts(const fs::path& system_path, const fs::path& udev_data) {
  SystemFacts facts;
  if (system_path.empty()) return facts;
  facts.partition = is_partition(system_path);
  const fs::path disk = disk_of(system_path);
  read_drive(disk, facts);
  facts.bus = bus_of(system_path.string());
  facts.removable = flag_attribute(disk / "removable");
  facts.rotating = flag_attribute(disk / "queue" / "rotational");
  facts.zoned = attribute(disk / "queue" / "zoned");
  facts.disk_sequence = number_attribute(disk / "diskseq");
  if (const std::uint64_t sectors = sectors_of(disk); sectors > 0) facts.disk_bytes = sectors * 512;
  facts.port = port_of(system_path);
  facts.usb = usb_bridge_above(disk);
  facts.mapping = mapping_of(system_path);
  facts.numbers = numbers_of(system_path);
  if (const auto number = attribute(disk / "dev")) facts.udev = udev_values(udev_data / ("b" + *number));
  return facts;
}

std::optional<WriteCounters> write_counters(const fs::path& system_path) {
  std::ifstream in(disk_of(system_path) / "stat");
  std::uint64_t fields[12] = {};
  std::size_t count = 0;
  while (count < std::size(fields) && in >> fields[count]) ++count;
  if (count < 7) return std::nullopt;  // discards came with Linux 4.18
  return WriteCounters{fields[4], fields[6], fields[11]};
}

}  // namespace acquire
