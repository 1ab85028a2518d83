// SPDX-License-Identifier: Apache-2.0
#include "export/csv.h"

#include "export/code_points.h"

namespace exporter {
namespace {

using base::FieldType;
using base::Record;

// RFC 4180 lines; the byte order mark is what makes spreadsheets read UTF-8.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kWithheld = "[withheld]";

// Characters that begin a formula, also in their full-width forms (OWASP, CSV injection).
bool begins_formula(std::string_view text) {
  for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

struct ToText {
  std::string operator()(const base::Text& text) const { return text.bytes; }
  std::string operator()(const base::Word& word) const { return word.value; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(const base::Time& time) const {
    return time.utc_us ? base::format_utc(*time.utc_us) : time.raw;
  }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const std::string& id) const { return id; }
  std::string operator()(const std::vector<std::string>& ids) const {
    std::string out;
    for (const std::string& id : ids) out += (out.empty() ? "" : " ") + id;
    return out;
  }
  std::string operator()(const std::vector<base::Text>& texts) const {
    std::string out;
    for (const base::Text& text : texts) out += (out.empty() ? "" : " | ") + text.bytes;
    return out;
  }
  std::string operator()(const base::Json& json) const { return json.canonical(); }
};

void add_cell(std::string& row, std::string_view text) {
  if (!row.empty()) row += ',';
  row += csv_cell(text);
}

std::string header_row(const base::RecordType& type) {
  std::string row;
  for (const std::string_view name : {"citation", "exhibit", "acquisition", "record", "source", "position",
                                      "state", "extractor", "pseudonym"}) {
    add_cell(row, name);
  }
  for (const base::Field& field : type.fields) {
    add_cell(row, field.name);
    if (field.type != FieldType::time) continue;
    for (const std::string_view part : {"raw", "unit", "basis"})
      add_cell(row, std::string(field.name) + " " + std::string(part));
  }
  return row;
}

void add_place(std::string& row, const EditionRecord& record) {
  const auto shown = [&](std::string_view field, std::string text) {
    add_cell(row, record.withholds(field) ? std::string(kWithheld) : text);
  };
  shown("id", record.record.id);
  shown("source", record.record.place.source);
  shown("position", base::position_to_json(record.record.place.position).canonical());
  shown("state", std::string(base::name_of(record.record.place.state)));
  shown("extractor", record.record.extractor);
}

void add_time(std::string& row, const base::Value* value) {
  const auto* time = value == nullptr ? nullptr : std::get_if<base::Time>(value);
  add_cell(row, time != nullptr && time->utc_us ? base::format_utc(*time->utc_us) : "");
  add_cell(row, time == nullptr ? "" : time->raw);
  add_cell(row, time == nullptr ? "" : time->unit);
  add_cell(row, time == nullptr ? "" : time->basis);
}

void add_field(std::string& row, const EditionRecord& record, const base::Field& field) {
  const base::Value* value = record.record.find(field.name);
  if (field.type == FieldType::time && !record.withholds(field.name)) return add_time(row, value);
  if (record.withholds(field.name)) {
    add_cell(row, kWithheld);
  } else {
    add_cell(row, value == nullptr ? "" : value_text(*value));
  }
  for (int i = 0; field.type == FieldType::time && i < 3; ++i) add_cell(row, kWithheld);
}

std::string record_row(const Edition& edition, const EditionRecord& record) {
  const EditionSegment& segment = edition.segments[record.segment];
  std::string row;
  add_cell(row, record.citation);
  add_cell(row, segment.exhibit_label);
  add_cell(row, segment.acquisition);
  add_place(row, record);
  add_cell(row, record.pseudonym);
  for (const base::Field& field : record.record.type->fields) add_field(row, record, field);
  return row;
}

}  // namespace

std::string value_text(const base::Value& value) {
  return std::visit(ToText{}, value);
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (begins_formula(text)) out += '\'';
  for (const char c : visible_text(text)) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string csv_text(const Edition& edition, const base::RecordType& type) {
  std::string out;
  for (const EditionRecord& record : edition.records) {
    if (record.record.type != &type) continue;
    if (out.empty()) out.append(kByteOrderMark).append(header_row(type)).append(kLineEnd);
    out.append(record_row(edition, record)).append(kLineEnd);
  }
  return out;
}

}  // namespace exporter
