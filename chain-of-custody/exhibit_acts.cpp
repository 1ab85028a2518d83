// SPDX-License-Identifier: Apache-2.0
// What may be done to a thing between its seizure and its end: seals, containers, returns, destructions.
#include <algorithm>

#include "chain-of-custody/exhibit_state.h"

namespace custody {
namespace {

using base::Json;

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

}  // namespace

std::string ExhibitStates::name_of(std::string_view uid) const {
  const ExhibitCustody* known = find(uid);
  return known && !known->label.empty() ? known->label : std::string(uid);
}

// Nothing is known of it but where it is: the container says the rest.
void ExhibitStates::require_unpacked() {
  if (!at_->container.empty())
    fault(
        base::say("It is in the container {} since entry {}; until it is unpacked nothing may be done to it.",
                  name_of(at_->container), at_->packed));
}

void ExhibitStates::require_in_hand() {
  require_here();
  require_unpacked();
  require_holder();
}

// What is in a container goes with it, and nothing of it goes alone.
void ExhibitStates::require_moved_together(const Exhibit& exhibit) {
  const auto known = exhibits_.find(exhibit.uid);
  if (known == exhibits_.end() || names_others_) return;
  at_ = &known->second;
  if (!at_->container.empty() && !named_.contains(at_->container))
    fault(
        base::say("It is in the container {}, which does not go with it: name that too, or unpack it first.",
                  name_of(at_->container)));
  const auto inside = contents_.find(exhibit.uid);
  if (inside == contents_.end()) return;
  for (const std::string& uid : inside->second)
    if (!named_.contains(uid))
      fault(base::say("The exhibit {} is in it and does not go with it: name that too, or unpack it.",
                      name_of(uid)));
}

// What comes in a container comes with it; the container is one, and not in itself.
void ExhibitStates::require_arrived_together(const Exhibit& exhibit) {
  at_ = &exhibits_[exhibit.uid];
  if (at_->container.empty()) return;
  const ExhibitCustody* container = find(at_->container);
  if (!named_.contains(at_->container)) {
    if (!names_others_)
      fault(base::say("It comes in the container {}, which does not come with it.", name_of(at_->container)));
    return;
  }
  if (container && container->where != Whereabouts::unknown && container->kind != "container")
    fault(base::say("It comes in the exhibit {}, which is no container.", container->label));
  const std::vector<std::string> inside = everything_in(exhibit.uid);
  if (std::ranges::find(inside, exhibit.uid) != inside.end())
    fault(base::say("It comes in a container that is in it."));
}

// REQUIRES: the container is told of.
void ExhibitStates::require_open(const ExhibitCustody& container) {
  if (!container.container.empty())
    fault(base::say("The container {} is itself in {}; that is unpacked first.", container.label,
                    name_of(container.container)));
  if (!container.seal.empty())
    fault(base::say(
        "The container {} bears the seal {}; it is unsealed before something is put in or taken out.",
        container.label, container.seal));
}

void ExhibitStates::require_room_in(const std::string& uid, const std::string& container) {
  if (uid == container) return fault(base::say("It is packed into itself."));
  const ExhibitCustody* known = find(container);
  if (!known || known->where == Whereabouts::unknown) {
    // Its own acts may be withheld from an edition, or erased.
    if (all_told_ && !erased_.contains(container))
      fault(base::say("It is packed into what is not registered here."));
    return;
  }
  if (known->kind != "container")
    fault(base::say("It is packed into the exhibit {}, which is no container.", known->label));
  if (known->where != Whereabouts::held || known->holder != first_party_)
    fault(base::say("The container {} is not held by the one who packs it.", known->label));
  require_open(*known);
}

void ExhibitStates::put_into(const std::string& uid, const std::string& container) {
  if (const auto before = contents_.find(at_->container); before != contents_.end())
    before->second.erase(uid);
  at_->container = container;
  at_->packed = container.empty() ? 0 : *index_;
  if (!container.empty()) contents_[container].insert(uid);
}

void ExhibitStates::packed(const Exhibit& exhibit) {
  require_in_hand();
  const std::string container = text_of(exhibit.members, "container");
  require_room_in(exhibit.uid, container);
  put_into(exhibit.uid, container);
}

void ExhibitStates::unpacked(const Exhibit& exhibit) {
  require_here();
  require_holder();
  if (at_->container.empty() && at_->where == Whereabouts::held) fault(base::say("It is in no container."));
  const ExhibitCustody* container = find(at_->container);
  if (container && container->where != Whereabouts::unknown) {
    require_open(*container);
    at_->place = container->place;  // it lies where that was opened
    at_->placed = container->placed;
  }
  put_into(exhibit.uid, {});
}

void ExhibitStates::sealed(const Exhibit& exhibit) {
  require_in_hand();
  const std::string seal = text_of(exhibit.members, "seal");
  if (seal.empty()) fault(base::say("The seal has no number."));
  if (!at_->seal.empty())
    fault(base::say("It bears the seal {}, and is sealed with {}; it is unsealed first.", at_->seal, seal));
  at_->seal = seal;
  at_->unsealed = 0;
}

void ExhibitStates::unsealed(const Exhibit& exhibit) {
  require_in_hand();
  const std::string seal = text_of(exhibit.members, "seal");
  if (at_->seal.empty() && at_->where == Whereabouts::held)
    fault(base::say("The seal {} is taken off, and no seal is known to be on it.", seal));
  if (!at_->seal.empty() && at_->seal != seal)
    fault(base::say("The seal {} is taken off, and it was last said to bear {}.", seal, at_->seal));
  at_->seal.clear();
  at_->unsealed = *index_;
}

void ExhibitStates::end_as(const std::string& uid, Whereabouts where) {
  put_into(uid, {});
  at_->where = where;
  at_->since = *index_;
}

void ExhibitStates::returned(const Exhibit& exhibit) {
  require_here();
  require_holder();
  end_as(exhibit.uid, Whereabouts::returned);
}

void ExhibitStates::destroyed(const Exhibit& exhibit) {
  require_here();
  require_unpacked();
  if (at_->where == Whereabouts::held && at_->holder != first_party_ && at_->holder != last_party_)
    fault(base::say("Neither of the two holds it since entry {}.", at_->since));
  if (const auto inside = contents_.find(exhibit.uid); inside != contents_.end())
    for (const std::string& uid : inside->second)
      fault(base::say("The exhibit {} is in it: that is unpacked first.", name_of(uid)));
  end_as(exhibit.uid, Whereabouts::destroyed);
}

std::vector<std::string> ExhibitStates::everything_in(std::string_view uid) const {
  std::vector<std::string> all;
  const auto add = [&](std::string_view container) {
    const auto inside = contents_.find(container);
    if (inside == contents_.end()) return;
    for (const std::string& one : inside->second)
      if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  add(uid);
  for (std::size_t i = 0; i < all.size(); ++i) add(std::string(all[i]));
  return all;
}

std::string ExhibitStates::told_container(const ExhibitCustody& exhibit) const {
  const ExhibitCustody* known = find(exhibit.container);
  const bool told = known && (known->where == Whereabouts::held || known->where == Whereabouts::offered);
  return told ? exhibit.container : std::string();
}

}  // namespace custody
