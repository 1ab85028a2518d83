// SPDX-License-Identifier: Apache-2.0
#include "export/schedule.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/json.h"
#include "export/report_frame.h"

namespace exporter {
namespace {

using base::Json;

constexpr std::size_t kRowsOnAPage = 1000;

// Numbers of causes, from 1, in the order of the edition; only those that something refers to.
class CauseNumbers {
 public:
  explicit CauseNumbers(const Edition& edition) {
    for (const WithheldRecord& record : edition.withheld) use(record.cause);
    for (const EditionRecord& record : edition.records) {
      for (const WithheldField& field : record.withheld) use(field.cause);
    }
    for (const Cause& cause : edition.causes) {
      const auto found = numbers_.find(&cause);
      if (found == numbers_.end()) continue;
      causes_.push_back(&cause);
      found->second = causes_.size();
    }
  }
  std::size_t of(const Cause* cause) const { return numbers_.at(cause); }
  const std::vector<const Cause*>& all() const { return causes_; }

 private:
  void use(const Cause* cause) { numbers_.emplace(cause, 0); }
  std::map<const Cause*, std::size_t> numbers_;
  std::vector<const Cause*> causes_;
};

Json number(std::uint64_t value) {
  return std::to_string(value);
}

Json counts_json(const std::map<std::string, std::uint64_t>& counts) {
  Json out = Json::object();
  for (const auto& [reason, count] : counts) out.set(reason, number(count));
  return out;
}

Json causes_json(const CauseNumbers& numbers) {
  Json out = Json::array();
  for (const Cause* cause : numbers.all()) {
    out.push(Json::object({{"cause", number(numbers.of(cause))},
                           {"reason", cause->reason},
                           {"claimed_by", cause->claimed_by},
                           {"decided_by", cause->decided_by},
                           {"legal_basis", cause->legal_basis}}));
  }
  return out;
}

Counts counts_of_segment(const Edition& edition, std::size_t segment) {
  Counts counts;
  for (const EditionRecord& record : edition.records) {
    if (record.segment == segment) ++(record.redacted() ? counts.redacted : counts.released);
  }
  for (const WithheldRecord& record : edition.withheld) {
    if (record.segment == segment) ++counts.withheld;
  }
  return counts;
}

Json segments_json(const Edition& edition) {
  Json out = Json::array();
  for (std::size_t i = 0; i < edition.segments.size(); ++i) {
    const EditionSegment& segment = edition.segments[i];
    const Counts counts = counts_of_segment(edition, i);
    out.push(Json::object({{"segment", number(i + 1)},
                           {"exhibit", segment.exhibit_label},
                           {"exhibit_uid", segment.exhibit_uid},
                           {"acquisition", segment.acquisition},
                           {"records", number(segment.commitments.size())},
                           {"released", number(counts.released)},
                           {"redacted", number(counts.redacted)},
                           {"withheld", number(counts.withheld)}}));
  }
  return out;
}

Json withheld_json(const Edition& edition, const CauseNumbers& numbers) {
  Json out = Json::array();
  for (const WithheldRecord& record : edition.withheld) {
    Json item = Json::object({{"handle", record.handle},
                              {"type", record.type},
                              {"exhibit", record.exhibit_label},
                              {"segment", number(record.segment + 1)},
                              {"cause", number(numbers.of(record.cause))}});
    if (!record.month.empty()) item.set("month", record.month);
    out.push(std::move(item));
  }
  return out;
}

void write_header(Markup& markup, std::initializer_list<std::string_view> names) {
  const auto head = markup.element("thead");
  const auto row = markup.element("tr");
  for (const std::string_view name : names) markup.words("th", name, {{"scope", "col"}});
}

void write_causes(Markup& markup, const CauseNumbers& numbers) {
  markup.words("h2", "Causes");
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  write_header(markup, {"Cause", "Reason", "Claimed by", "Decided by", "Legal basis"});
  const auto body = markup.element("tbody");
  for (const Cause* cause : numbers.all()) {
    const auto row = markup.element("tr", {{"id", "cause-" + std::to_string(numbers.of(cause))}});
    markup.words("th", std::to_string(numbers.of(cause)), {{"scope", "row"}});
    for (const std::string* text :
         {&cause->reason, &cause->claimed_by, &cause->decided_by, &cause->legal_basis}) {
      markup.words("td", *text);
    }
  }
}

void write_counts(Markup& markup, const Edition& edition) {
  markup.words("p",
               fmt::format("{} released whole, {} in part, {} withheld.",
                           base::counted(edition.counts.released, "record is", "records are"),
                           edition.counts.redacted, base::counted(edition.counts.withheld, "is", "are")));
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  write_header(markup, {"Reason", "Records withheld", "Fields withheld in others"});
  const auto body = markup.element("tbody");
  for (const std::string_view code : reason_codes()) {
    const auto records = edition.withheld_by_reason.find(std::string(code));
    const auto fields = edition.withheld_fields_by_reason.find(std::string(code));
    const std::uint64_t left = records == edition.withheld_by_reason.end() ? 0 : records->second;
    const std::uint64_t right = fields == edition.withheld_fields_by_reason.end() ? 0 : fields->second;
    if (left + right == 0) continue;
    const auto row = markup.element("tr");
    markup.words("th", code, {{"scope", "row"}});
    markup.words("td", std::to_string(left));
    markup.words("td", std::to_string(right));
  }
}

// A row of the schedule: a withheld record, or a redacted one.
struct Row {
  std::string name, type, exhibit, month, fields, cause;
};

std::vector<Row> rows_of(const Edition& edition, const CauseNumbers& numbers) {
  std::vector<Row> out;
  for (const WithheldRecord& record : edition.withheld) {
    out.push_back({record.handle, record.type, record.exhibit_label, record.month, "whole record",
                   std::to_string(numbers.of(record.cause))});
  }
  for (const EditionRecord& record : edition.records) {
    if (!record.redacted()) continue;
    Row row{record.citation,
            std::string(record.record.type->name),
            edition.segments[record.segment].exhibit_label,
            "",
            "",
            ""};
    std::string last;
    for (const WithheldField& field : record.withheld) {
      row.fields += (row.fields.empty() ? "" : ", ") + field.field;
      const std::string cause = std::to_string(numbers.of(field.cause));
      if (cause != last) row.cause += (row.cause.empty() ? "" : ", ") + cause;
      last = cause;
    }
    out.push_back(std::move(row));
  }
  return out;
}

void write_rows(Markup& markup, const std::vector<Row>& rows, std::size_t begin, std::size_t end) {
  markup.words("h2", "One by one");
  const auto scroll = markup.element(
      "div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Schedule"}});
  const auto table = markup.element("table");
  write_header(markup, {"Handle or citation", "Type", "Exhibit", "Month", "What stays behind", "Cause"});
  const auto body = markup.element("tbody");
  for (std::size_t i = begin; i < end; ++i) {
    const Row& row = rows[i];
    const auto line = markup.element("tr");
    markup.words("th", row.name, {{"scope", "row"}});
    for (const std::string* text : {&row.type, &row.exhibit, &row.month, &row.fields, &row.cause}) {
      markup.words("td", *text);
    }
  }
}

std::string page_name(std::size_t number) {
  return number == 1 ? std::string("schedule.html") : fmt::format("schedule-{:04}.html", number);
}

void write_links(Markup& markup, std::size_t number, std::size_t pages) {
  if (pages < 2) return;
  const auto links = markup.element("nav", {{"class", "pages"}, {"aria-label", "Pages"}});
  if (number > 1) markup.link(Link(page_name(number - 1)), "Previous page");
  markup.words("span", fmt::format("Page {} of {}", number, pages));
  if (number < pages) markup.link(Link(page_name(number + 1)), "Next page");
}

}  // namespace

std::string schedule_json(const Edition& edition) {
  const CauseNumbers numbers(edition);
  const Json out =
      Json::object({{"schema", "holdfast-schedule/1"},
                    {"request", edition.request.id},
                    {"released", number(edition.counts.released)},
                    {"redacted", number(edition.counts.redacted)},
                    {"withheld_records", number(edition.counts.withheld)},
                    {"withheld_by_reason", counts_json(edition.withheld_by_reason)},
                    {"withheld_fields_by_reason", counts_json(edition.withheld_fields_by_reason)},
                    {"segments", segments_json(edition)},
                    {"causes", causes_json(numbers)},
                    {"withheld", withheld_json(edition, numbers)}});
  return out.pretty() + "\n";
}

std::string redactions_text(const Edition& edition) {
  const CauseNumbers numbers(edition);
  std::string out;
  for (const EditionRecord& record : edition.records) {
    if (!record.redacted()) continue;
    Json fields = Json::array();
    for (const WithheldField& field : record.withheld) {
      fields.push(Json::object({{"cause", number(numbers.of(field.cause))}, {"field", field.field}}));
    }
    out += Json::object({{"citation", record.citation}, {"withheld", std::move(fields)}}).canonical() + "\n";
  }
  return out;
}

void write_schedule_pages(const ReportInputs& inputs, const PageSink& page) {
  const CauseNumbers numbers(inputs.edition);
  const std::vector<Row> rows = rows_of(inputs.edition, numbers);
  const std::size_t pages = std::max<std::size_t>(1, (rows.size() + kRowsOnAPage - 1) / kRowsOnAPage);
  const Frame frame{"Disclosure schedule",
                    inputs.case_id + " · " + inputs.title,
                    {{Link("../report/index.html"), "Report"}, {Link("../cover/cover.html"), "Cover"}},
                    "A handle is random and says nothing of the record that it stands for."};
  for (std::size_t number = 1; number <= pages; ++number) {
    page(page_name(number), page_of(frame, [&](Markup& markup) {
           markup.words("h1", "Disclosure schedule");
           if (number == 1) write_counts(markup, inputs.edition);
           if (number == 1) write_causes(markup, numbers);
           const std::size_t begin = (number - 1) * kRowsOnAPage;
           const std::size_t end = std::min(rows.size(), number * kRowsOnAPage);
           if (end > begin) write_rows(markup, rows, begin, end);
           write_links(markup, number, pages);
         }));
  }
}

}  // namespace exporter
