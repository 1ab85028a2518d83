// SPDX-License-Identifier: Apache-2.0
// report evening, memo: pages for paper, made from the ledgers alone. They change nothing in the case.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "export/memo.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/paper.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::string text_of(const base::Json& genesis, const char* name) {
  const base::Json* value = genesis.find(name);
  return value != nullptr && value->is_text() ? value->text() : "";
}

void write_page(const std::string& to, const std::string& page, const std::string& what, Console& console) {
  write_carried(to, base::as_bytes(page));
  console.result(base::say("{} written to {}", what, to),
                 base::Json::object({{"event", "page"}, {"what", what}, {"file", to}}));
}

int run_evening(const Arguments& arguments, Console& console) {
  const std::string to = arguments.required("to");
  require_new_page(to);
  const store::CaseFolder folder = the_case(arguments);
  const GatheredCase gathered(folder);
  const base::Json genesis = genesis_of(gathered.ledgers().front());
  custody::GapRules rules;
  rules.now_us = base::now_utc_us();
  for (const std::string& path : arguments.values("trust")) rules.trust.add(custody::load_trust(path));
  exporter::EveningInputs inputs;
  inputs.case_id = text_of(genesis, "case");
  inputs.title = text_of(genesis, "title");
  inputs.now_us = rules.now_us;
  inputs.exhibits = custody::stories_of(gathered.ledgers());
  inputs.gaps = custody::gaps_of(gathered.ledgers(), rules);
  inputs.disks = disks_of(folder);
  inputs.checkpoints = paper_checkpoints(gathered.ledgers());
  write_page(to, exporter::evening_page(inputs), base::say("evening report"), console);
  console.line(base::say_counted(inputs.exhibits.size(), "exhibit", "exhibits") + ", " +
               base::say_counted(inputs.gaps.size(), "gap", "gaps"));
  return inputs.gaps.empty() ? kDone : kLookAtIt;
}

// Only what was found there; all without a room.
std::vector<custody::ExhibitStory> found_in(const std::vector<custody::ExhibitStory>& all,
                                            const std::optional<std::string>& room) {
  std::vector<custody::ExhibitStory> found;
  for (const custody::ExhibitStory& exhibit : all)
    if (!room || exhibit.first("room") == *room) found.push_back(exhibit);
  if (found.empty())
    throw base::Error(base::ErrorKind::not_found,
                      room ? base::say("no exhibit was found in the room {}", *room)
                           : base::say("no exhibit is registered"),
                      base::say("Nothing was written. `holdfast exhibit list` shows what is registered."));
  return found;
}

int run_memo(const Arguments& arguments, Console& console) {
  const std::string to = arguments.required("to");
  require_new_page(to);
  const GatheredCase gathered(the_case(arguments));
  const base::Json genesis = genesis_of(gathered.ledgers().front());
  exporter::MemoInputs inputs;
  inputs.case_id = text_of(genesis, "case");
  inputs.title = text_of(genesis, "title");
  inputs.authority = text_of(genesis, "authority");
  inputs.now_us = base::now_utc_us();
  inputs.all = custody::stories_of(gathered.ledgers());
  inputs.exhibits = found_in(inputs.all, arguments.value("room"));
  // Those ledgers alone in which these things were registered.
  inputs.checkpoints = paper_checkpoints(gathered.ledgers());
  std::erase_if(inputs.checkpoints, [&](const exporter::PaperCheckpoint& checkpoint) {
    return std::ranges::none_of(inputs.exhibits, [&](const custody::ExhibitStory& exhibit) {
      return exhibit.registered.ledger == checkpoint.ledger;
    });
  });
  write_page(to, exporter::memo_page(inputs), base::say("memorandum of seizure"), console);
  console.line(base::say_counted(inputs.exhibits.size(), "exhibit", "exhibits"));
  return kDone;
}

constexpr std::array kEvening{
    Option{"to", OptionKind::value_required, "FILE.html", base::phrase("the page; it must not be there yet")},
    Option{"trust", OptionKind::value_many, "DIR",
           base::phrase("your witnesses and time authorities; else every sound word counts")}};
constexpr std::array kMemoOptions{
    Option{"to", OptionKind::value_required, "FILE.html", base::phrase("the page; it must not be there yet")},
    Option{"room", OptionKind::value, "ROOM", base::phrase("only what was found in this room")}};

}  // namespace

const Verb kReportEvening{"report",
                          "evening",
                          base::phrase("rooms done and not done, gaps, free space, checkpoint: one page"),
                          kEvening,
                          "  holdfast report evening --to evening-1.html\n"
                          "  holdfast report evening --to evening-1.html --trust partner-trust/",
                          base::phrase("0 no gaps; 2 usage; 3 there are gaps; 4 failed"),
                          run_evening};
const Verb kMemo{"",
                 "memo",
                 base::phrase("the memorandum of seizure, to print and sign"),
                 kMemoOptions,
                 "  holdfast memo --to memo.html\n  holdfast memo --room 2-04 --to memo-2-04.html",
                 base::phrase("0; 2 usage; 4 no such room, or failed"),
                 run_memo};

}  // namespace tools
