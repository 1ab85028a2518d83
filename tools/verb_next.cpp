// SPDX-License-Identifier: Apache-2.0
// next: which device to take now, and why. Writes nothing.
#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/authority.h"
#include "chain-of-custody/next_exhibit.h"
#include "tools/exit_code.h"
#include "tools/text.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kLine = 80;

// Of several ledgers only what this station has: nobody here can take what another one keeps.
std::optional<std::string> own_ledger(const store::CaseFolder& folder, const GatheredCase& gathered) {
  if (gathered.ledgers().size() == 1) return {};
  const custody::LedgerContent& first = gathered.ledgers().front();
  if (!custody::holds_log_key(ledger_places(folder, case_id_of(first), first.station))) return {};
  return genesis_of(first).at("ledger").text();
}

// Whether what began may be going on: a program works on this case now, or the ledger is another station's.
bool may_be_at_work(const store::CaseFolder& folder, const GatheredCase& gathered) {
  const custody::LedgerContent& first = gathered.ledgers().front();
  return folder.is_locked() ||
         !custody::holds_log_key(ledger_places(folder, case_id_of(first), first.station));
}

base::Json json_of(const custody::NextExhibit& exhibit) {
  base::Json reasons = base::Json::array();
  for (const base::Said& reason : exhibit.reasons) reasons.push(reason.english);
  return base::Json::object({{"event", "next"},
                             {"exhibit", exhibit.label},
                             {"uid", exhibit.uid},
                             {"kind", exhibit.kind},
                             {"room", exhibit.room},
                             {"under_way", exhibit.under_way},
                             {"cut_off", exhibit.cut_off},
                             {"seized", base::format_utc(exhibit.seized_us)},
                             {"reasons", std::move(reasons)}});
}

struct Columns {
  base::Said exhibit_heading = base::say("exhibit"), kind_heading = base::say("kind"),
             room_heading = base::say("room");
  std::size_t label = width(exhibit_heading), kind = width(kind_heading), room = width(room_heading);
  std::size_t before_why() const { return label + kind + room + 6; }
};

Columns columns_of(const std::vector<custody::NextExhibit>& list) {
  Columns columns;
  const auto widen = [](std::size_t& column, const std::string& text, std::size_t most) {
    column = std::max(column, std::min(width(visible(text)), most));
  };
  for (const custody::NextExhibit& one : list) {
    widen(columns.label, one.label, 40);
    widen(columns.kind, one.kind, 9);
    widen(columns.room, one.room, 12);
  }
  return columns;
}

void print_row(const Columns& columns, const custody::NextExhibit& one, Console& console) {
  std::string why = one.under_way ? base::say("(at work) ") : "";
  for (const base::Said& reason : one.reasons)
    why += (&reason == &one.reasons.front() ? "" : "; ") + reason.here;
  std::string before = fitted(visible(one.label), columns.label) + "  " +
                       fitted(visible(one.kind), columns.kind) + "  " +
                       fitted(visible(one.room), columns.room) + "  ";
  for (const std::string& line : wrapped(visible(why), kLine - columns.before_why())) {
    console.line(before + line);
    before.assign(columns.before_why(), ' ');
  }
}

// What may not be acquired is nobody's to take next.
void leave_out_barred(std::vector<custody::NextExhibit>& list, const GatheredCase& gathered,
                      std::int64_t now_us, Console& console) {
  const custody::Authorities authorities(gathered.ledgers());
  std::string labels;
  std::erase_if(list, [&](const custody::NextExhibit& one) {
    if (authorities.cover_of(one.uid, now_us).whole == custody::Barrier::none) return false;
    labels += (labels.empty() ? "" : ", ") + visible(one.label);
    return true;
  });
  if (!labels.empty()) console.note(base::say("barred, and left out: {} (`exhibit show` says why)", labels));
}

int run(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const GatheredCase gathered(folder);
  const std::vector<custody::ExhibitStory> stories = custody::stories_of(gathered.ledgers());
  custody::NextRules rules;
  rules.now_us = base::now_utc_us();
  rules.ledger = own_ledger(folder, gathered);
  rules.at_work = may_be_at_work(folder, gathered);
  std::vector<custody::NextExhibit> list = custody::next_exhibits(stories, rules);
  leave_out_barred(list, gathered, rules.now_us, console);
  for (const custody::NextExhibit& one : list) console.object(json_of(one));
  if (list.empty()) {
    console.line(base::say("nothing waits for its first image"));
    return kDone;
  }
  if (list.front().under_way)
    console.line(base::say("Everything that waits for its first image is being acquired."));
  else
    for (const std::string& line : wrapped(visible(custody::sentence_of(list.front())), kLine))
      console.line(line);
  console.line("");
  const Columns columns = columns_of(list);
  console.line(fitted(columns.exhibit_heading, columns.label) + "  " +
               fitted(columns.kind_heading, columns.kind) + "  " +
               fitted(columns.room_heading, columns.room) + "  " + base::say("why").here);
  for (const custody::NextExhibit& one : list) print_row(columns, one, console);
  return kDone;
}

}  // namespace

const Verb kNext{"",
                 "next",
                 base::phrase("which device to take now, and why"),
                 {},
                 "  holdfast next\n  holdfast next --json | head -1",
                 base::phrase("0; 4 no case"),
                 run};

}  // namespace tools
