// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/case_order.h"

#include <algorithm>
#include <limits>

#include "base/time.h"

namespace custody {
namespace {

using base::Json;

bool same_ledger(const LedgerView& one, const LedgerView& other) {
  return !one.origin.empty() && one.origin == other.origin && one.genesis == other.genesis;
}

// Takes the heads of all ledgers, one after another.
class Merge {
 public:
  explicit Merge(CaseOrder& into) : case_(into), next_(into.views.size(), 0) {
    for (const LedgerView& view : case_.views) {
      times_.emplace_back();
      std::int64_t last = 0;  // an entry that cannot be opened stays behind the one before it
      for (const LedgerView::Act& act : view.acts)
        times_.back().push_back(last = claimed_us(act).value_or(last));
    }
  }

  void run() {
    while (const std::optional<std::size_t> view = head()) case_.order.push_back({*view, next_[*view]++});
  }

 private:
  // The earliest of those that quote nothing that is still to come; where forged links go round in a circle,
  // the earliest of all.
  std::optional<std::size_t> head() const {
    std::optional<std::size_t> ready, any;
    for (std::size_t view = 0; view < next_.size(); ++view) {
      if (next_[view] == case_.views[view].acts.size()) continue;
      if (!any || time_of(view) < time_of(*any)) any = view;
      if (is_ready(view) && (!ready || time_of(view) < time_of(*ready))) ready = view;
    }
    return ready ? ready : any;
  }
  std::int64_t time_of(std::size_t view) const { return times_[view][next_[view]]; }

  bool is_ready(std::size_t view) const {
    const LedgerView::Act& act = case_.views[view].acts[next_[view]];
    const Json* link = link_in(act);
    if (!link) return true;
    const std::optional<std::size_t> other = case_.named(*link);
    if (!other || *other == view) return true;
    return next_[*other] >= std::min<std::uint64_t>(needed(act, *link), case_.views[*other].acts.size());
  }

  // How many entries of the other ledger come first.
  static std::uint64_t needed(const LedgerView::Act& act, const Json& link) {
    if (act.kind == "genesis") return number_in(link, "size").value_or(0);
    const std::optional<std::uint64_t> index = number_in(link, "index");
    return index && *index < std::numeric_limits<std::uint64_t>::max() ? *index + 1 : 0;
  }

  CaseOrder& case_;
  std::vector<std::uint64_t> next_;
  std::vector<std::vector<std::int64_t>> times_;
};

}  // namespace

const Json* link_in(const LedgerView::Act& act) {
  if (!act.opened) return nullptr;
  const char* name = act.kind == "genesis"            ? "continues"
                     : act.kind == "handover.accept"  ? "from"
                     : act.kind == "handover.receipt" ? "by"
                                                      : nullptr;
  const Json* link = name ? act.opened->body.find(name) : nullptr;
  return link && link->is_object() ? link : nullptr;
}

std::optional<std::int64_t> claimed_us(const LedgerView::Act& act) {
  const Json* time = act.opened ? act.opened->body.find("time") : nullptr;
  return time ? base::parse_utc(text_in(*time, "utc")) : std::nullopt;
}

std::optional<std::size_t> CaseOrder::named(const Json& link) const {
  const std::string origin = text_in(link, "ledger"), genesis = text_in(link, "genesis");
  const auto found = std::ranges::find_if(views, [&](const LedgerView& view) {
    return !origin.empty() && view.origin == origin && (genesis.empty() || view.genesis == genesis);
  });
  if (found == views.end()) return {};
  return static_cast<std::size_t>(found - views.begin());
}

CaseOrder order_of(std::span<const LedgerContent> ledgers) {
  CaseOrder result;
  for (std::size_t i = 0; i < ledgers.size(); ++i) {
    LedgerView view = view_of(ledgers[i]);
    const auto copy =
        std::ranges::find_if(result.views, [&](const LedgerView& other) { return same_ledger(view, other); });
    if (copy == result.views.end()) {
      result.views.push_back(std::move(view));
      result.ledgers.push_back(i);
    } else if (copy->acts.size() < view.acts.size()) {
      result.ledgers[static_cast<std::size_t>(copy - result.views.begin())] = i;
      *copy = std::move(view);
    }
  }
  Merge(result).run();
  return result;
}

}  // namespace custody
