// SPDX-License-Identifier: Apache-2.0
#include "tools/whereabouts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/words.h"
#include "chain-of-custody/whose_ledger.h"
#include "tools/console.h"
#include "tools/text.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using custody::ExhibitCustody;
using custody::Whereabouts;

const char* word_of(Whereabouts where) {
  switch (where) {
    case Whereabouts::held:
      return "held";
    case Whereabouts::offered:
      return "offered";
    case Whereabouts::left:
      return "left";
    case Whereabouts::returned:
      return "returned";
    case Whereabouts::destroyed:
      return "destroyed";
    case Whereabouts::unknown:
      break;
  }
  return "unknown";
}

// Where it is tells more than where it was.
int rank_of(Whereabouts where) {
  switch (where) {
    case Whereabouts::held:
      return 4;
    case Whereabouts::offered:
      return 3;
    case Whereabouts::returned:
    case Whereabouts::destroyed:
      return 2;
    case Whereabouts::left:
      return 1;
    case Whereabouts::unknown:
      break;
  }
  return 0;
}

// The room first: where a list cuts it short, the building is what all share.
std::string place_words(const base::Json& place) {
  constexpr std::array<std::pair<const char*, base::Phrase>, 4> kParts{{{"room", base::phrase("room ")},
                                                                        {"desk", base::phrase("desk ")},
                                                                        {"floor", base::phrase("floor ")},
                                                                        {"site", base::Phrase{}}}};
  std::string words;
  for (const auto& [name, before] : kParts)
    if (const base::Json* text = place.find(name); text != nullptr)
      words += (words.empty() ? "" : ", ") + std::string(before) + visible(text->text());
  return words;
}

std::string holder_words(const custody::LedgerContent& ledger, const std::string& holder) {
  if (holder.starts_with(custody::kHeldOnPaper))
    return base::say("somebody who signed on paper, slip {}",
                     holder.substr(custody::kHeldOnPaper.size(), 16));
  for (const base::Buffer& certificate : ledger.certificates)
    if (custody::fingerprint_of(certificate) == holder) return visible(custody::subject_of(certificate));
  return base::say("certificate {}", holder.substr(0, 16));
}

}  // namespace

WhereExhibitsAre::WhereExhibitsAre(const GatheredCase& gathered) : gathered_(gathered) {
  for (const custody::LedgerContent& ledger : gathered.ledgers())
    states_.push_back(custody::custody_of(ledger));
}

WhereExhibitsAre::Told WhereExhibitsAre::told(const std::string& uid) const {
  Told best;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const ExhibitCustody* custody = states_[i].find(uid);
    if (custody == nullptr) continue;
    if (best.custody == nullptr || rank_of(custody->where) > rank_of(best.custody->where))
      best = {&gathered_.ledgers()[i], &states_[i], custody};
  }
  return best;
}

std::string WhereExhibitsAre::label_in(const Told& told, const std::string& uid) const {
  const ExhibitCustody* known = told.states->find(uid);
  return known == nullptr ? uid : visible(known->label);
}

// What it lies in decides where it lies.
const ExhibitCustody& WhereExhibitsAre::outermost(const Told& told) const {
  const ExhibitCustody* at = told.custody;
  for (std::size_t steps = told.states->all().size(); steps > 0 && !at->container.empty(); --steps) {
    const ExhibitCustody* container = told.states->find(at->container);
    if (container == nullptr) break;
    at = container;
  }
  return *at;
}

std::string WhereExhibitsAre::briefly(const std::string& uid) const {
  const Told known = told(uid);
  if (known.custody == nullptr) return "unknown";
  const std::string where = word_of(known.custody->where);
  if (known.custody->container.empty()) return where;
  const std::string in = base::say("in {}", label_in(known, known.custody->container));
  return known.custody->where == Whereabouts::held ? in : where + ", " + in;
}

std::string WhereExhibitsAre::seal(const std::string& uid) const {
  const Told known = told(uid);
  return known.custody == nullptr ? "" : visible(known.custody->seal);
}

std::string WhereExhibitsAre::place(const std::string& uid) const {
  const Told known = told(uid);
  return known.custody == nullptr ? "" : place_words(outermost(known).place);
}

std::vector<std::string> WhereExhibitsAre::lines(const std::string& uid) const {
  const Told known = told(uid);
  if (known.custody == nullptr) return {};
  const ExhibitCustody& now = *known.custody;
  const std::string by = now.where == Whereabouts::held || now.where == Whereabouts::offered
                             ? base::say(" by {}", holder_words(*known.ledger, now.holder))
                             : "";
  std::vector<std::string> lines;
  const auto add = [&](const base::Said& name, const std::string& value) {
    lines.push_back(fitted(name, 22) + " " + value);
  };
  add(base::say("now"), base::say("{}{} (entry {})", word_of(now.where), by, now.since));
  if (!now.container.empty())
    add(base::say("now in"), base::say("{} (entry {})", label_in(known, now.container), now.packed));
  std::vector<std::string> inside;
  for (const std::string& one : known.states->everything_in(uid)) inside.push_back(label_in(known, one));
  std::ranges::sort(inside);
  if (!inside.empty()) add(base::say("now holds"), fmt::format("{}", fmt::join(inside, ", ")));
  if (!now.seal.empty()) add(base::say("now sealed with"), visible(now.seal));
  if (now.unsealed != 0) add(base::say("now unsealed"), base::say("by entry {}", now.unsealed));
  if (const ExhibitCustody& outer = outermost(known); !outer.place.members().empty())
    add(base::say("now kept at"), base::say("{} (entry {})", place_words(outer.place), outer.placed));
  return lines;
}

base::Json WhereExhibitsAre::json(const std::string& uid) const {
  const Told known = told(uid);
  if (known.custody == nullptr) return base::Json::object();
  const ExhibitCustody& now = *known.custody;
  base::Json json = base::Json::object({{"where", word_of(now.where)},
                                        {"ledger", custody::name_of(*known.ledger)},
                                        {"entry", std::to_string(now.since)}});
  if (now.where == Whereabouts::held || now.where == Whereabouts::offered)
    json.set("holder_cert_sha256", now.holder).set("holder", holder_words(*known.ledger, now.holder));
  if (!now.container.empty()) json.set("container", label_in(known, now.container));
  if (!now.seal.empty()) json.set("seal", now.seal);
  if (now.unsealed != 0) json.set("unsealed", std::to_string(now.unsealed));
  if (const ExhibitCustody& outer = outermost(known); !outer.place.members().empty())
    json.set("place", outer.place);
  return json;
}

}  // namespace tools
