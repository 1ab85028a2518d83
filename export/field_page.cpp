// SPDX-License-Identifier: Apache-2.0
#include "export/field_page.h"

#include <algorithm>

#include "base/counted.h"
#include "base/time.h"

namespace exporter {
namespace {

// "room 10" after "room 2": runs of digits compare as numbers.
bool comes_before(std::string_view one, std::string_view other) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!one.empty() && !other.empty()) {
    if (is_digit(one.front()) && is_digit(other.front())) {
      const auto number = [&](std::string_view& text) {
        const std::size_t end = std::min(text.size(), text.find_first_not_of("0123456789"));
        std::string_view digits = text.substr(0, end);
        text.remove_prefix(end);
        digits.remove_prefix(std::min(digits.size() - 1, digits.find_first_not_of('0')));
        return digits;
      };
      const std::string_view first = number(one), second = number(other);
      if (first.size() != second.size()) return first.size() < second.size();
      if (first != second) return first < second;
    } else if (one.front() != other.front()) {
      const auto byte = [](std::string_view text) { return static_cast<unsigned char>(text.front()); };
      return byte(one) < byte(other);
    } else {
      one.remove_prefix(1);
      other.remove_prefix(1);
    }
  }
  return one.size() < other.size();
}

void write_code(Markup& markup, const PaperCheckpoint& checkpoint) {
  const std::string side = std::to_string(checkpoint.qr_side);
  const auto code = markup.element("svg", {{"class", "qr"},
                                           {"viewBox", "0 0 " + side + " " + side},
                                           {"role", "img"},
                                           {"aria-label", "QR code of the checkpoint"}});
  const auto path = markup.element("path", {{"d", checkpoint.qr_path}});
}

}  // namespace

const Literal kFieldStyle(R"css(
.paper{display:flex;gap:1.2rem;align-items:center;background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1.1rem;margin:.8rem 0;break-inside:avoid}
.paper .qr{flex:none;width:11rem;height:11rem;background:#fff;fill:#000;shape-rendering:crispEdges}
.paper p{margin:.2rem 0}.paper .root{font:600 1.02rem/1.7 ui-monospace,"DejaVu Sans Mono",monospace;max-width:17rem}
h3 small{font-weight:400;color:var(--soft)}
.room{break-inside:avoid}
.room h3{margin-top:0}
.labels span{white-space:nowrap}
.sign{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem;margin-top:1.6rem;break-inside:avoid}
.sign h3{margin:0 0 .4rem}
.sign p{margin:0;padding-top:1.9rem;border-bottom:1px solid var(--ink);color:var(--soft);font-size:.85rem}
.sign .box{border:0;padding:.7rem 0 0;color:var(--ink)}
td,th[scope=row]{overflow-wrap:anywhere}
.date{white-space:nowrap}
.figures{gap:.7rem}.figures li{min-width:6.4rem;padding:.6rem .9rem}
@media (max-width:40rem){.stack thead{display:none}.stack tr{display:block;padding:.4rem 0;border-top:1px solid var(--line)}
.stack td,.stack th{display:block;border:0;padding:.1rem .9rem;max-width:none}.paper{flex-direction:column;align-items:flex-start}.sign{grid-template-columns:1fr;row-gap:1.5rem}.wide{padding:0 1rem}}
@media print{@page{size:A4;margin:14mm}h1{font-size:16pt}h2{margin:5mm 0 2mm;break-after:avoid}h3{break-after:avoid}
.card,.paper{margin:2mm 0;padding:2.5mm 4mm}table{font-size:9pt}th,td{padding:1mm 2mm}.figures{margin:3mm 0;gap:3mm}
.figures li{padding:1.5mm 4mm;min-width:0}.figures b{font-size:14pt}.paper .qr{width:50mm;height:50mm}main.wide{padding:3mm 0 0}
.scroll{border:0}header.top,.foot{border:0}header.top p,.foot .wide{padding:0}dl.facts{gap:1mm 4mm}thead th{background:none;border-bottom:1px solid var(--ink)}
.sign p{padding-top:9mm}thead{display:table-header-group}}
)css");

void write_checkpoints(Markup& markup, const std::vector<PaperCheckpoint>& checkpoints) {
  for (const PaperCheckpoint& checkpoint : checkpoints) {
    const auto card = markup.element("section", {{"class", "paper"}, {"aria-label", "Checkpoint"}});
    write_code(markup, checkpoint);
    const auto words = markup.element("div");
    {
      const auto of = markup.element("p");
      markup.words("Checkpoint of the ledger ");
      markup.evidence(checkpoint.ledger);
      markup.words(" over " + base::counted(checkpoint.entries, "entry", "entries") + ".");
    }
    markup.words("p", "Its root begins with");
    markup.words("p", checkpoint.root, {{"class", "root"}});
  }
}

std::string case_line(const std::string& case_id, const std::string& title) {
  return title.empty() || title == case_id ? case_id : case_id + " · " + title;
}

std::string minute_of(std::int64_t utc_us) {
  constexpr std::size_t kMinute = 16;
  return base::format_utc_for_people(utc_us).substr(0, kMinute) + "Z";
}

std::vector<Room> rooms_of(const std::vector<custody::ExhibitStory>& exhibits) {
  std::vector<Room> rooms;
  for (const custody::ExhibitStory& exhibit : exhibits) {
    const std::string name = exhibit.first("room");
    auto room = std::ranges::find(rooms, name, &Room::name);
    if (room == rooms.end()) room = rooms.insert(rooms.end(), {name, {}});
    room->exhibits.push_back(&exhibit);
  }
  std::ranges::stable_sort(rooms, [](const Room& one, const Room& other) {
    if (one.name.empty() != other.name.empty()) return other.name.empty();
    return comes_before(one.name, other.name);
  });
  return rooms;
}

void write_room_name(Markup& markup, const Room& room) {
  if (room.name.empty()) return markup.words("No room stated");
  markup.words("Room ");
  markup.evidence(room.name);
}

void write_cell(Markup& markup, std::string_view evidence) {
  const auto cell = markup.element("td");
  if (!evidence.empty()) markup.evidence(evidence);
}

}  // namespace exporter
