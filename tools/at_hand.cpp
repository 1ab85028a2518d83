// SPDX-License-Identifier: Apache-2.0
#include "tools/at_hand.h"

#include <algorithm>

#include "base/words.h"

namespace tools {

using custody::ExhibitView;

AtHand::AtHand(const OpenCase& open) {
  const custody::LedgerContent ledger = ledger_of(open.folder);
  exhibits_ = custody::exhibits_of(ledger);
  states_ = custody::custody_of(ledger);
}

ExhibitView AtHand::one(const std::string& label) const {
  return exhibit_by_label(exhibits_, label);
}

std::vector<ExhibitView> AtHand::named(const Arguments& arguments, const char* option) const {
  std::vector<ExhibitView> chosen;
  for (const std::string& label : arguments.values(option)) chosen.push_back(one(label));
  if (chosen.empty())
    throw base::Error(base::ErrorKind::usage, base::say("no exhibit is named"),
                      base::say("Nothing was recorded. Name its label."));
  return chosen;
}

std::vector<ExhibitView> AtHand::views_of(const std::vector<std::string>& uids) const {
  std::vector<ExhibitView> views;
  for (const ExhibitView& view : exhibits_)
    if (std::ranges::find(uids, view.uid) != uids.end()) views.push_back(view);
  return views;
}

std::vector<ExhibitView> AtHand::contents_of(const ExhibitView& container) const {
  return views_of(states_.everything_in(container.uid));
}

std::vector<ExhibitView> AtHand::with_contents(std::vector<ExhibitView> chosen, Console& console) const {
  const std::size_t given = chosen.size();
  for (std::size_t i = 0; i < given; ++i) {
    std::vector<ExhibitView> added;
    for (const ExhibitView& view : contents_of(chosen[i]))
      if (std::ranges::find(chosen, view.uid, &ExhibitView::uid) == chosen.end()) added.push_back(view);
    if (added.empty()) continue;
    console.note(base::say("With {} goes what is in it: {}.", visible(chosen[i].label), labels_of(added)));
    chosen.insert(chosen.end(), added.begin(), added.end());
  }
  return chosen;
}

const custody::ExhibitCustody& AtHand::state(const ExhibitView& exhibit) const {
  static const custody::ExhibitCustody kNothing;
  const custody::ExhibitCustody* known = states_.find(exhibit.uid);
  return known == nullptr ? kNothing : *known;
}

std::string labels_of(const std::vector<ExhibitView>& exhibits) {
  std::string labels;
  for (const ExhibitView& exhibit : exhibits) labels += (labels.empty() ? "" : ", ") + visible(exhibit.label);
  return labels;
}

void require_all_named(const std::map<std::string, std::string>& pairs,
                       const std::vector<ExhibitView>& exhibits, const char* option) {
  for (const auto& pair : pairs) {
    const std::string& label = pair.first;
    const auto bears = [&](const ExhibitView& one) {
      return std::ranges::find(one.labels, label) != one.labels.end();
    };
    if (std::ranges::any_of(exhibits, bears)) continue;
    throw base::Error(base::ErrorKind::usage,
                      base::say("--{} speaks of {}, which is not named", option, visible(label)),
                      base::say("Nothing was recorded. Name that exhibit too, or leave the option out."));
  }
}

}  // namespace tools
