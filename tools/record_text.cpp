// SPDX-License-Identifier: Apache-2.0
#include "tools/record_text.h"

#include "base/words.h"
#include "tools/console.h"

namespace tools {
namespace {

template <typename Items, typename Print>
std::string joined(const Items& items, Print print) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + print(item);
  return out;
}

struct ToText {
  std::string operator()(const base::Text& text) const { return visible(text.bytes); }
  std::string operator()(const base::Word& word) const { return word.value; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(const base::Time& time) const {
    return time.utc_us ? base::format_utc_for_people(*time.utc_us)
                       : visible(time.raw) + " (" + time.unit + ", " + time.basis + ")";
  }
  std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
  std::string operator()(const base::RecordId& id) const { return id; }
  std::string operator()(const std::vector<base::RecordId>& ids) const {
    return joined(ids, [](const base::RecordId& id) { return id; });
  }
  std::string operator()(const std::vector<base::Text>& texts) const {
    return joined(texts, [](const base::Text& text) { return visible(text.bytes); });
  }
  std::string operator()(const base::Json& json) const { return visible(json.canonical()); }
};

}  // namespace

std::string value_text(const base::Value& value) {
  return std::visit(ToText{}, value);
}

std::string field_text(const base::Record& record, std::string_view field) {
  const base::Value* value = record.find(field);
  return value == nullptr ? "" : value_text(*value);
}

std::string name_of_record(store::RecordStore& records, const base::RecordId& id) {
  const auto stored = records.by_id(id);
  if (!stored) return records.where_barred(id) ? base::say("(not shown)") : base::Said(id);
  for (const char* field : {"name", "subject", "number", "identifier", "path"}) {
    const std::string text = field_text(stored->record, field);
    if (!text.empty()) return text;
  }
  return field_text(stored->record, "own") == "yes" ? base::say("this account") : base::Said(id);
}

}  // namespace tools
