// SPDX-License-Identifier: Apache-2.0
// The first page of the report, and the page of exhibits.
#include <algorithm>

#include <fmt/format.h>

#include "base/counted.h"
#include "export/csv.h"
#include "export/report_parts.h"

namespace exporter {
namespace {

void write_figure(Markup& markup, std::uint64_t number, std::string_view label) {
  const auto item = markup.element("li");
  markup.words("b", std::to_string(number));
  markup.words("span", label);
}

void write_figures(const Report& report, Markup& markup) {
  const auto figures = markup.element("ul", {{"class", "figures"}});
  write_figure(markup, report.edition.counts.released, "records released whole");
  write_figure(markup, report.edition.counts.redacted, "records released in part");
  write_figure(markup, report.edition.counts.withheld, "records withheld");
}

void write_fact(Markup& markup, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  markup.words("dt", name);
  markup.words("dd", value);
}

void write_request(const Request& request, Markup& markup) {
  const auto card = markup.element("section", {{"class", "card"}, {"aria-label", "Request"}});
  const auto facts = markup.element("dl", {{"class", "facts"}});
  write_fact(markup, "Request", request.id + ", " + request.title);
  write_fact(markup, "Recipient", request.recipient);
  write_fact(markup, "Requesting authority", request.requesting_authority);
  write_fact(markup, "Requested authority", request.requested_authority);
  write_fact(markup, "Legal basis", request.legal_basis);
  write_fact(markup, "Use limits", request.use_limits);
}

void write_row(Markup& markup, std::string_view name, std::initializer_list<std::uint64_t> numbers) {
  const auto row = markup.element("tr");
  markup.words("th", name, {{"scope", "row"}});
  for (const std::uint64_t number : numbers) markup.words("td", std::to_string(number), {{"class", "n"}});
}

void write_columns(Markup& markup, std::initializer_list<std::string_view> names) {
  const auto head = markup.element("thead");
  const auto row = markup.element("tr");
  bool first = true;
  for (const std::string_view name : names) {
    const std::string look = first ? "" : "n";
    markup.words("th", name, {{"scope", "col"}, {"class", look}});
    first = false;
  }
}

void write_types(const Report& report, Markup& markup) {
  markup.words("h2", "Records by type");
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  write_columns(markup, {"Type", "Whole", "In part", "Withheld"});
  const auto body = markup.element("tbody");
  for (const base::RecordType* type : base::all_record_types()) {
    Counts counts;
    for (const EditionRecord& record : report.edition.records) {
      if (record.record.type == type) ++(record.redacted() ? counts.redacted : counts.released);
    }
    for (const WithheldRecord& record : report.edition.withheld)
      if (record.type == type->name) ++counts.withheld;
    if (counts.released + counts.redacted + counts.withheld == 0) continue;
    write_row(markup, label_of(type->name), {counts.released, counts.redacted, counts.withheld});
  }
}

void write_reasons(const Report& report, Markup& markup) {
  const Edition& edition = report.edition;
  markup.words("h2", "What is withheld");
  if (edition.withheld_by_reason.empty() && edition.withheld_fields_by_reason.empty()) {
    markup.words("p", "Nothing of the chosen exhibits is withheld.");
    return;
  }
  markup.words(
      "p", "Every withheld record and every redacted one stands in the disclosure schedule with its reason.");
  {
    const auto line = markup.element("p");
    markup.link(Link("../disclosure/schedule.html"), "Disclosure schedule");
  }
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  write_columns(markup, {"Reason", "Records withheld", "Fields withheld in others"});
  const auto body = markup.element("tbody");
  for (const std::string_view code : reason_codes()) {
    const auto count = [&](const std::map<std::string, std::uint64_t>& counts) {
      const auto found = counts.find(std::string(code));
      return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    const std::uint64_t records = count(edition.withheld_by_reason),
                        fields = count(edition.withheld_fields_by_reason);
    if (records + fields != 0) write_row(markup, code, {records, fields});
  }
}

void write_reading(Markup& markup) {
  markup.words("h2", "How to read this");
  markup.words("p",
               "Names, numbers and words are shown as the device recorded them. Characters that would act on "
               "a screen are "
               "written out in grey boxes. Web addresses are shown and never linked. Every item carries a "
               "citation, such "
               "as KK-A-0001-M000123, and the file, table and row it came from.");
  markup.words(
      "p",
      "Where an edition uses pseudonyms, P-0001 stands for one participant record of one device and app, "
      "everywhere in this edition. Two pseudonyms may be the same person.");
}

void write_value(Markup& markup, const base::Json& value) {
  if (value.is_text()) return markup.evidence(value.text());
  if (value.is_bool()) return markup.words(value.boolean() ? "yes" : "no");
  markup.evidence(value.canonical());
}

void write_members(Markup& markup, const base::Json& members) {
  const auto facts = markup.element("dl", {{"class", "facts"}});
  for (const auto& [name, value] : members.members()) {
    const std::string label = label_of(name);
    if (!value.is_object()) {
      markup.words("dt", label);
      const auto cell = markup.element("dd");
      write_value(markup, value);
      continue;
    }
    for (const auto& [inner, part] : value.members()) {
      markup.words("dt", label + ", " + label_of(inner));
      const auto cell = markup.element("dd");
      write_value(markup, part);
    }
  }
}

void write_acts(Markup& markup, std::string_view title, const std::vector<base::Json>& acts) {
  for (const base::Json& act : acts) {
    markup.words("h3", title);
    write_members(markup, act);
  }
}

// What was done to the exhibit, and who signed it how: what a session or a slip of paper stands for is not
// what a person signed at the keyboard.
void write_entries(Markup& markup, const std::vector<ExhibitFacts::Entry>& entries) {
  if (entries.empty()) return;
  markup.words("h3", "Chain of custody");
  markup.words(
      "p",
      "A session signs with a key that the named person opened for named acts until a named time. On "
      "paper means a scanned slip, signed by hand: that is weaker than a signature.");
  const auto table = markup.element("table");
  {
    const auto head = markup.element("thead");
    const auto row = markup.element("tr");
    for (const std::string_view name : {"ledger", "entry", "time", "act", "signed by"})
      markup.words("th", name, {{"scope", "col"}});
  }
  const auto body = markup.element("tbody");
  for (const ExhibitFacts::Entry& entry : entries) {
    const auto row = markup.element("tr");
    for (const std::string* value :
         {&entry.ledger, &entry.index, &entry.time, &entry.act, &entry.signed_how}) {
      const auto cell = markup.element("td");
      markup.evidence(*value);
    }
  }
}

void write_exhibit(const Report& report, Markup& markup, const ExhibitFacts& exhibit) {
  const auto card = markup.element("section", {{"class", "card"}, {"aria-label", exhibit.label}});
  markup.words("h2", exhibit.label);
  const auto found = report.edition.counts_by_exhibit.find(exhibit.uid);
  const Counts counts = found == report.edition.counts_by_exhibit.end() ? Counts{} : found->second;
  markup.words("p", fmt::format("{} released whole, {} in part, {} withheld. Exhibit uid {}.",
                                base::counted(counts.released, "record", "records"), counts.redacted,
                                counts.withheld, exhibit.uid));
  write_members(markup, exhibit.description);
  write_acts(markup, "Acquisition", exhibit.acquisitions);
  write_acts(markup, "Extraction", exhibit.extractions);
  write_entries(markup, exhibit.entries);
}

}  // namespace

Section plan_overview(Report&) {
  return {"index.html", "Overview", [](const Report& report, const PageSink& page) {
            page("index.html", page_of(report.frame("Overview"), [&](Markup& markup) {
                   markup.words("h1",
                                report.inputs.title.empty() ? report.inputs.case_id : report.inputs.title);
                   markup.words("p", "What the exhibits hold, as far as this edition releases it.",
                                {{"class", "lead"}});
                   write_figures(report, markup);
                   write_request(report.edition.request, markup);
                   write_types(report, markup);
                   write_reasons(report, markup);
                   write_reading(markup);
                 }));
          }};
}

Section plan_exhibits(Report&) {
  return {"exhibits.html", "Exhibits", [](const Report& report, const PageSink& page) {
            page("exhibits.html", page_of(report.frame("Exhibits"), [&](Markup& markup) {
                   markup.words("h1", "Exhibits");
                   markup.words(
                       "p",
                       "What the signed ledger says of each exhibit, its acquisition and its extraction.",
                       {{"class", "lead"}});
                   for (const ExhibitFacts& exhibit : report.inputs.exhibits)
                     write_exhibit(report, markup, exhibit);
                 }));
          }};
}

}  // namespace exporter
