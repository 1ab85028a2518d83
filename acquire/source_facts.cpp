// SPDX-License-Identifier: Apache-2.0
// The member `source` of acquisition.json (docs/acquisition.md).
#include "acquire/json_text.h"
#include "acquire/source.h"

namespace acquire {
base::Json SourceFacts::to_json() const {
  base::Json json = base::Json::object();
  json.set("path", text(path));
  json.set("bytes", number(bytes));
  json.set("block_device", block_device);
  json.set("logical_sector", number(logical_sector));
  json.set("physical_sector", number(physical_sector));
  if (partition_table) json.set("partition_table", text(*partition_table));
  add_to(json);
  if (!block_device) return json;
  json.set("partition", partition);
  json.set("read_only_before", read_only_before);
  json.set("read_only_set", read_only_set);
  json.set("direct_io", direct_io);
  if (drive) json.set("drive", drive->to_json());
  if (writes_before) json.set("writes_before", writes_before->to_json());
  if (writes_after) json.set("writes_after", writes_after->to_json());
  return json;
}

}  // namespace acquire
