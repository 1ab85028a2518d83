// SPDX-License-Identifier: Apache-2.0
// Partitions and containers, as members of a source (docs/acquisition.md).
#include "acquire/content.h"
#include "acquire/json_text.h"

namespace acquire {

base::Json Container::to_json() const {
  base::Json json = base::Json::object({{"kind", name_of(kind)}});
  if (!version.empty()) json.set("version", version);
  if (encrypted) json.set("encrypted", *encrypted);
  return json;
}

base::Json Partition::to_json() const {
  base::Json json = base::Json::object({{"number", acquire::number(number)},
                                        {"offset", acquire::number(offset)},
                                        {"bytes", acquire::number(bytes)},
                                        {"type", text(type)}});
  if (!name.empty()) json.set("name", text(name));
  if (container) json.set("container", container->to_json());
  if (!trouble.empty()) json.set("trouble", text(trouble));
  return json;
}

}  // namespace acquire
