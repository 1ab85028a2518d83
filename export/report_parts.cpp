// SPDX-License-Identifier: Apache-2.0
#include "export/report_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "export/code_points.h"
#include "export/csv.h"

namespace exporter {
namespace {

using base::FieldType;

constexpr std::size_t kItemCost = 1000;  // tags, citation, provenance
constexpr std::size_t kNameBytes = 120;  // of a name where it stands for a person
constexpr std::size_t kPathBytes =
    300;  // of a locator in a provenance line; the whole stands under "Files read"

std::string_view beginning(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > bytes - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string_view shown_part(std::string_view text) {
  return beginning(text, kShownBytes);
}

// Name or handle that stands for a participant; nothing where both are withheld or absent.
std::optional<std::string> recorded_name(const EditionRecord& participant) {
  auto name = participant.record.text("name");
  if (!name) name = participant.record.text("identifier");
  if (!name || name->size() <= kNameBytes) return name;
  return std::string(beginning(*name, kNameBytes)) + "…";
}

std::size_t cost_of_text(std::string_view text) {
  return escaped_evidence(shown_part(text)).size() + 120;
}

std::size_t cost_of(const base::Value& value) {
  if (const auto* text = std::get_if<base::Text>(&value)) return cost_of_text(text->bytes);
  if (const auto* texts = std::get_if<std::vector<base::Text>>(&value)) {
    std::size_t cost = 0;
    for (const base::Text& text : *texts) cost += cost_of_text(text.bytes);
    return cost;
  }
  return std::holds_alternative<base::Json>(value) ? cost_of_text(value_text(value)) : 240;
}

// A position as people say it; the exact form is in records.jsonl.
struct PositionWords {
  std::string operator()(const base::Whole&) const { return "whole file"; }
  std::string operator()(const base::Row& row) const {
    return fmt::format("table {}, row {}", row.table, row.rowid);
  }
  std::string operator()(const base::PageCell& cell) const {
    return fmt::format("{} page {}, offset {}", cell.space, cell.page, cell.offset);
  }
  std::string operator()(const base::Range& range) const {
    return fmt::format("bytes {} to {}", range.offset, range.offset + range.size);
  }
  std::string operator()(const base::StoreKey& key) const {
    return fmt::format("key {}, sequence {}, offset {}", key.key, key.sequence, key.offset);
  }
  std::string operator()(const base::Element& element) const { return "element " + element.pointer; }
};

}  // namespace

std::string label_of(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', ' ');
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

Report::Report(const ReportInputs& report_inputs) : inputs(report_inputs), edition(report_inputs.edition) {
  for (const EditionRecord& record : edition.records) {
    if (!record.record.id.empty()) by_id_.emplace(record.record.id, &record);
    for (const auto& [index, value] : record.record.values) {
      if (record.record.type->fields[index].type != FieldType::record) continue;
      naming_[std::get<base::RecordId>(value)].push_back(&record);
    }
  }
}

std::size_t Report::reference_cost(const base::RecordId& id) const {
  const EditionRecord* record = find(id);
  const auto name = record == nullptr ? std::nullopt : recorded_name(*record);
  return 240 + (name ? escaped_evidence(*name).size() : 0);
}

std::size_t Report::page_cost(const EditionRecord& record) const {
  std::size_t cost = kItemCost + 120 * record.withheld.size();
  for (const auto& [index, value] : record.record.values) {
    cost += cost_of(value);
    if (record.record.type->fields[index].type == FieldType::record)
      cost += reference_cost(std::get<base::RecordId>(value));
    if (const auto* ids = std::get_if<std::vector<base::RecordId>>(&value)) {
      for (const base::RecordId& id : *ids) cost += reference_cost(id);
    }
  }
  const EditionRecord* source = find(record.record.place.source);
  const auto path = source == nullptr ? std::nullopt : source->record.text("path");
  return cost + escaped_evidence(base::position_to_json(record.record.place.position).canonical()).size() +
         (path ? escaped_evidence(path->substr(0, kPathBytes)).size() : 0);
}

const EditionRecord* Report::find(const base::RecordId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

const std::vector<const EditionRecord*>& Report::naming(const base::RecordId& id) const {
  static const std::vector<const EditionRecord*> kNone;
  const auto found = naming_.find(id);
  return id.empty() || found == naming_.end() ? kNone : found->second;
}

std::vector<const EditionRecord*> Report::of_type(std::string_view type) const {
  std::vector<const EditionRecord*> out;
  for (const EditionRecord& record : edition.records) {
    if (record.record.type->name == type) out.push_back(&record);
  }
  return out;
}

Frame Report::frame(std::string title) const {
  return {
      std::move(title), inputs.case_id + " · " + inputs.title, navigation,
      "Request " + edition.request.id + ", for " + edition.request.recipient +
          ". These pages are a rendering of data/export/records.jsonl, which is what is proven and signed. "
          "They say what the data is and where it stood, and nothing about what anybody did."};
}

void Report::time(Markup& markup, const base::Time& time) const {
  if (time.utc_us) {
    markup.words("time", base::format_utc_for_people(*time.utc_us),
                 {{"datetime", base::format_utc(*time.utc_us)}});
  } else {
    evidence(markup, time.raw);
    markup.words(" (" + time.unit + ")");
  }
  if (time.basis != "stored UTC") markup.words(" (" + time.basis + ")");
}

void Report::person(Markup& markup, const EditionRecord& participant) const {
  const auto own = participant.record.find("own");
  if (!participant.pseudonym.empty()) {
    markup.words(participant.pseudonym);
  } else if (const auto name = recorded_name(participant)) {
    markup.evidence(*name);
  } else {
    markup.words(participant.citation);
  }
  if (own != nullptr && std::get<bool>(*own)) markup.words(" (account on the device)");
}

void Report::citation(Markup& markup, const EditionRecord& record) const {
  const auto page = page_by_record.find(&record);
  if (page == page_by_record.end()) return markup.words("code", record.citation);
  markup.link(Link(page->second + "#" + record.citation), record.citation);
}

void Report::reference(Markup& markup, const base::RecordId& id) const {
  const EditionRecord* record = find(id);
  if (record == nullptr) return markup.words("code", id);
  const auto page = page_by_record.find(record);
  if (record->record.type->name != "participant" || page == page_by_record.end())
    return citation(markup, *record);
  const auto anchor = markup.element("a", {{"href", Link(page->second + "#" + record->citation)}});
  person(markup, *record);
}

void Report::evidence(Markup& markup, std::string_view text) const {
  const std::string_view shown = shown_part(text);
  markup.evidence(shown);
  if (shown.size() == text.size()) return;
  markup.words(fmt::format(" [{} more bytes in records.jsonl]", text.size() - shown.size()));
}

void Report::value(Markup& markup, const base::Value& value, FieldType type) const {
  if (type == FieldType::record) return reference(markup, std::get<base::RecordId>(value));
  if (const auto* when = std::get_if<base::Time>(&value)) return time(markup, *when);
  if (const auto* ids = std::get_if<std::vector<base::RecordId>>(&value)) {
    for (const base::RecordId& id : *ids) {
      if (&id != ids->data()) markup.words(", ");
      reference(markup, id);
    }
    return;
  }
  if (const auto* texts = std::get_if<std::vector<base::Text>>(&value)) {
    for (const base::Text& text : *texts) {
      if (&text != texts->data()) markup.words(", ");
      evidence(markup, text.bytes);
    }
    return;
  }
  if (const auto* flag = std::get_if<bool>(&value)) return markup.words(*flag ? "yes" : "no");
  evidence(markup, value_text(value));
}

void Report::held(Markup& markup, const EditionRecord& record, std::string_view field) const {
  for (const WithheldField& entry : record.withheld) {
    if (entry.field == field)
      markup.words("span", "withheld: " + entry.cause->reason, {{"class", "held"}, {"title", entry.field}});
  }
}

void Report::field(Markup& markup, const EditionRecord& record, std::string_view name) const {
  held(markup, record, name);
  for (const base::Field& declared : record.record.type->fields) {
    if (declared.name != name) continue;
    if (const base::Value* found = record.record.find(name)) value(markup, *found, declared.type);
  }
}

void Report::provenance(Markup& markup, const EditionRecord& record, Cited cited) const {
  const base::Record& data = record.record;
  const auto line = markup.element("p", {{"class", "from"}});
  if (cited == Cited::here) markup.words(record.citation + " · ");
  if (const EditionRecord* source = find(data.place.source)) {
    markup.words("from ");
    citation(markup, *source);
    if (const auto path = source->record.text("path")) {
      markup.words(" ");
      markup.evidence(beginning(*path, kPathBytes));
      if (path->size() > kPathBytes) markup.words("…");
    }
    markup.words(" · ");
  }
  if (record.withholds("position")) {
    markup.words("position ");
    held(markup, record, "position");
  } else {
    evidence(markup, std::visit(PositionWords{}, data.place.position));
  }
  markup.words(" · " + std::string(base::name_of(data.place.state)));
  if (!data.extractor.empty()) markup.words(" · " + data.extractor);
  if (!data.id.empty()) {
    markup.words(" · record ");
    markup.words("code", data.id);
  }
}

std::vector<std::size_t> page_bounds(const std::vector<std::size_t>& costs) {
  std::vector<std::size_t> bounds{0};
  std::size_t cost = 0;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (i > bounds.back() && (i - bounds.back() == kPageItems || cost + costs[i] > kPageBytes)) {
      bounds.push_back(i);
      cost = 0;
    }
    cost += costs[i];
  }
  bounds.push_back(costs.size());
  return bounds;
}

std::string numbered_page(const std::string& stem, std::size_t number) {
  return fmt::format("{}-{:04}.html", stem, number);
}

void page_links(Markup& markup, const std::string& stem, std::size_t number, std::size_t count) {
  if (count < 2) return;
  const auto links = markup.element("nav", {{"class", "pages"}, {"aria-label", "Pages"}});
  if (number > 1) markup.link(Link(numbered_page(stem, number - 1)), "Previous page");
  markup.words("span", fmt::format("Page {} of {}", number, count));
  if (number < count) markup.link(Link(numbered_page(stem, number + 1)), "Next page");
}

}  // namespace exporter
