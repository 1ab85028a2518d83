// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/time_brackets.h"

#include <algorithm>

#include "base/time.h"

namespace custody {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::string entry_words(std::uint64_t entry) {
  return "entry " + std::to_string(entry);
}

std::string when(std::int64_t utc_us) {
  return base::format_utc_for_people(utc_us / kSecond * kSecond);
}

}  // namespace

TimeBrackets::TimeBrackets(LedgerTimes times, std::int64_t now_us, Belief belief)
    : times_(std::move(times)), now_us_(now_us), belief_(belief) {
  find_renewals();
  for (std::size_t i = 0; i < times_.stamps.size(); ++i) {
    const Stamp& stamp = times_.stamps[i];
    if (proves_[i] && !stamp.is_not_before())
      foreign_.push_back({stamp.size, stamp.latest_us, "the time authority " + stamp.judgement.authority});
  }
}

bool TimeBrackets::counts(std::size_t stamp) const {
  return belief_ == Belief::sound || times_.stamps[stamp].judgement.outcome == TokenOutcome::trusted;
}

// From the last to the first: a token proves something where its authority's certificate has not ended, or
// where a token that proves something covers its entry and was made before that end.
void TimeBrackets::find_renewals() {
  const std::vector<Stamp>& stamps = times_.stamps;
  proves_.assign(stamps.size(), false);
  renewed_by_.assign(stamps.size(), std::nullopt);
  for (std::size_t i = stamps.size(); i-- > 0;) {
    if (!counts(i)) continue;
    const std::int64_t until = stamps[i].judgement.proves_until_us;
    for (std::size_t j = i + 1; j < stamps.size(); ++j) {
      if (!proves_[j] || stamps[j].size <= stamps[i].entry || stamps[j].latest_us > until) continue;
      // The one that lasts longest; of those that last as long, the first.
      const auto& best = renewed_by_[i];
      if (!best || stamps[j].judgement.proves_until_us > stamps[*best].judgement.proves_until_us)
        renewed_by_[i] = j;
    }
    proves_[i] = now_us_ <= until || renewed_by_[i];
  }
}

void TimeBrackets::witnessed(std::uint64_t size, std::int64_t utc_us, const std::string& by) {
  foreign_.push_back({size, utc_us, by});
}

std::optional<std::int64_t> TimeBrackets::not_before() const {
  for (std::size_t i = 0; i < times_.stamps.size(); ++i)
    if (proves_[i] && times_.stamps[i].is_not_before()) return times_.stamps[i].earliest_us;
  return {};
}

std::optional<NotAfter> TimeBrackets::not_after_of(std::uint64_t entry) const {
  const Foreign* first = nullptr;
  for (const Foreign& one : foreign_)
    if (one.size > entry && (!first || one.utc_us < first->utc_us)) first = &one;
  if (!first) return {};
  return NotAfter{first->utc_us, first->by};
}

// Two authorities are often asked about the same checkpoint; a verifier who trusts one of them needs no more.
bool TimeBrackets::covered_otherwise(const Stamp& stamp) const {
  return !stamp.is_not_before() &&
         std::ranges::any_of(foreign_, [&](const Foreign& one) { return one.size >= stamp.size; });
}

void TimeBrackets::check_tokens(Findings& findings) const {
  if (const std::optional<std::int64_t> first = not_before())
    for (const Foreign& one : foreign_)
      findings.check(one.utc_us + kClockTolerance_us >= *first, "time.bracket",
                     "the first " + std::to_string(one.size) + " entries",
                     "At " + when(one.utc_us) + ", says " + one.by +
                         ", they were there; and the ledger was not made before " + when(*first) + ".");
  for (std::size_t i = 0; i < times_.stamps.size(); ++i) {
    const Stamp& stamp = times_.stamps[i];
    const std::string object = entry_words(stamp.entry);
    if (proves_[i]) {
      findings.check(true, "time.token", object, "");
    } else if (!covered_otherwise(stamp)) {
      findings.impossible("time.token", object,
                          counts(i) ? "The certificate of the time authority " + stamp.judgement.authority +
                                          " has ended, and no later token renewed what it says before that."
                                    : "The token of " + stamp.judgement.authority +
                                          " says nothing to you: " + stamp.judgement.why + ".");
    }
    if (!proves_[i] || stamp.is_not_before()) continue;
    for (std::size_t j = 0; j < i; ++j)
      findings.check(
          !proves_[j] || times_.stamps[j].entry >= stamp.size ||
              stamp.latest_us >= times_.stamps[j].earliest_us,
          "time.bracket", object,
          "The token is older than the one in " + entry_words(times_.stamps[j].entry) + ", which it covers.");
  }
}

void TimeBrackets::check_entry(std::uint64_t entry, std::int64_t claimed_us, std::int64_t signed_us,
                               Findings& findings) const {
  const std::string object = entry_words(entry);
  if (const auto first = not_before())
    findings.check(
        claimed_us + kClockTolerance_us >= *first, "time.bracket", object,
        "It claims " + when(claimed_us) + ", and the ledger was not made before " + when(*first) + ".");
  if (const auto last = not_after_of(entry))
    findings.check(std::max(claimed_us, signed_us) <= last->utc_us + kClockTolerance_us, "time.bracket",
                   object,
                   "It claims " + when(std::max(claimed_us, signed_us)) + ", and " + last->by +
                       " knew of it at " + when(last->utc_us) + ".");
}

void TimeBrackets::check_validity(std::uint64_t entry, const ChainResult& chain, const std::string& who,
                                  Findings& findings) const {
  const std::optional<NotAfter> last = not_after_of(entry);
  const std::int64_t at = last ? last->utc_us : now_us_;
  const std::string object = entry_words(entry);
  if (at > chain.not_after_us) {
    findings.impossible("signature.validity", object,
                        "The certificate of " + who + " ended on " + when(chain.not_after_us) +
                            ", and nobody else vouches that what it signed was there before.");
    return;
  }
  findings.check(!last || at >= chain.not_before_us, "signature.validity", object,
                 "The certificate of " + who + " was not valid yet when " + (last ? last->by : "") +
                     " knew of the entry.");
}

}  // namespace custody
