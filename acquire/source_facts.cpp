// SPDX-License-Identifier: Apache-2.0
// The member `source` of acquisition.json (docs/acquisition.md).
#include "acquire/json_text.h"
#include "acquire/source.h"

namespace acquire {
namespace {

base::Json json_of(const Partition& partition) {
  return partition.to_json();
}

base::Json json_of(const Advice& advice) {
  return base::Json::object({{"code", advice.code}, {"words", text(advice.words)}});
}

template <typename Items>
base::Json list_of(const Items& items) {
  base::Json list = base::Json::array();
  for (const auto& item : items) list.push(json_of(item));
  return list;
}

}  // namespace

base::Json SourceFacts::to_json() const {
  base::Json json = base::Json::object();
  json.set("path", text(path));
  json.set("bytes", number(bytes));
  json.set("block_device", block_device);
  json.set("logical_sector", number(logical_sector));
  json.set("physical_sector", number(physical_sector));
  if (partition_table) json.set("partition_table", text(*partition_table));
  if (!partitions.empty()) json.set("partitions", list_of(partitions));
  if (partitions_left_out > 0) json.set("partitions_left_out", number(partitions_left_out));
  if (container) json.set("container", container->to_json());
  if (!advice.empty()) json.set("advice", list_of(advice));
  add_to(json);
  if (bus == "nbd") json.set("read_only_before", read_only_before);
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
