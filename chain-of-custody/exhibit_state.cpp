// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/exhibit_state.h"

#include <algorithm>

#include "base/time.h"
#include "chain-of-custody/act_table.h"

namespace custody {
namespace {

using base::Json;

struct ActNeeds {
  std::string_view act;
  Needs needs;
};
// An act that is not here needs the thing: to forget one makes the rules stricter, never weaker.
constexpr ActNeeds kNeeds[] = {
    {"exhibit.add", Needs::custody},
    {"exhibit.continue", Needs::custody},
    {"handover", Needs::custody},
    {"handover.offer", Needs::custody},
    {"handover.accept", Needs::custody},
    {"handover.receipt", Needs::custody},
    {"handover.withdraw", Needs::custody},
    {"extract", Needs::data},
    {"verify", Needs::data},
    {"amend", Needs::data},
    {"erase", Needs::data},
    {"disclose", Needs::data},
    {"checklist.step", Needs::data},
};

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

std::string party_of(const Json& body, bool last) {
  const Json* parties = body.find("parties");
  if (!parties || !parties->is_array() || parties->items().empty()) return {};
  return text_of(last ? parties->items().back() : parties->items().front(), "cert_sha256");
}

std::string entry_text(std::uint64_t index) {
  return "entry " + std::to_string(index);
}

}  // namespace

Needs needs_of(std::string_view act) {
  const auto found = std::ranges::find(kNeeds, act, &ActNeeds::act);
  return found == std::end(kNeeds) ? Needs::thing : found->needs;
}

std::vector<CustodyFault> ExhibitStates::entry(std::uint64_t index, const OpenedBody& opened,
                                               const std::string& body_sha256) {
  faults_.clear();
  index_ = index;
  act_ = text_of(opened.body, "act");
  body_sha256_ = body_sha256;
  first_party_ = party_of(opened.body, false);
  last_party_ = party_of(opened.body, true);
  offer_named_ = text_of(opened.body, "offer_sha256");
  const ActRule* rule = find_act(act_);
  if (!closed_by_.empty() && !(rule && rule->after_close))
    faults_.push_back({"close.last", "",
                       "The ledger was closed by " + closed_by_ +
                           "; only what keeps it provable may follow, and erasures and editions."});
  if (act_ == "close" && closed_by_.empty()) closed_by_ = entry_text(index);
  for (const OpenedBody::Exhibit& exhibit : opened.exhibits) act_on(exhibit);
  at_ = nullptr;
  return std::move(faults_);
}

void ExhibitStates::act_on(const OpenedBody::Exhibit& exhibit) {
  at_ = &exhibits_[exhibit.uid];
  if (const std::string label = text_of(exhibit.members, "label"); !label.empty()) at_->label = label;
  if (at_->label.empty()) at_->label = exhibit.uid;
  if (act_ == "exhibit.add" || act_ == "exhibit.continue")
    registered(exhibit);
  else if (act_ == "handover.accept")
    accepted(exhibit);
  else if (act_ == "handover.receipt")
    settled(Whereabouts::left);
  else if (act_ == "handover.withdraw")
    settled(Whereabouts::held);
  else if (act_ == "handover" || act_ == "handover.offer")
    offered();
  else
    used(exhibit);
  if (needs_of(act_) == Needs::custody) {
    sealed_as(exhibit.members);
    image_stated(exhibit.members);
  }
}

void ExhibitStates::fault(const std::string& what) {
  faults_.push_back({"custody.state", "exhibit " + at_->label, what});
}

void ExhibitStates::require_here() {
  if (at_->where == Whereabouts::offered)
    fault("It was offered by " + entry_text(at_->since) +
          "; until that is receipted or withdrawn nothing may be done to it.");
  if (at_->where == Whereabouts::left)
    fault("It left this ledger by " + entry_text(at_->since) + " and has not come back.");
}

void ExhibitStates::require_holder() {
  if (at_->where == Whereabouts::held && at_->holder != first_party_)
    fault("It is handed over by another than the one who holds it since " + entry_text(at_->since) + ".");
}

void ExhibitStates::registered(const OpenedBody::Exhibit& exhibit) {
  // That nothing is registered twice is another check (exhibit.registered). What a station that is gone had
  // offered stays offered: whoever goes on with its ledger records the acceptance, or takes the offer back.
  at_->offer_sha256 = act_ == "exhibit.continue" ? text_of(exhibit.members, "offer_sha256") : "";
  at_->where = at_->offer_sha256.empty() ? Whereabouts::held : Whereabouts::offered;
  at_->holder = first_party_;
  at_->since = index_;
  at_->seal.clear();
}

void ExhibitStates::accepted(const OpenedBody::Exhibit& exhibit) {
  if (!accepted_.insert(offer_named_ + exhibit.uid).second)
    fault("The same offer was accepted before.");
  else if (at_->where == Whereabouts::held || at_->where == Whereabouts::offered)
    fault("It is accepted from another ledger, and it is here since " + entry_text(at_->since) + ".");
  at_->where = Whereabouts::held;
  at_->holder = first_party_;
  at_->since = index_;
  at_->seal.clear();  // what it was sealed with elsewhere is compared with the offer
  at_->offer_sha256.clear();
}

void ExhibitStates::offered() {
  require_here();
  require_holder();
  const bool both_present = act_ == "handover";
  at_->where = both_present ? Whereabouts::held : Whereabouts::offered;
  if (both_present) at_->holder = last_party_;
  at_->offer_sha256 = both_present ? std::string() : body_sha256_;
  at_->since = index_;
}

// An offer comes to its end: accepted elsewhere, or taken back.
void ExhibitStates::settled(Whereabouts where) {
  if (at_->where != Whereabouts::offered && at_->where != Whereabouts::unknown)
    fault("No offer of it is open.");
  else if (where == Whereabouts::held && at_->offer_sha256 != offer_named_)
    fault("The offer that is withdrawn is not the one that is open.");
  at_->where = where;
  at_->since = index_;
  if (where == Whereabouts::held) at_->offer_sha256.clear();
}

void ExhibitStates::used(const OpenedBody::Exhibit& exhibit) {
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const Json* adopted = exhibit.members.find("adopted");
  // The end of what began while the thing was here is told whenever it comes; an image that others made is
  // data.
  const bool of_data = act_ == "acquire.end" && (at_->begun.contains(acquisition) ||
                                                 (adopted && adopted->is_bool() && adopted->boolean()));
  if (act_ == "verify" && text_of(exhibit.members, "object") == "image") at_->image_due.clear();
  if (act_ == "amend" && exhibit.members.find("label") && first_party_ == last_party_)
    uses_.push_back(entry_text(index_) + " gave exhibit " + at_->label +
                    " this label by the signature of one person alone.");
  if (needs_of(act_) != Needs::thing) return;
  if (!of_data) require_here();
  if (act_ == "acquire.begin") at_->begun.insert(acquisition);
  if (!of_data) at_->seal.clear();
  if (at_->where == Whereabouts::held && at_->holder != first_party_)
    uses_.push_back(entry_text(index_) + " (" + act_ + ") on exhibit " + at_->label +
                    " is by another than the one who holds it since " + entry_text(at_->since) + ".");
}

void ExhibitStates::sealed_as(const Json& members) {
  const std::string seal = text_of(members, "seal");
  if (seal.empty()) return;
  if (!at_->seal.empty() && at_->seal != seal)
    fault("It bears the seal " + seal + ", and was last said to bear " + at_->seal +
          "; nothing says when that changed.");
  at_->seal = seal;
}

void ExhibitStates::image_stated(const Json& members) {
  const std::string image = text_of(members, "image"), due = text_of(members, "image_due");
  const bool pending = image == "pending";
  if (image == "different")
    fault("Its image was found to differ, and it was handed over all the same.");
  else if (!image.empty() && image != "equal" && !pending)
    fault("What is said of its image is none of equal, different and pending.");
  if (pending != !due.empty() || (pending && !base::parse_utc(due)))
    fault("An image that is yet to be checked needs the time until when, and no other has one.");
  if (!image.empty()) at_->image_due = pending ? due : std::string();
}

const ExhibitCustody* ExhibitStates::find(std::string_view uid) const {
  const auto found = exhibits_.find(uid);
  return found == exhibits_.end() ? nullptr : &found->second;
}

std::vector<std::string> ExhibitStates::remarks() const {
  std::vector<std::string> remarks = uses_;
  for (const auto& [uid, exhibit] : exhibits_)
    if (!exhibit.image_due.empty())
      remarks.push_back("The image of exhibit " + exhibit.label + " is yet to be checked since " +
                        entry_text(exhibit.since) + ", until " + exhibit.image_due + ".");
  return remarks;
}

}  // namespace custody
