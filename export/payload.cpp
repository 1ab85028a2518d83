// SPDX-License-Identifier: Apache-2.0
#include "export/payload.h"

#include "export/cover.h"
#include "export/csv.h"
#include "export/proofs.h"
#include "export/schedule.h"

namespace exporter {
namespace {

void write_disclosure(const ReportInputs& inputs, Outgoing& out) {
  const Edition& edition = inputs.edition;
  for (std::size_t i = 0; i < edition.segments.size(); ++i)
    out.add(tree_name(i), tree_text(edition.segments[i]));
  out.add("data/disclosure/proofs.jsonl", proofs_text(edition));
  out.add("data/disclosure/redactions.jsonl", redactions_text(edition));
  out.add("data/disclosure/schedule.json", schedule_json(edition));
  write_schedule_pages(inputs, [&](const std::string& name, const std::string& html) {
    out.add("data/disclosure/" + name, html);
  });
}

void write_tables(const Edition& edition, Outgoing& out) {
  out.add("data/export/records.jsonl", records_text(edition));
  for (const base::RecordType* type : base::all_record_types()) {
    const std::string table = csv_text(edition, *type);
    if (!table.empty()) out.add("data/export/csv/" + std::string(type->name) + ".csv", table);
  }
}

// Pages of an edition that holds nothing: only words of ours are in them.
std::string empty_pages() {
  const Edition nothing;
  const ReportInputs inputs{nothing, "", "", {}};
  std::string out = cover_page(inputs) + start_page(inputs, {}) + verify_text({}) + schedule_json(nothing);
  const PageSink append = [&](const std::string&, const std::string& html) { out += html; };
  write_report(inputs, append);
  write_schedule_pages(inputs, append);
  return out;
}

void append_words(std::string& out, const EditionRecord& record) {
  const auto add = [&](std::string_view word) { out.append(word).append("\n"); };
  add(record.record.extractor);
  for (const auto& [index, value] : record.record.values) {
    if (const auto* word = std::get_if<base::Word>(&value)) add(word->value);
    if (const auto* time = std::get_if<base::Time>(&value)) add(time->unit + " " + time->basis);
  }
}

}  // namespace

void Outgoing::add(const std::string& name, std::string_view content) {
  scan_.check(name, content);
  staging_.add(name, content);
}

void write_payload(const ReportInputs& inputs, Outgoing& out) {
  out.add("data/cover/request.json", inputs.edition.request.released_form.pretty() + "\n");
  out.add("data/cover/cover.html", cover_page(inputs));
  write_disclosure(inputs, out);
  write_tables(inputs.edition, out);
  write_report(inputs, [&](const std::string& name, const std::string& html) {
    out.add("data/report/" + name, html);
  });
}

std::string vocabulary_of(const Edition& edition) {
  std::string out = empty_pages();
  for (const base::RecordType* type : base::all_record_types()) {
    out.append(type->name).append(" ").append(type->meaning).append("\n");
    for (const base::Field& field : type->fields)
      out.append(field.name).append(" ").append(field.meaning).append("\n");
  }
  std::string words;
  for (const EditionRecord& record : edition.records) {
    append_words(words, record);
    if (words.size() > (1 << 20)) break;  // words repeat; a megabyte of them is all of them
  }
  return out + words;
}

}  // namespace exporter
