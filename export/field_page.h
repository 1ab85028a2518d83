// SPDX-License-Identifier: Apache-2.0
// What the pages share that are printed in the field: the checkpoint on paper, exhibits by room, one style
// for A4. Internal to the room.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chain-of-custody/exhibit_story.h"
#include "export/report_frame.h"

namespace exporter {

// The state of one ledger, for paper (the verb `ledger checkpoint`).
struct PaperCheckpoint {
  std::string ledger;  // its name
  std::uint64_t entries = 0;
  std::string root;         // its first 40 hexadecimal digits, in groups of four
  std::string qr_path;      // of the whole signed checkpoint: SVG path data, a unit for each module
  std::size_t qr_side = 0;  // modules
};

extern const Literal kFieldStyle;

void write_checkpoints(Markup& markup, const std::vector<PaperCheckpoint>& checkpoints);

// "KK-2026 · Compound north of the river"; a title that is only the id again is left out.
std::string case_line(const std::string& case_id, const std::string& title);

// "2026-11-22 18:05Z": to the minute, as people read it.
std::string minute_of(std::int64_t utc_us);

using Exhibits = std::vector<const custody::ExhibitStory*>;
// Rooms in which exhibits were found, in order of their names as people count: 2 before 10. The empty name,
// of those for which none was stated, comes last.
struct Room {
  std::string name;
  Exhibits exhibits;
};
std::vector<Room> rooms_of(const std::vector<custody::ExhibitStory>& exhibits);
void write_room_name(Markup& markup, const Room& room);

// A table with this head; `rows` writes into its body. Stacked, its cells stand below each other on a
// telephone.
enum class OnTelephone { table, stacked };
template <typename Rows>
void write_table(Markup& markup, std::initializer_list<std::string_view> head, OnTelephone how, Rows rows) {
  const auto scroll = markup.element(
      "div", {{"class", std::string(how == OnTelephone::stacked ? "scroll stack" : "scroll")}});
  const auto table = markup.element("table");
  {
    const auto thead = markup.element("thead");
    const auto row = markup.element("tr");
    for (const std::string_view name : head) markup.words("th", name, {{"scope", "col"}});
  }
  const auto body = markup.element("tbody");
  rows();
}
void write_cell(Markup& markup, std::string_view evidence);  // what somebody typed

}  // namespace exporter
