// SPDX-License-Identifier: Apache-2.0
#include "base/record.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include "base/records.h"

namespace base {
namespace {

constexpr std::array<Field, 7> kCommonFields{{
    {"type", FieldType::word, Visibility::structure, "Record type."},
    {"id", FieldType::record, Visibility::structure, "Record id."},
    {"source", FieldType::record, Visibility::structure, "Source record of the file that it was read from."},
    {"position", FieldType::object, Visibility::structure, "Where in that file."},
    {"state", FieldType::word, Visibility::structure, "live, wal-superseded or recovered."},
    {"ordinal", FieldType::integer, Visibility::structure,
     "Tells records of one type at one position apart; absent is 0."},
    {"extractor", FieldType::word, Visibility::structure, "Extractor and its version."},
}};

const std::array kAllTypes{
    &type_of<Segment>(),         &type_of<Source>(),
    &type_of<Account>(),         &type_of<Participant>(),
    &type_of<Conversation>(),    &type_of<Membership>(),
    &type_of<Contact>(),         &type_of<Message>(),
    &type_of<MessageChange>(),   &type_of<Receipt>(),
    &type_of<Reaction>(),        &type_of<Media>(),
    &type_of<MessageLocation>(), &type_of<Call>(),
    &type_of<WebVisit>(),        &type_of<Download>(),
    &type_of<SearchTerm>(),      &type_of<Wallet>(),
    &type_of<WalletVault>(),     &type_of<WalletTransaction>(),
    &type_of<SiteGrant>(),       &type_of<AddressSighting>(),
    &type_of<SecretSighting>(),  &type_of<Count>(),
    &type_of<TreeCount>(),       &type_of<Anomaly>(),
    &type_of<Unsupported>(),
};

std::string quoted(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

std::string text_json(std::string_view bytes) {
  return is_utf8(bytes) ? quoted(bytes) : "{\"hex\":\"" + to_hex(as_bytes(bytes)) + "\"}";
}

std::string time_json(const Time& time) {
  JsonWriter writer;
  writer.begin_object()
      .name("basis")
      .text(time.basis)
      .name("raw")
      .text(time.raw)
      .name("unit")
      .text(time.unit);
  if (time.utc_us) writer.name("utc").text(format_utc(*time.utc_us));
  writer.end_object();
  return writer.take();
}

template <typename Items, typename Print>
std::string array_json(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += print(item);
  }
  return out + "]";
}

// The canonical JSON of a value that is one member.
struct ToJson {
  std::string operator()(const Text& text) const { return text_json(text.bytes); }
  std::string operator()(const Word& word) const { return quoted(word.value); }
  std::string operator()(std::int64_t number) const { return quoted(std::to_string(number)); }
  std::string operator()(const Time& time) const { return time_json(time); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const RecordId& id) const { return quoted(id); }
  std::string operator()(const std::vector<RecordId>& ids) const { return array_json(ids, quoted); }
  std::string operator()(const std::vector<Text>& texts) const {
    return array_json(texts, [](const Text& text) { return text_json(text.bytes); });
  }
  std::string operator()(const Json& json) const { return json.canonical(); }
};

// The end of the chunk that begins at `start`: at most kTextChunk bytes, not within a code point.
std::size_t chunk_end(std::string_view text, std::size_t start, bool utf8) {
  std::size_t end = std::min(start + kTextChunk, text.size());
  while (utf8 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

void add_members(std::vector<LineMember>& out, std::string_view name, const Value& value) {
  const auto* text = std::get_if<Text>(&value);
  if (text == nullptr || text->bytes.size() <= kTextChunk) {
    out.push_back({std::string(name), std::visit(ToJson{}, value)});
    return;
  }
  const bool utf8 = is_utf8(text->bytes);
  std::size_t number = 0;
  for (std::size_t start = 0; start < text->bytes.size(); ++number) {
    const std::size_t end = chunk_end(text->bytes, start, utf8);
    const std::string_view chunk = std::string_view(text->bytes).substr(start, end - start);
    out.push_back({std::string(name) + "." + std::to_string(number),
                   utf8 ? quoted(chunk) : "{\"hex\":\"" + to_hex(as_bytes(chunk)) + "\"}"});
    start = end;
  }
}

Text text_from(const Json& json) {
  if (json.is_text()) return {json.text()};
  const std::string& hex = json.at("hex").text();
  try {
    return {std::string(as_text(from_hex(hex)))};
  } catch (const std::invalid_argument&) {
    throw JsonError("not hexadecimal");
  }
}

std::int64_t integer_from(const Json& json) {
  const std::string& text = json.text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) throw JsonError("not a decimal number");
  return value;
}

Time time_from(const Json& json) {
  Time time{std::nullopt, json.at("raw").text(), json.at("unit").text(), json.at("basis").text()};
  if (const Json* utc = json.find("utc")) {
    time.utc_us = parse_utc(utc->text());
    if (!time.utc_us) throw JsonError("not a time");
  }
  return time;
}

Value value_from(FieldType type, const Json& json) {
  switch (type) {
    case FieldType::text:
      return text_from(json);
    case FieldType::word:
      return Word{json.text()};
    case FieldType::integer:
      return integer_from(json);
    case FieldType::time:
      return time_from(json);
    case FieldType::flag:
      return json.boolean();
    case FieldType::record:
      return RecordId(json.text());
    case FieldType::records: {
      std::vector<RecordId> ids;
      for (const Json& item : json.items()) ids.push_back(item.text());
      return ids;
    }
    case FieldType::texts: {
      std::vector<Text> texts;
      for (const Json& item : json.items()) texts.push_back(text_from(item));
      return texts;
    }
    case FieldType::object:
      return json;
  }
  throw JsonError("not a field type");
}

std::size_t field_index(const RecordType& type, std::string_view name) {
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].name == name) return i;
  }
  return type.fields.size();
}

const Field* common_field(std::string_view name) {
  const auto found = std::find_if(kCommonFields.begin(), kCommonFields.end(),
                                  [&](const Field& f) { return f.name == name; });
  return found == kCommonFields.end() ? nullptr : &*found;
}

void read_common(Record& record, std::string_view name, const Json& json) {
  if (name == "id")
    record.id = json.text();
  else if (name == "source")
    record.place.source = json.text();
  else if (name == "position")
    record.place.position = position_from_json(json);
  else if (name == "state")
    record.place.state = state_from(json.text());
  else if (name == "ordinal")
    record.place.ordinal = static_cast<std::uint32_t>(integer_from(json));
  else if (name == "extractor")
    record.extractor = json.text();
}

// A long text comes in chunks: text.0, text.1, … text.10. Gathers them in order of their numbers.
Text join_chunks(const Json& line, std::string_view name) {
  Text whole;
  for (std::size_t number = 0;; ++number) {
    const Json* chunk = line.find(std::string(name) + "." + std::to_string(number));
    if (chunk == nullptr) return whole;
    whole.bytes += text_from(*chunk).bytes;
  }
}

void read_own(Record& record, const Json& line, std::string_view name, const Json& json) {
  const std::size_t dot = name.find('.');
  const std::size_t index = field_index(*record.type, name.substr(0, dot));
  if (index == record.type->fields.size())
    throw JsonError("no field \"" + std::string(name) + "\" in its type");
  const FieldType type = record.type->fields[index].type;
  if (dot == name.npos) {
    record.values.emplace_back(index, value_from(type, json));
  } else if (type != FieldType::text) {
    throw JsonError("a chunk of a field that is no text");
  } else if (name.substr(dot) == ".0") {
    record.values.emplace_back(index, join_chunks(line, name.substr(0, dot)));
  }
}

Record record_from(const Json& line) {
  Record record;
  record.type = find_record_type(line.at("type").text());
  if (record.type == nullptr) throw JsonError("an unknown record type");
  for (const auto& [name, json] : line.members()) {
    if (common_field(name) != nullptr) {
      read_common(record, name, json);
    } else {
      read_own(record, line, name, json);
    }
  }
  std::sort(record.values.begin(), record.values.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return record;
}

}  // namespace

std::string_view name_of(FieldType type) {
  static constexpr std::array<std::string_view, 9> kNames{"text",   "word",    "integer", "time",  "flag",
                                                          "record", "records", "texts",   "object"};
  return kNames[static_cast<std::size_t>(type)];
}

std::span<const Field> common_fields() {
  return kCommonFields;
}
std::span<const RecordType* const> all_record_types() {
  return kAllTypes;
}

const RecordType* find_record_type(std::string_view name) {
  const auto found =
      std::find_if(kAllTypes.begin(), kAllTypes.end(), [&](auto* type) { return type->name == name; });
  return found == kAllTypes.end() ? nullptr : *found;
}

const Value* Record::find(std::string_view field) const {
  const std::size_t index = field_index(*type, field);
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == index; });
  return found == values.end() ? nullptr : &found->second;
}

std::optional<std::string> Record::text(std::string_view field) const {
  const Value* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<Text>(value)) return text->bytes;
  if (const auto* word = std::get_if<Word>(value)) return word->value;
  if (const auto* reference = std::get_if<RecordId>(value)) return *reference;
  return std::nullopt;
}

void Record::set(std::string_view field, Value value) {
  const std::size_t index = field_index(*type, field);
  assert(index < type->fields.size());
  const auto at = std::lower_bound(values.begin(), values.end(), index,
                                   [](const auto& a, std::size_t b) { return a.first < b; });
  if (at != values.end() && at->first == index) {
    at->second = std::move(value);
  } else {
    values.emplace(at, index, std::move(value));
  }
}

std::vector<LineMember> members_of(const Record& record) {
  std::vector<LineMember> out;
  out.reserve(7 + record.values.size());
  out.push_back({"type", quoted(record.type->name)});
  out.push_back({"id", quoted(record.id)});
  if (!record.place.source.empty()) out.push_back({"source", quoted(record.place.source)});
  out.push_back({"position", position_to_json(record.place.position).canonical()});
  out.push_back({"state", quoted(name_of(record.place.state))});
  if (record.place.ordinal != 0) out.push_back({"ordinal", quoted(std::to_string(record.place.ordinal))});
  if (!record.extractor.empty()) out.push_back({"extractor", quoted(record.extractor)});
  for (const auto& [index, value] : record.values) add_members(out, record.type->fields[index].name, value);
  return out;
}

std::string line_of(const Record& record) {
  std::vector<LineMember> members = members_of(record);
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  JsonWriter writer;
  writer.begin_object();
  for (const LineMember& member : members) writer.name(member.name).raw(member.json);
  writer.end_object();
  return writer.take();
}

Record record_from_line(Bytes line) {
  Record record = record_from(parse_line(line));
  if (line_of(record) != as_text(line)) throw JsonError("not the line of its record");
  return record;
}

Record record_from_released(Bytes line) {
  return record_from(parse_line(line));
}

}  // namespace base
