// SPDX-License-Identifier: Apache-2.0
// Everything that has a time, in one order; and addresses of crypto-currencies with where each was seen.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "export/code_points.h"
#include "export/report_parts.h"

namespace exporter {
namespace {

struct Moment {
  std::int64_t utc_us;
  const EditionRecord* record;
  std::size_t field;
};

constexpr std::size_t kGistBytes = 240;

// Fields that say the most of a record in a line, best first.
constexpr std::string_view kGist[] = {"text",  "subject", "event",   "url",    "urls",
                                      "title", "term",    "caption", "name",   "address",
                                      "hash",  "path",    "detail",  "origin", "identifier"};
// People of a record.
constexpr std::string_view kPeople[] = {"sender", "participant", "recipients", "by", "recipient"};

std::vector<Moment> moments_of(const Edition& edition) {
  std::vector<Moment> out;
  for (const EditionRecord& record : edition.records) {
    for (const auto& [index, value] : record.record.values) {
      const auto* time = std::get_if<base::Time>(&value);
      if (time != nullptr && time->utc_us) out.push_back({*time->utc_us, &record, index});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.utc_us < b.utc_us; });
  return out;
}

std::string_view beginning(std::string_view text) {
  if (text.size() <= kGistBytes) return text;
  std::size_t end = kGistBytes;
  while (end > kGistBytes - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void write_gist(const Report& report, Markup& markup, const EditionRecord& record) {
  for (const std::string_view field : kGist) {
    if (record.withholds(field)) return report.held(markup, record, field);
    const base::Value* value = record.record.find(field);
    if (value == nullptr) continue;
    if (const auto* text = std::get_if<base::Text>(value)) {
      markup.evidence(beginning(text->bytes));
      if (text->bytes.size() > kGistBytes) markup.words("…");
    } else if (const auto* texts = std::get_if<std::vector<base::Text>>(value)) {
      markup.evidence(beginning(texts->back().bytes));
    } else {
      report.field(markup, record, field);
    }
    return;
  }
}

void write_moment(const Report& report, Markup& markup, const Moment& moment) {
  const base::Record& data = moment.record->record;
  const auto row = markup.element("tr");
  {
    const auto cell = markup.element("th", {{"scope", "row"}});
    report.time(markup, std::get<base::Time>(*data.find(data.type->fields[moment.field].name)));
  }
  markup.words("td", label_of(data.type->name));
  markup.words("td", label_of(data.type->fields[moment.field].name));
  {
    const auto cell = markup.element("td");
    for (const std::string_view field : kPeople) {
      const auto id = data.text(field);
      if (id && report.find(*id) != nullptr) report.person(markup, *report.find(*id));
      if (id) break;
    }
  }
  {
    const auto cell = markup.element("td");
    write_gist(report, markup, *moment.record);
  }
  const auto cell = markup.element("td");
  report.citation(markup, *moment.record);
}

void write_header(Markup& markup, std::initializer_list<std::string_view> names) {
  const auto head = markup.element("thead");
  const auto row = markup.element("tr");
  for (const std::string_view name : names) markup.words("th", name, {{"scope", "col"}});
}

struct Timeline {
  std::vector<Moment> moments;
  std::vector<std::size_t> bounds;
};

// The gist of a record is shorter than the record, so what the record costs is enough.
constexpr std::size_t kMostOfARow = 12'000;
std::vector<std::size_t> costs_of(const Report& report, const std::vector<Moment>& moments) {
  std::vector<std::size_t> out;
  for (const Moment& moment : moments) out.push_back(std::min(report.page_cost(*moment.record), kMostOfARow));
  return out;
}

void write_timeline_page(const Report& report, const Timeline& timeline, std::size_t number,
                         const PageSink& page) {
  const std::size_t pages = timeline.bounds.size() - 1;
  page(
      numbered_page("timeline", number), page_of(report.frame("Timeline"), [&](Markup& markup) {
        markup.words("h1", "Timeline");
        markup.words(
            "p", "Every time that the released records hold and that can be placed, in UTC, earliest first.",
            {{"class", "lead"}});
        page_links(markup, "timeline", number, pages);
        {
          const auto scroll = markup.element(
              "div",
              {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Timeline"}});
          const auto table = markup.element("table");
          write_header(markup, {"Time", "Record", "Which time", "Person as recorded", "Content", "Citation"});
          const auto body = markup.element("tbody");
          for (std::size_t i = timeline.bounds[number - 1]; i < timeline.bounds[number]; ++i) {
            write_moment(report, markup, timeline.moments[i]);
          }
        }
        page_links(markup, "timeline", number, pages);
      }));
}

// Sightings of one address, in the order of the segments.
struct Address {
  std::string chain, address, form, checksum;
  std::vector<const EditionRecord*> sightings;
};
constexpr std::size_t kSightingsShown = 40;

std::vector<Address> addresses_of(Report& report) {
  std::map<std::pair<std::string, std::string>, Address> by_address;
  for (const EditionRecord* sighting : report.of_type("address_sighting")) {
    const auto text = [&](std::string_view field) { return sighting->record.text(field).value_or(""); };
    Address& entry = by_address[{text("chain"), text("address")}];
    if (entry.sightings.empty()) entry = {text("chain"), text("address"), text("form"), text("checksum"), {}};
    entry.sightings.push_back(sighting);
  }
  std::vector<Address> out;
  for (auto& [key, entry] : by_address) out.push_back(std::move(entry));
  return out;
}

void write_sightings(const Report& report, Markup& markup, const Address& address) {
  const std::size_t shown = std::min(address.sightings.size(), kSightingsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const EditionRecord& sighting = *address.sightings[i];
    const auto line = markup.element("div", {{"id", sighting.citation}});
    if (const auto id = sighting.record.text("record")) report.reference(markup, *id);
    report.held(markup, sighting, "record");
    markup.words(" " + sighting.record.text("field").value_or("") + " · " + sighting.citation);
  }
  if (shown < address.sightings.size()) {
    markup.words(
        fmt::format("and {} more in data/export/csv/address_sighting.csv", address.sightings.size() - shown));
  }
}

void write_address(const Report& report, Markup& markup, const Address& address) {
  const auto row = markup.element("tr");
  {
    const auto cell = markup.element("th", {{"scope", "row"}});
    if (address.address.empty()) report.held(markup, *address.sightings.front(), "address");
    report.evidence(markup, address.address);
  }
  markup.words("td", address.chain);
  markup.words("td", address.form);
  markup.words("td", address.checksum);
  markup.words("td", std::to_string(address.sightings.size()), {{"class", "n"}});
  const auto cell = markup.element("td");
  write_sightings(report, markup, address);
}

constexpr std::size_t kAddressesOnAPage = 100;

void write_addresses_page(const Report& report, const std::vector<Address>& addresses, std::size_t number,
                          const PageSink& page) {
  const std::size_t pages = (addresses.size() + kAddressesOnAPage - 1) / kAddressesOnAPage;
  page(numbered_page("addresses", number), page_of(report.frame("Addresses"), [&](Markup& markup) {
         markup.words("h1", "Addresses");
         markup.words("p",
                      "Addresses of crypto-currencies as they stand in released texts. That an address "
                      "stands in a text "
                      "says nothing of who controls it.",
                      {{"class", "lead"}});
         page_links(markup, "addresses", number, pages);
         const auto scroll = markup.element(
             "div",
             {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Addresses"}});
         const auto table = markup.element("table");
         write_header(markup, {"Address", "Chain", "Form", "Checksum", "Sightings", "Where"});
         const auto body = markup.element("tbody");
         const std::size_t end = std::min(addresses.size(), number * kAddressesOnAPage);
         for (std::size_t i = (number - 1) * kAddressesOnAPage; i < end; ++i)
           write_address(report, markup, addresses[i]);
       }));
}

}  // namespace

std::vector<Section> plan_timeline(Report& report) {
  auto timeline = std::make_shared<Timeline>();
  timeline->moments = moments_of(report.edition);
  if (timeline->moments.empty()) return {};
  timeline->bounds = page_bounds(costs_of(report, timeline->moments));
  return {{"timeline-0001.html", "Timeline", [timeline](const Report& written, const PageSink& page) {
             for (std::size_t number = 1; number < timeline->bounds.size(); ++number) {
               write_timeline_page(written, *timeline, number, page);
             }
           }}};
}

std::vector<Section> plan_addresses(Report& report) {
  auto addresses = std::make_shared<std::vector<Address>>(addresses_of(report));
  if (addresses->empty()) return {};
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    for (const EditionRecord* sighting : (*addresses)[i].sightings) {
      report.page_by_record[sighting] = numbered_page("addresses", i / kAddressesOnAPage + 1);
    }
  }
  return {{"addresses-0001.html", "Addresses", [addresses](const Report& written, const PageSink& page) {
             const std::size_t pages = (addresses->size() + kAddressesOnAPage - 1) / kAddressesOnAPage;
             for (std::size_t number = 1; number <= pages; ++number) {
               write_addresses_page(written, *addresses, number, page);
             }
           }}};
}

}  // namespace exporter
