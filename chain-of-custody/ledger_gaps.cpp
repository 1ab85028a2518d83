// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ledger_gaps.h"

#include <charconv>
#include <set>

#include "chain-of-custody/clock_remarks.h"
#include "chain-of-custody/duration.h"
#include "chain-of-custody/unwitnessed.h"

namespace custody {
namespace {

using base::Json;

void missing_ledgers(const CaseOrder& ordered, std::vector<Gap>& gaps) {
  std::set<std::string> named;
  for (const CaseOrder::Place& place : ordered.order) {
    const LedgerView& view = ordered.views[place.view];
    const LedgerView::Act& act = view.acts[place.index];
    const Json* link = link_in(act);
    if (!link || ordered.named(*link)) continue;
    const std::string name = text_in(*link, "ledger");
    if (!named.insert(name + text_in(*link, "genesis")).second) continue;
    const ToldAt at{view.origin, place.index, claimed_us(act).value_or(0)};
    gaps.push_back({"ledger.missing", "", "", at, at.utc_us,
                    "The ledger " + name + " is named by " + act.kind + ", and it is not here."});
  }
}

std::string words_of(const Unwitnessed& end, std::int64_t now_us) {
  const std::string entries =
      end.first == end.last ? "entry " + std::to_string(end.first)
                            : "entries " + std::to_string(end.first) + " to " + std::to_string(end.last);
  const std::string ago = duration_in_words(now_us - end.since_us) + " ago.";
  return "Nobody else vouches for " + entries +
         (end.by.empty() ? ": the ledger is alone since it began, " + ago
                         : "; the last word was that of " + end.by + ", " + ago);
}

void unwitnessed_ends(std::span<const LedgerContent> ledgers, const CaseOrder& ordered, const GapRules& rules,
                      std::vector<Gap>& gaps) {
  for (std::size_t i = 0; i < ordered.views.size(); ++i) {
    const auto end = unwitnessed_end(ledgers[ordered.ledgers[i]], ordered, i, rules.trust, rules.now_us);
    if (!end) continue;
    const LedgerView& view = ordered.views[i];
    const ToldAt at{view.origin, end->first, claimed_us(view.acts[end->first]).value_or(0)};
    gaps.push_back({"ledger.unwitnessed", "", "", at, end->since_us, words_of(*end, rules.now_us)});
  }
}

// One entry's clocks.
struct Clocks {
  std::string boot;
  std::int64_t monotonic_ms = 0, utc_us = 0;
};
std::optional<Clocks> clocks_of(const LedgerView::Act& act) {
  const std::optional<std::int64_t> utc_us = claimed_us(act);
  if (!utc_us) return {};
  const Json& time = act.opened->body.at("time");
  Clocks clocks{text_in(time, "boot"), 0, *utc_us};
  const std::string mono = text_in(time, "mono_ms");
  std::from_chars(mono.data(), mono.data() + mono.size(), clocks.monotonic_ms);
  return clocks;
}

// Two entries at a time, so that each step has its entry.
void clock_steps(const LedgerView& view, std::vector<Gap>& gaps) {
  std::optional<Clocks> before;
  for (std::uint64_t index = 0; index < view.acts.size(); ++index) {
    const std::optional<Clocks> here = clocks_of(view.acts[index]);
    if (!here) continue;
    ClockRemarks remarks;
    if (before) remarks.next("", before->boot, before->monotonic_ms, before->utc_us);
    remarks.next("entry " + std::to_string(index), here->boot, here->monotonic_ms, here->utc_us);
    for (const std::string& sentence : remarks.steps())
      gaps.push_back({"clock.step", "", "", {view.origin, index, here->utc_us}, here->utc_us, sentence});
    before = here;
  }
}

}  // namespace

std::vector<Gap> gaps_of_ledgers(std::span<const LedgerContent> ledgers, const CaseOrder& ordered,
                                 const GapRules& rules) {
  std::vector<Gap> gaps;
  missing_ledgers(ordered, gaps);
  unwitnessed_ends(ledgers, ordered, rules, gaps);
  for (const LedgerView& view : ordered.views) clock_steps(view, gaps);
  return gaps;
}

}  // namespace custody
