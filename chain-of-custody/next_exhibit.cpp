// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/next_exhibit.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/time.h"
#include "chain-of-custody/duration.h"

namespace custody {
namespace {

constexpr int kFull = 100;

// "09:40Z" of today, "2026-11-21 09:40Z" of another day.
std::string clock_words(std::int64_t utc_us, std::int64_t now_us) {
  constexpr std::size_t kDate = 10, kMinute = 16;
  const std::string then = base::format_utc_for_people(utc_us), now = base::format_utc_for_people(now_us);
  const bool today = then.substr(0, kDate) == now.substr(0, kDate);
  return (today ? then.substr(kDate + 1, kMinute - kDate - 1) : then.substr(0, kMinute)) + "Z";
}

std::optional<int> percent(const std::string& text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > kFull) return {};
  return value;
}

// What puts one before another; the smaller, the sooner.
struct Weight {
  bool under_way, not_cut_off, locked;
  int battery;  // above full where it is not low, or off
  bool encryption_not_open, no_reason;
  std::int64_t seized_us;
  auto key() const {
    return std::tuple(under_way, not_cut_off, locked, battery, encryption_not_open, no_reason, seized_us);
  }
};

struct Candidate {
  NextExhibit next;
  Weight weight{};
};

base::Said words_of_begun(const AcquisitionStory& acquisition, const NextRules& rules) {
  const std::string when = clock_words(acquisition.begun->utc_us, rules.now_us);
  return rules.at_work ? base::say("its acquisition {} began at {} and has not ended", acquisition.name, when)
                       : base::say("its acquisition {} began at {} and was cut off", acquisition.name, when);
}

base::Said words_of_broken(const AcquisitionStory& acquisition) {
  return acquisition.read_back == "different" ? base::say("the image of {} is different", acquisition.name)
                                              : base::say("the image of {} is unreadable", acquisition.name);
}

Candidate candidate_of(const ExhibitStory& exhibit, ImageState state, const NextRules& rules) {
  Candidate one;
  const bool began = state == ImageState::under_way;
  one.next = {exhibit.uid, exhibit.label,     exhibit.kind,           exhibit.text("room"),
              {},          exhibit.seized_us, began && rules.at_work, began && !rules.at_work};
  std::vector<base::Said>& reasons = one.next.reasons;
  for (const AcquisitionStory& acquisition : exhibit.acquisitions)
    if (acquisition.begun) reasons.push_back(words_of_begun(acquisition, rules));
  const bool unlocked = exhibit.text("lock") == "unlocked", open = exhibit.text("encryption") == "open";
  if (unlocked) reasons.push_back(base::say("it is unlocked"));
  const std::optional<int> battery = percent(exhibit.text("battery"));
  const bool low = battery && *battery <= rules.low_battery && exhibit.text("power") == "on";
  if (low)
    reasons.push_back(base::say("its battery was at {} % at {}", *battery,
                                clock_words(exhibit.told.find("battery")->second.utc_us, rules.now_us)));
  if (open) reasons.push_back(base::say("its encrypted volumes are open"));
  const std::string written = exhibit.text("first_reason");
  if (!written.empty()) reasons.push_back(base::say("the examiner wrote: {}", written));
  for (const AcquisitionStory& acquisition : exhibit.acquisitions) {
    if (acquisition.begun) continue;
    if (acquisition.is_broken())
      reasons.push_back(words_of_broken(acquisition));
    else if (!acquisition.whole)
      reasons.push_back(base::say("its acquisition {} was not finished", acquisition.name));
  }
  if (!exhibit.first_whole())
    reasons.push_back(
        base::say("it has had no hash for {}", said_duration(rules.now_us - exhibit.seized_us)));
  one.weight = {one.next.under_way, !one.next.cut_off, !unlocked, low ? *battery : kFull + 1, !open,
                written.empty(),    exhibit.seized_us};
  return one;
}

}  // namespace

std::vector<NextExhibit> next_exhibits(std::span<const ExhibitStory> exhibits, const NextRules& rules) {
  std::vector<Candidate> candidates;
  for (const ExhibitStory& exhibit : exhibits) {
    const ImageState state = image_state(exhibit, exhibits);
    const bool asked = state != ImageState::not_asked && state != ImageState::parts;
    const bool imaged = std::ranges::any_of(exhibit.acquisitions, [](const AcquisitionStory& acquisition) {
      return acquisition.whole && !acquisition.is_broken();
    });
    const bool at_hand =
        exhibit.standing == Standing::here && (!rules.ledger || exhibit.ledger == *rules.ledger);
    if (asked && !imaged && at_hand) candidates.push_back(candidate_of(exhibit, state, rules));
  }
  std::ranges::stable_sort(candidates, {}, [](const Candidate& one) { return one.weight.key(); });
  std::vector<NextExhibit> list;
  for (Candidate& one : candidates) list.push_back(std::move(one.next));
  return list;
}

base::Said sentence_of(const NextExhibit& exhibit) {
  base::Said list;
  for (std::size_t i = 0; i < exhibit.reasons.size(); ++i) {
    const base::Said& reason = exhibit.reasons[i];
    const bool last = i + 1 == exhibit.reasons.size();
    list = i == 0 ? reason : last ? base::say("{} and {}", list, reason) : base::say("{}, {}", list, reason);
  }
  return base::say("Take {} now: {}.", exhibit.label, list);
}

}  // namespace custody
