// SPDX-License-Identifier: Apache-2.0
// Every type that has no page of its own form: tables, with the fields that occur as columns.
#include <algorithm>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "export/report_parts.h"

namespace exporter {
namespace {

using Records = std::vector<const EditionRecord*>;

struct Topic {
  std::string_view stem, label;
  std::vector<std::string_view> types;
};

// In the order of the navigation. Types that stand nowhere else are shown under "Other records".
const std::vector<Topic>& topics() {
  static const std::vector<Topic> kTopics{
      {"people", "People and contacts", {"account", "participant", "contact", "membership"}},
      {"calls", "Calls", {"call"}},
      {"web", "Web", {"web_visit", "download", "search_term"}},
      {"wallets", "Wallets", {"wallet", "wallet_vault", "transaction", "site_grant"}},
      {"attached",
       "Media and receipts",
       {"media", "message_location", "reaction", "message_change", "receipt"}},
      {"files", "Files read", {"segment", "source"}},
      {"accounting",
       "Accounting and anomalies",
       {"count", "tree_count", "anomaly", "unsupported", "secret_sighting"}},
  };
  return kTopics;
}

bool has_own_pages(std::string_view type) {
  return type == "conversation" || type == "message" || type == "address_sighting";
}

bool is_in_a_topic(std::string_view type) {
  return std::any_of(topics().begin(), topics().end(), [&](const Topic& topic) {
    return std::find(topic.types.begin(), topic.types.end(), type) != topic.types.end();
  });
}

// A part of one type's table, on one page.
struct Piece {
  const base::RecordType* type;
  Records records;
};
struct PlannedTopic {
  Topic topic;
  std::vector<std::vector<Piece>> pages;
};

void add_to_pages(Report& report, PlannedTopic& planned, const Records& records, std::size_t& cost,
                  std::size_t& count) {
  for (const EditionRecord* record : records) {
    const std::size_t more = report.page_cost(*record) + 60 * record->record.type->fields.size();
    if (planned.pages.empty() || count == kPageItems || cost + more > kPageBytes) {
      planned.pages.emplace_back();
      cost = count = 0;
    }
    std::vector<Piece>& page = planned.pages.back();
    if (page.empty() || page.back().type != record->record.type) page.push_back({record->record.type, {}});
    page.back().records.push_back(record);
    cost += more;
    ++count;
    report.page_by_record[record] = numbered_page(std::string(planned.topic.stem), planned.pages.size());
  }
}

PlannedTopic plan(Report& report, const Topic& topic) {
  PlannedTopic planned{topic, {}};
  std::size_t cost = 0, count = 0;
  for (const std::string_view type : topic.types)
    add_to_pages(report, planned, report.of_type(type), cost, count);
  return planned;
}

// Fields that occur, so that empty columns take no room.
std::vector<const base::Field*> columns_of(const Piece& piece) {
  std::vector<const base::Field*> out;
  for (const base::Field& field : piece.type->fields) {
    const bool occurs = std::any_of(piece.records.begin(), piece.records.end(), [&](const auto* record) {
      return record->record.find(field.name) != nullptr || record->withholds(field.name);
    });
    if (occurs) out.push_back(&field);
  }
  return out;
}

void write_row(const Report& report, Markup& markup, const EditionRecord& record,
               std::span<const base::Field* const> columns) {
  const auto row = markup.element("tr", {{"id", record.citation}});
  {
    const auto cell = markup.element("th", {{"scope", "row"}});
    markup.words(record.citation);
    if (!record.pseudonym.empty()) markup.words(" " + record.pseudonym);
  }
  for (const base::Field* field : columns) {
    const auto cell = markup.element("td");
    report.field(markup, record, field->name);
  }
  const auto cell = markup.element("td", {{"class", "prov"}});
  report.provenance(markup, record, Cited::elsewhere);
}

void write_piece(const Report& report, Markup& markup, const Piece& piece) {
  const std::vector<const base::Field*> columns = columns_of(piece);
  markup.words("h2", label_of(piece.type->name));
  const auto scroll = markup.element("div", {{"class", "scroll"},
                                             {"tabindex", "0"},
                                             {"role", "region"},
                                             {"aria-label", label_of(piece.type->name)}});
  const auto table = markup.element("table");
  markup.words("caption", piece.type->meaning);
  {
    const auto head = markup.element("thead");
    const auto row = markup.element("tr");
    markup.words("th", "Citation", {{"scope", "col"}});
    for (const base::Field* field : columns) {
      markup.words("th", label_of(field->name), {{"scope", "col"}, {"title", std::string(field->meaning)}});
    }
    markup.words("th", "Provenance", {{"scope", "col"}});
  }
  const auto body = markup.element("tbody");
  for (const EditionRecord* record : piece.records) write_row(report, markup, *record, columns);
}

void write_topic(const Report& report, const PlannedTopic& planned, const PageSink& page) {
  const std::string stem(planned.topic.stem);
  for (std::size_t number = 1; number <= planned.pages.size(); ++number) {
    page(numbered_page(stem, number),
         page_of(report.frame(std::string(planned.topic.label)), [&](Markup& markup) {
           markup.words("h1", planned.topic.label);
           page_links(markup, stem, number, planned.pages.size());
           for (const Piece& piece : planned.pages[number - 1]) write_piece(report, markup, piece);
           page_links(markup, stem, number, planned.pages.size());
         }));
  }
}

Topic other_types() {
  Topic other{"other", "Other records", {}};
  for (const base::RecordType* type : base::all_record_types()) {
    if (!is_in_a_topic(type->name) && !has_own_pages(type->name)) other.types.push_back(type->name);
  }
  return other;
}

}  // namespace

std::vector<Section> plan_tables(Report& report) {
  std::vector<Topic> all = topics();
  all.push_back(other_types());
  std::vector<Section> out;
  for (const Topic& topic : all) {
    auto planned = std::make_shared<PlannedTopic>(plan(report, topic));
    if (planned->pages.empty()) continue;
    out.push_back(
        {numbered_page(std::string(topic.stem), 1), std::string(topic.label),
         [planned](const Report& written, const PageSink& page) { write_topic(written, *planned, page); }});
  }
  return out;
}

}  // namespace exporter
