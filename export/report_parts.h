// SPDX-License-Identifier: Apache-2.0
// What the pages have in common: how a time, a person, a reference, a withheld field and the provenance of a
// record are shown, and where each record stands. Internal to the room. Thread rule: one thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "export/markup.h"
#include "export/report.h"
#include "export/report_frame.h"

namespace exporter {

inline constexpr std::size_t kPageItems = 1000;
// What is planned for a page, by estimate; pages stay below 1.5 MB.
inline constexpr std::size_t kPageBytes = 1'100'000;
// Longer texts are shown to here; the rest is in records.jsonl.
inline constexpr std::size_t kShownBytes = 16 * 1024;

// A name of ours as a label: "Identifier kind" for identifier_kind.
std::string label_of(std::string_view name);

// Whether a provenance line begins with the record's citation, or that stands elsewhere.
enum class Cited { here, elsewhere };

class Report {
 public:
  explicit Report(const ReportInputs& inputs);

  const ReportInputs& inputs;
  const Edition& edition;
  std::vector<NavigationEntry> navigation;

  // Where each record is shown: page and, as anchor, its citation.
  std::unordered_map<const EditionRecord*, std::string> page_by_record;

  // Bytes of HTML that a record will take, at least as many as it does.
  std::size_t page_cost(const EditionRecord& record) const;

  const EditionRecord* find(const base::RecordId& id) const;
  // Records of the type that name `id` in the member.
  const std::vector<const EditionRecord*>& naming(const base::RecordId& id) const;
  std::vector<const EditionRecord*> of_type(std::string_view type) const;
  Frame frame(std::string title) const;

  // "2026-11-21 16:19:24Z", and what is known of its basis.
  void time(Markup& markup, const base::Time& time) const;
  // A participant as recorded (the beginning of a long name), or as a pseudonym.
  void person(Markup& markup, const EditionRecord& participant) const;
  void reference(Markup& markup, const base::RecordId& id) const;
  void evidence(Markup& markup, std::string_view text) const;  // at most kShownBytes, and says so
  void value(Markup& markup, const base::Value& value, base::FieldType type) const;
  void held(Markup& markup, const EditionRecord& record, std::string_view field) const;
  // Value or mark of withholding; nothing where the record has no such field.
  void field(Markup& markup, const EditionRecord& record, std::string_view name) const;
  void provenance(Markup& markup, const EditionRecord& record, Cited cited) const;
  void citation(Markup& markup, const EditionRecord& record) const;  // as a link to where it stands

 private:
  std::size_t reference_cost(const base::RecordId& id) const;
  std::unordered_map<base::RecordId, const EditionRecord*> by_id_;
  std::unordered_map<base::RecordId, std::vector<const EditionRecord*>> naming_;
};

// "Page 2 of 7", with links to the neighbours.
std::string numbered_page(const std::string& stem, std::size_t number);  // from 1: calls-0001.html
void page_links(Markup& markup, const std::string& stem, std::size_t number, std::size_t count);

// Cuts a list into pages by what its items cost: where each page begins, and the end of the last.
std::vector<std::size_t> page_bounds(const std::vector<std::size_t>& costs);

// The sections; each plans where its records stand, then writes its pages.
struct Section {
  std::string first_page, label;
  std::function<void(const Report&, const PageSink&)> write;
};
std::vector<Section> plan_chats(Report& report);
std::vector<Section> plan_tables(Report& report);
std::vector<Section> plan_addresses(Report& report);
std::vector<Section> plan_timeline(Report& report);
Section plan_exhibits(Report& report);
Section plan_overview(Report& report);

}  // namespace exporter
