// SPDX-License-Identifier: Apache-2.0
#include "export/memo.h"

#include <algorithm>

#include "base/counted.h"

namespace exporter {
namespace {

using custody::ExhibitStory;

void write_fact(Markup& markup, std::string_view name, std::string_view typed) {
  if (typed.empty()) return;
  markup.words("dt", name);
  const auto value = markup.element("dd");
  markup.evidence(typed);
}

// Each value of a member once, in order, as one text.
std::string values_of(const std::vector<ExhibitStory>& exhibits, std::string_view member) {
  std::vector<std::string> values;
  for (const ExhibitStory& exhibit : exhibits) {
    const std::string value = exhibit.first(member);
    if (!value.empty() && std::ranges::find(values, value) == values.end()) values.push_back(value);
  }
  std::ranges::sort(values);
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string when_seized(const std::vector<ExhibitStory>& exhibits) {
  if (exhibits.empty()) return {};
  const auto [first, last] = std::ranges::minmax(exhibits, {}, &ExhibitStory::seized_us);
  const std::string from = minute_of(first.seized_us), to = minute_of(last.seized_us);
  return from == to ? from : from + " to " + to;
}

void write_facts(Markup& markup, const MemoInputs& inputs) {
  const auto card = markup.element("section", {{"class", "card"}, {"aria-label", "Case"}});
  const auto facts = markup.element("dl", {{"class", "facts"}});
  write_fact(markup, "Case", case_line(inputs.case_id, inputs.title));
  std::string authority = inputs.authority;
  if (const std::string more = values_of(inputs.exhibits, "authority"); !more.empty() && more != authority)
    authority += (authority.empty() ? "" : "; ") + more;
  write_fact(markup, "Authority", authority);
  write_fact(markup, "Site", values_of(inputs.exhibits, "site"));
  write_fact(markup, "Floor", values_of(inputs.exhibits, "floor"));
  write_fact(markup, "Seized", when_seized(inputs.exhibits));
  write_fact(markup, "Printed", minute_of(inputs.now_us));
}

void write_kind(Markup& markup, const ExhibitStory& exhibit, const MemoInputs& inputs) {
  const auto cell = markup.element("td");
  markup.evidence(exhibit.kind);
  const auto whole = std::ranges::find(inputs.all, exhibit.parent_uid, &ExhibitStory::uid);
  if (!exhibit.parent_uid.empty() && whole != inputs.all.end()) markup.words(", part of " + whole->label);
}

void write_serial(Markup& markup, const ExhibitStory& exhibit) {
  const std::string serial = exhibit.first("serial");
  if (!serial.empty()) return write_cell(markup, serial);
  const auto cell = markup.element("td");
  markup.words("none read");
  if (const std::string reason = exhibit.first("serial_reason"); !reason.empty()) {
    markup.words(": ");
    markup.evidence(reason);
  }
}

void write_room(Markup& markup, const Room& room, const MemoInputs& inputs) {
  {
    const auto heading = markup.element("h2");
    write_room_name(markup, room);
  }
  markup.words("p", base::counted(room.exhibits.size(), "thing was", "things were") +
                        (room.name.empty() ? " taken." : " taken from here."));
  write_table(markup, {"No.", "Label", "Kind", "Serial number", "Seal"}, OnTelephone::table, [&] {
    std::size_t number = 0;
    for (const ExhibitStory* exhibit : room.exhibits) {
      const auto row = markup.element("tr");
      markup.words("td", std::to_string(++number));
      {
        const auto label = markup.element("th", {{"scope", "row"}});
        markup.evidence(exhibit->label);
      }
      write_kind(markup, *exhibit, inputs);
      write_serial(markup, *exhibit);
      write_cell(markup, exhibit->first("seal"));
    }
  });
}

void write_lines(Markup& markup, std::string_view who, std::initializer_list<std::string_view> lines) {
  const auto column = markup.element("div");
  markup.words("h3", who);
  for (const std::string_view line : lines) markup.words("p", line);
}

void write_signatures(Markup& markup) {
  const auto sign = markup.element("section", {{"class", "sign"}, {"aria-label", "Signatures"}});
  write_lines(markup, "Officer", {"name, rank, number", "signature", "date, time"});
  write_lines(markup, "Occupant", {"name", "signature, or that it was refused", "date, time"});
}

}  // namespace

std::string memo_page(const MemoInputs& inputs) {
  Frame frame{"Memorandum of seizure", case_line(inputs.case_id, inputs.title), {}, "", &kFieldStyle};
  frame.foot = "Made from the ledger of the case as it was at " + minute_of(inputs.now_us) + ".";
  return page_of(frame, [&](Markup& markup) {
    markup.words("h1", "Memorandum of seizure");
    write_facts(markup, inputs);
    for (const Room& room : rooms_of(inputs.exhibits)) write_room(markup, room, inputs);
    markup.words("h2", "What fixes this list");
    markup.words(
        "p",
        "The list stands in a signed ledger. Keep this page: whoever shows that ledger later must show "
        "one that goes on from this checkpoint, and anybody can compare the digits.");
    write_checkpoints(markup, inputs.checkpoints);
    write_signatures(markup);
  });
}

}  // namespace exporter
