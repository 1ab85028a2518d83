// SPDX-License-Identifier: Apache-2.0
// The member `source` of acquisition.json (docs/acquisition.md).
#include "acquire/json_text.h"
#include "acquire/source.h"

namespace acquire {
namespace {

using base::Json;

void set_if(Json& object, const char* name, const std::optional<std::string>& value) {
  if (value) object.set(name, text(*value));
}

}  // namespace

base::Json SourceFacts::to_json() const {
  Json json = Json::object();
  json.set("path", text(path));
  json.set("bytes", number(bytes));
  json.set("block_device", block_device);
  json.set("logical_sector", number(logical_sector));
  json.set("physical_sector", number(physical_sector));
  set_if(json, "model", model);
  set_if(json, "serial", serial);
  set_if(json, "bus", bus);
  set_if(json, "firmware", firmware);
  set_if(json, "partition_table", partition_table);
  if (bus == "nbd") json.set("read_only_before", read_only_before);
  if (!block_device) return json;
  if (removable) json.set("removable", *removable);
  json.set("partition", partition);
  json.set("read_only_before", read_only_before);
  json.set("read_only_set", read_only_set);
  json.set("direct_io", direct_io);
  return json;
}

}  // namespace acquire
