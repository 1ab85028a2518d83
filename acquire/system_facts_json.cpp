// SPDX-License-Identifier: Apache-2.0
// What the system knows, as members of a source (docs/acquisition.md).
#include "acquire/json_text.h"
#include "acquire/system_facts.h"

namespace acquire {
namespace {

using base::Json;

void set_if(Json& object, const char* name, const std::optional<std::string>& value) {
  if (value) object.set(name, text(*value));
}

Json json_of(const UsbBridge& bridge) {
  Json json = Json::object({{"vendor_id", text(bridge.vendor_id)}, {"product_id", text(bridge.product_id)}});
  set_if(json, "manufacturer", bridge.manufacturer);
  set_if(json, "product", bridge.product);
  set_if(json, "serial", bridge.serial);
  set_if(json, "megabits_per_second", bridge.megabits_per_second);
  set_if(json, "driver", bridge.driver);
  return json;
}

// Names of members are lower case.
std::string lower(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

}  // namespace

Json WriteCounters::to_json() const {
  return Json::object(
      {{"writes", number(writes)}, {"sectors", number(sectors)}, {"discards", number(discards)}});
}

void SystemFacts::add_to(Json& source) const {
  set_if(source, "vendor", vendor);
  set_if(source, "model", model);
  set_if(source, "serial", serial);
  set_if(source, "bus", bus);
  set_if(source, "firmware", firmware);
  set_if(source, "world_wide_id", world_wide_id);
  set_if(source, "card_id", card_id);
  set_if(source, "zoned", zoned);
  if (removable) source.set("removable", *removable);
  if (rotating) source.set("rotating", *rotating);
  if (disk_sequence) source.set("disk_sequence", number(*disk_sequence));
  if (disk_bytes) source.set("disk_bytes", number(*disk_bytes));
  if (!port.empty()) source.set("port", text(port));
  if (usb) source.set("usb", json_of(*usb));
  if (mapping) {
    source.set("mapping", Json::object({{"name", text(mapping->name)}, {"uuid", text(mapping->uuid)}}));
  }
  if (udev.empty()) return;
  Json values = Json::object();
  for (const auto& [name, value] : udev) values.set(lower(name), text(value));
  source.set("udev", values);
}

}  // namespace acquire
