// SPDX-License-Identifier: Apache-2.0
// The member `drive` of a source (docs/acquisition.md).
#include "acquire/drive_facts.h"
#include "acquire/json_text.h"

namespace acquire {
namespace {

using base::Json;

Json json_of(const HiddenArea& area) {
  Json json = Json::object({{"state", name_of(area.state)}});
  if (area.state == HiddenArea::State::present) json.set("sectors", number(area.sectors));
  if (!area.why.empty()) json.set("why", text(area.why));
  return json;
}

void add_identity(Json& json, const std::string& model, const std::string& serial,
                  const std::string& firmware) {
  json.set("model", text(model));
  json.set("serial", text(serial));
  json.set("firmware", text(firmware));
}

Json json_of(const AtaIdentity& identity) {
  Json json = Json::object();
  add_identity(json, identity.model, identity.serial, identity.firmware);
  json.set("bytes", number(identity.bytes()));
  json.set("logical_sector", number(identity.logical_sector));
  json.set("physical_sector", number(identity.physical_sector));
  if (identity.rotating) json.set("rotating", *identity.rotating);
  json.set("security", Json::object({{"supported", identity.security.supported},
                                     {"enabled", identity.security.enabled},
                                     {"locked", identity.security.locked},
                                     {"frozen", identity.security.frozen}}));
  json.set("trim", Json::object({{"supported", identity.trim},
                                 {"reads_same", identity.trim_reads_same},
                                 {"reads_zeros", identity.trim_reads_zeros}}));
  return json;
}

Json json_of(const AtaHealth& health) {
  Json json = Json::object();
  const auto set_if = [&json](const char* name, const std::optional<std::uint64_t>& value) {
    if (value) json.set(name, number(*value));
  };
  set_if("power_on_hours", health.power_on_hours);
  set_if("reallocated_sectors", health.reallocated_sectors);
  set_if("pending_sectors", health.pending_sectors);
  set_if("temperature_celsius", health.temperature_celsius);
  return json;
}

Json json_of(const NvmeController& controller) {
  Json json = Json::object();
  add_identity(json, controller.model, controller.serial, controller.firmware);
  json.set("total_bytes", number(controller.total_bytes));
  json.set("unallocated_bytes", number(controller.unallocated_bytes));
  json.set("trim", controller.trim);
  return json;
}

Json json_of(const NvmeNamespace& found) {
  return Json::object({{"bytes", number(found.bytes())},
                       {"block_bytes", number(found.block_bytes)},
                       {"metadata_bytes", number(found.metadata_bytes)},
                       {"trim_reads_zeros", found.trim_reads_zeros}});
}

Json json_of(const NvmeHealth& health) {
  return Json::object({{"critical_warning", number(health.critical_warning)},
                       {"temperature_celsius", std::to_string(health.temperature_celsius)},
                       {"percentage_used", number(health.percentage_used)},
                       {"data_units_written", number(health.data_units_written)},
                       {"power_on_hours", number(health.power_on_hours)},
                       {"media_errors", number(health.media_errors)}});
}

std::string_view name_of(DriveFacts::Language language) {
  switch (language) {
    case DriveFacts::Language::ata:
      return "ata";
    case DriveFacts::Language::nvme:
      return "nvme";
    case DriveFacts::Language::neither:
      break;
  }
  return "neither_ata_nor_nvme";
}

}  // namespace

Json DriveFacts::to_json() const {
  Json json = Json::object({{"speaks", name_of(speaks)}});
  if (ata) json.set("ata", json_of(*ata));
  if (ata_health) json.set("health", json_of(*ata_health));
  if (hidden) {
    json.set("hidden", Json::object({{"hpa", json_of(hidden->hpa)},
                                     {"dco", json_of(hidden->dco)},
                                     {"ama", json_of(hidden->ama)}}));
  }
  if (nvme) json.set("nvme", json_of(*nvme));
  if (nvme_namespace) json.set("namespace", json_of(*nvme_namespace));
  if (nvme_health) json.set("health", json_of(*nvme_health));
  if (!active_namespaces.empty()) {
    Json numbers = Json::array();
    for (const std::uint32_t namespace_number : active_namespaces) numbers.push(number(namespace_number));
    json.set("active_namespaces", numbers);
  }
  if (!not_answered.empty()) {
    Json silences = Json::array();
    for (const Silence& silence : not_answered)
      silences.push(Json::object({{"command", silence.command}, {"why", text(silence.why)}}));
    json.set("not_answered", silences);
  }
  return json;
}

}  // namespace acquire
