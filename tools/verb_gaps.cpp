// SPDX-License-Identifier: Apache-2.0
// show gaps: what in custody is open, over all ledgers of the case.
#include "tools/verb_gaps.h"

#include <set>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/gaps.h"
#include "export/csv.h"
#include "tools/exit_code.h"
#include "tools/text.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kLine = 80, kLabel = 14;  // cells

std::string station_of_ledger(const std::string& ledger) {
  return ledger.substr(ledger.rfind('/') + 1);
}

base::Json json_of(const custody::Gap& gap) {
  return base::Json::object({{"event", "gap"},
                             {"code", gap.code},
                             {"exhibit", gap.label},
                             {"uid", gap.uid},
                             {"ledger", gap.at.ledger},
                             {"entry", std::to_string(gap.at.entry)},
                             {"since", base::format_utc(gap.since_us)},
                             {"what", gap.what}});
}

void print_csv(const std::vector<custody::Gap>& gaps, Console& console) {
  const auto row = [&](std::initializer_list<std::string> cells) {
    std::string line;
    for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + exporter::csv_cell(cell);
    console.raw(line + "\r\n");
  };
  row({"exhibit", "uid", "code", "since", "ledger", "entry", "what"});
  for (const custody::Gap& gap : gaps)
    row({gap.label, gap.uid, gap.code, base::format_utc(gap.since_us), gap.at.ledger,
         std::to_string(gap.at.entry), gap.what});
}

// "KK-A-0001     image.none     since 2026-11-22 04:00:00Z  station-a, entry 3", and the sentence below.
void print_lines(const std::vector<custody::Gap>& gaps, Console& console) {
  std::string exhibit = "-";
  for (const custody::Gap& gap : gaps) {
    const std::string name = gap.label.empty() ? "(ledger)" : visible(gap.label);
    const bool fits = width(name) < kLabel;
    if (name != exhibit && !fits) console.line(name);  // a label is never shortened
    console.line(
        base::say("{}{}since {}{}, entry {}", fitted(name != exhibit && fits ? name : "", kLabel),
                  fmt::format("{:<19}", gap.code),
                  fmt::format("{:<22}", base::format_utc_for_people(gap.since_us / 1'000'000 * 1'000'000)),
                  visible(station_of_ledger(gap.at.ledger)), gap.at.entry));
    for (const std::string& line : wrapped(visible(gap.what), kLine - kLabel))
      console.line(std::string(kLabel, ' ') + line);
    exhibit = name;
  }
}

std::string count_in_words(const std::vector<custody::Gap>& gaps) {
  if (gaps.empty()) return base::say("no gaps");
  std::set<std::string> exhibits;
  std::size_t of_ledgers = 0;
  for (const custody::Gap& gap : gaps)
    if (gap.uid.empty())
      ++of_ledgers;
    else
      exhibits.insert(gap.uid);
  return base::say("{}: {} in {}, {} in ledgers", base::say_counted(gaps.size(), "gap", "gaps"),
                   gaps.size() - of_ledgers, base::say_counted(exhibits.size(), "exhibit", "exhibits"),
                   of_ledgers);
}

}  // namespace

int show_gaps(const Arguments& arguments, Console& console) {
  custody::GapRules rules;
  rules.now_us = base::now_utc_us();
  for (const std::string& path : arguments.values("trust")) rules.trust.add(custody::load_trust(path));
  const GatheredCase gathered(the_case(arguments));
  const std::vector<custody::Gap> gaps = custody::gaps_of(gathered.ledgers(), rules);
  for (const custody::Gap& gap : gaps) console.object(json_of(gap));
  if (arguments.has("csv") && !console.json()) {
    print_csv(gaps, console);
  } else {
    print_lines(gaps, console);
    console.line(count_in_words(gaps));
  }
  return gaps.empty() ? kDone : kLookAtIt;
}

}  // namespace tools
