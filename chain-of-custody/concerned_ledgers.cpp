// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/concerned_ledgers.h"

#include <algorithm>
#include <set>

#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

class Search {
 public:
  Search(std::span<const LedgerContent> ledgers, const std::vector<std::string>& exhibit_uids)
      : exhibit_uids_(exhibit_uids) {
    for (const LedgerContent& content : ledgers) views_.push_back(view_of(content));
  }

  ConcernedLedgers run() {
    take(0);
    for (std::size_t i = 1; i < views_.size(); ++i)
      if (concerns(views_[i])) take(longest(i));
    // Ledgers that are taken name others.
    while (!to_follow_.empty()) {
      const std::size_t next = to_follow_.back();
      to_follow_.pop_back();
      follow(views_[next]);
    }
    taken_.erase(0);
    return {{taken_.begin(), taken_.end()}, {missing_.begin(), missing_.end()}};
  }

 private:
  bool concerns(const LedgerView& view) const {
    return std::ranges::any_of(exhibit_uids_,
                               [&](const std::string& uid) { return view.custody.find(uid) != nullptr; });
  }
  bool concerns(const OpenedBody& body) const {
    return std::ranges::any_of(body.exhibits, [&](const OpenedBody::Exhibit& exhibit) {
      return std::ranges::find(exhibit_uids_, exhibit.uid) != exhibit_uids_.end();
    });
  }

  // Of copies of one ledger; the edition's own stands for all of its copies.
  std::size_t longest(std::size_t index) const {
    const auto same = [&](std::size_t other) {
      return views_[other].genesis == views_[index].genesis && views_[other].origin == views_[index].origin;
    };
    std::size_t best = index;
    for (std::size_t i = 0; i < views_.size(); ++i)
      if (same(i) && views_[i].hashes.size() > views_[best].hashes.size()) best = i;
    for (std::size_t i = 0; i < best; ++i)
      if (same(i) && views_[i].hashes.size() == views_[best].hashes.size()) best = i;
    return same(0) ? 0 : best;
  }

  void take(std::size_t index) {
    if (taken_.insert(index).second) to_follow_.push_back(index);
  }

  void follow(const LedgerView& view) {
    for (const LedgerView::Act& act : view.acts) {
      if (!act.opened) continue;
      const Json& body = act.opened->body;
      if (act.kind == "genesis") name(body.find("continues"));
      if (!concerns(*act.opened)) continue;
      if (act.kind == "handover.accept") name(body.find("from"));
      if (act.kind == "handover.receipt") name(body.find("by"));
    }
  }

  void name(const Json* link) {
    if (!link || !link->is_object()) return;
    const std::string origin = text_in(*link, "ledger"), genesis = text_in(*link, "genesis");
    const auto found = std::ranges::find_if(views_, [&](const LedgerView& view) {
      return view.origin == origin && (genesis.empty() || view.genesis == genesis);
    });
    if (found == views_.end())
      missing_.insert(origin);
    else
      take(longest(static_cast<std::size_t>(found - views_.begin())));
  }

  const std::vector<std::string>& exhibit_uids_;
  std::vector<LedgerView> views_;
  std::set<std::size_t> taken_;
  std::vector<std::size_t> to_follow_;
  std::set<std::string> missing_;
};

}  // namespace

ConcernedLedgers concerned_ledgers(std::span<const LedgerContent> ledgers,
                                   const std::vector<std::string>& exhibit_uids) {
  return Search(ledgers, exhibit_uids).run();
}

}  // namespace custody
