// SPDX-License-Identifier: Apache-2.0
// Brackets in words. They depend on the ledger and the verifier's trust only, not on the day.
#include <algorithm>
#include <limits>

#include "base/time.h"
#include "chain-of-custody/duration.h"
#include "chain-of-custody/time_brackets.h"

namespace custody {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::string when(std::int64_t utc_us) {
  return base::format_utc_for_people(utc_us / kSecond * kSecond);
}

std::string entries_words(std::uint64_t first, std::uint64_t end) {
  if (end == first + 1) return "Entry " + std::to_string(first);
  return "Entries " + std::to_string(first) + " to " + std::to_string(end - 1);
}

struct Span {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  bool empty() const { return first > last; }
};

// The earliest and the latest time that entries from `first` to `end` claim.
Span claimed_between(const std::vector<ClaimedTime>& all, std::uint64_t first, std::uint64_t end) {
  Span span;
  for (const ClaimedTime& claimed : all) {
    if (claimed.entry < first || claimed.entry >= end) continue;
    span.first = std::min(span.first, claimed.utc_us);
    span.last = std::max(span.last, claimed.utc_us);
  }
  return span;
}

std::string claim_words(const Span& span) {
  if (span.empty()) return "";
  if (span.first / kSecond == span.last / kSecond) return "claimed " + when(span.first) + "; ";
  return "claimed " + when(span.first) + " to " + when(span.last) + "; ";
}

}  // namespace

// Those who say more than others before them, earliest first: each covers entries that none before covers.
std::vector<TimeBrackets::Foreign> TimeBrackets::in_order() const {
  std::vector<Foreign> sorted = foreign_;
  std::ranges::stable_sort(sorted, {}, &Foreign::utc_us);
  std::vector<Foreign> steps;
  for (Foreign& one : sorted)
    if (steps.empty() || one.size > steps.back().size) steps.push_back(std::move(one));
  return steps;
}

std::vector<std::string> TimeBrackets::statements(const std::vector<ClaimedTime>& claimed) const {
  std::vector<std::string> lines;
  const auto first = not_before();
  const std::string since = first ? "not before " + when(*first) + "; " : "";
  const std::vector<Foreign> steps = in_order();
  if (first) lines.push_back("The ledger was not made before " + when(*first) + ".");
  if (steps.empty()) {
    lines.push_back(
        "For these times nobody else vouches, and nobody else is known to have held a checkpoint.");
    return lines;
  }
  std::uint64_t done = 0;
  for (const Foreign& step : steps) {
    lines.push_back(entries_words(done, step.size) + ": " +
                    claim_words(claimed_between(claimed, done, step.size)) + since + "not after " +
                    when(step.utc_us) + ", says " + step.by + ".");
    done = step.size;
  }
  if (done < times_.entries)
    lines.push_back(entries_words(done, times_.entries) + ": " +
                    claim_words(claimed_between(claimed, done, times_.entries)) + since +
                    "nobody else vouches that " + (times_.entries - done == 1 ? "it was" : "they were") +
                    " there at any time.");
  const Span all = claimed_between(claimed, 0, times_.entries);
  if (all.empty()) return lines;
  // How long the holder of the ledger was alone with it: from its beginning, from one foreign word to the
  // next, and from the last to the last entry.
  std::int64_t alone_since = first.value_or(all.first), longest = -1, longest_since = alone_since;
  const auto until = [&](std::int64_t utc_us) {
    if (utc_us - alone_since > longest) {
      longest = utc_us - alone_since;
      longest_since = alone_since;
    }
    alone_since = utc_us;
  };
  for (const Foreign& step : steps) until(step.utc_us);
  if (done < times_.entries) until(std::max(all.last, alone_since));
  lines.push_back("The longest time in which nobody else is known to have held a checkpoint: " +
                  duration_in_words(longest) + ", since " + when(longest_since) + ".");
  return lines;
}

}  // namespace custody
