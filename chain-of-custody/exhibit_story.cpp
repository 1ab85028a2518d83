// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/exhibit_story.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/time.h"
#include "chain-of-custody/acquisition_story.h"
#include "chain-of-custody/case_order.h"

namespace custody {
namespace {

using base::Json;

// Acts about copies of the data, or about papers: what they state is not about the thing.
constexpr std::array<std::string_view, 11> kAboutData{
    "acquire.begin", "acquire.end", "receive", "extract",  "verify",    "copy",
    "copy.destroy",  "disclose",    "erase",   "restrict", "unrestrict"};

std::string first_party(const Json& body) {
  const Json* parties = body.find("parties");
  if (!parties || !parties->is_array() || parties->items().empty()) return {};
  return text_in(parties->items().front(), "cert_sha256");
}

class Teller {
 public:
  explicit Teller(const CaseOrder& ordered) : case_(ordered), states_(ordered.views.size()) {}

  std::vector<ExhibitStory> run() {
    for (const CaseOrder::Place& place : case_.order) take(place);
    std::vector<ExhibitStory> all;
    for (auto& [uid, story] : stories_)
      if (!story.label.empty()) all.push_back(std::move(story));
    std::ranges::stable_sort(all, {}, &ExhibitStory::label);
    return all;
  }

 private:
  void take(const CaseOrder::Place& place) {
    act_ = &case_.views[place.view].acts[place.index];
    if (!act_->opened) return;
    at_ = {case_.views[place.view].origin, place.index, claimed_us(*act_).value_or(0)};
    ExhibitStates& states = states_[place.view];
    if (act_->kind == "session.open")
      openers_[text_in(act_->opened->body, "cert_sha256")] = first_party(act_->opened->body);
    std::vector<std::optional<ExhibitCustody>> before;
    for (const OpenedBody::Exhibit& exhibit : act_->opened->exhibits) {
      const ExhibitCustody* known = states.find(exhibit.uid);
      before.push_back(known ? std::optional(*known) : std::nullopt);
    }
    states.entry(place.index, *act_->opened, act_->body_sha256);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const OpenedBody::Exhibit& exhibit = act_->opened->exhibits[i];
      act_on(exhibit, before[i], *states.find(exhibit.uid));
    }
  }

  void act_on(const OpenedBody::Exhibit& exhibit, const std::optional<ExhibitCustody>& before,
              const ExhibitCustody& after) {
    ExhibitStory& story = stories_[exhibit.uid];
    if (story.uid.empty()) {
      story.uid = exhibit.uid;
      story.registered = at_;
      story.ledger = at_.ledger;
    }
    story.withheld += exhibit.withheld;
    if (std::ranges::find(kAboutData, act_->kind) == kAboutData.end()) told(exhibit.members, story);
    moved(exhibit, story);
    used(before, story);
    sealed(before, after, exhibit.members, story);
    image_stated(exhibit.members, story);
    told_of_acquisition(act_->kind, exhibit.members, at_, story.acquisitions);
  }

  // Only text and lists stand in statements that are shown to people.
  void told(const Json& members, ExhibitStory& story) {
    for (const auto& [name, value] : members.members()) {
      if (!story.found.find(name)) story.found.set(name, value);
      story.now.set(name, value);
      story.told[name] = at_;
    }
    story.label = story.text("label");
    story.kind = story.text("kind");
    story.parent_uid = story.text("parent");
    const auto stated = base::parse_utc(story.first("seized_at"));
    story.seized_us = stated.value_or(story.registered.utc_us);
  }

  void moved(const OpenedBody::Exhibit& exhibit, ExhibitStory& story) {
    const std::string& act = act_->kind;
    if (act == "exhibit.add" || act == "exhibit.continue")
      registered(exhibit, story);
    else if (act == "handover.offer")
      offered(act_->body_sha256, story);
    else if (act == "handover.accept")
      accepted(story);
    else if (act == "handover.receipt")
      receipted(story);
    else if (act == "return")
      story.standing = Standing::returned;
    else if (act == "destroy")
      story.standing = Standing::destroyed;
    else if (!text_in(act_->opened->body, "offer_sha256").empty())
      not_accepted(story);  // whoever offered it keeps it
  }

  // A station that is gone may have offered it: the offer stays open, in the ledger that goes on.
  void registered(const OpenedBody::Exhibit& exhibit, ExhibitStory& story) {
    const std::string offer = text_in(exhibit.members, "offer_sha256");
    OfferStory* known = offer_of(offer, story);
    if (!offer.empty() && !known) offered(offer, story);
    if (known && known->accepted) return;  // it is where it was accepted
    story.standing = offer.empty() ? Standing::here : Standing::offered;
    story.ledger = at_.ledger;
  }

  void offered(const std::string& offer_sha256, ExhibitStory& story) {
    story.offers.push_back({at_, offer_sha256, {}, true});
    story.standing = Standing::offered;
  }

  void accepted(ExhibitStory& story) {
    acceptances_.insert(act_->body_sha256);
    story.standing = Standing::here;
    story.ledger = at_.ledger;
    if (OfferStory* offer = offer_of(text_in(act_->opened->body, "offer_sha256"), story)) {
      offer->accepted = at_;
      accepted_by_[act_->body_sha256 + story.uid] = offer->offer_sha256;
    }
  }

  void receipted(ExhibitStory& story) {
    const std::string acceptance = text_in(act_->opened->body, "accept_sha256");
    const auto named = accepted_by_.find(acceptance + story.uid);
    OfferStory* offer = named == accepted_by_.end() ? last_open(story) : offer_of(named->second, story);
    if (offer) offer->open = false;
    // Where the acceptance is here, it has said already who has the thing, and more may have followed.
    if (!acceptances_.contains(acceptance)) story.standing = Standing::left;
  }

  void not_accepted(ExhibitStory& story) {
    OfferStory* offer = offer_of(text_in(act_->opened->body, "offer_sha256"), story);
    if (!offer || !offer->open) return;
    offer->open = false;
    if (offer->accepted) return;
    story.standing = Standing::here;
    story.ledger = at_.ledger;
  }

  static OfferStory* offer_of(const std::string& offer_sha256, ExhibitStory& story) {
    const auto found = std::ranges::find(story.offers, offer_sha256, &OfferStory::offer_sha256);
    return found == story.offers.end() ? nullptr : &*found;
  }
  static OfferStory* last_open(ExhibitStory& story) {
    const auto found = std::find_if(story.offers.rbegin(), story.offers.rend(),
                                    [](const OfferStory& offer) { return offer.open && !offer.accepted; });
    return found == story.offers.rend() ? nullptr : &*found;
  }

  // Who did it: behind the key of a session stands the person who opened it.
  std::string acting() const {
    const std::string party = first_party(act_->opened->body);
    const auto opener = openers_.find(party);
    return opener == openers_.end() ? party : opener->second;
  }

  // By the rules of each ledger alone, as its own verification has them.
  void used(const std::optional<ExhibitCustody>& before, ExhibitStory& story) {
    if (before && before->where == Whereabouts::held && needs_of(act_->kind) == Needs::thing &&
        before->holder != acting())
      story.uses.push_back({at_, act_->kind, before->since});
  }

  // Who accepts a thing, or goes on with a ledger, opens nothing.
  void sealed(const std::optional<ExhibitCustody>& before, const ExhibitCustody& after, const Json& members,
              ExhibitStory& story) {
    const std::string& act = act_->kind;
    const bool moves = act == "handover.accept" || act == "exhibit.continue";
    if (before && !before->seal.empty() && after.seal.empty() && !moves)
      story.open_seal = OpenSeal{at_, before->seal, act};
    const bool stated = act != "unseal" && !text_in(members, "seal").empty();
    // What lies in a container is as sealed as that, which has a story of its own.
    if (stated || !after.seal.empty() || act == "pack") story.open_seal.reset();
  }

  void image_stated(const Json& members, ExhibitStory& story) {
    const std::string image = text_in(members, "image");
    if (image == "pending") {
      story.image_due_us = base::parse_utc(text_in(members, "image_due")).value_or(at_.utc_us);
      story.image_due_told = at_;
    }
    const bool checked = act_->kind == "verify" && text_in(members, "object") == "image";
    if (image == "equal" || checked) story.image_due_told.reset();
  }

  const CaseOrder& case_;
  std::vector<ExhibitStates> states_;  // of each ledger
  std::map<std::string, ExhibitStory> stories_;
  std::set<std::string> acceptances_;               // body hashes, of those that are here
  std::map<std::string, std::string> openers_;      // of sessions, by the certificates of both
  std::map<std::string, std::string> accepted_by_;  // of an acceptance and a uid: the offer
  const LedgerView::Act* act_ = nullptr;
  ToldAt at_;
};

// What holds data by itself.
bool holds_data(std::string_view kind) {
  constexpr std::array<std::string_view, 5> kNothingToImage{"document", "container", "account", "other", ""};
  return std::ranges::find(kNothingToImage, kind) == kNothingToImage.end();
}

// A computer is imaged by its disks; a phone is imaged itself, whatever cards were in it.
bool stands_by_parts(std::string_view kind) {
  return kind == "pc" || kind == "dvr" || kind == "sim-box";
}

}  // namespace

std::string ExhibitStory::text(std::string_view member) const {
  return text_in(now, member);
}
std::string ExhibitStory::first(std::string_view member) const {
  return text_in(found, member);
}

const AcquisitionStory* ExhibitStory::first_whole() const {
  const AcquisitionStory* first = nullptr;
  for (const AcquisitionStory& one : acquisitions)
    if (one.whole && (!first || one.whole->utc_us < first->whole->utc_us)) first = &one;
  return first;
}

std::vector<ExhibitStory> stories_in(const CaseOrder& ordered) {
  return Teller(ordered).run();
}
std::vector<ExhibitStory> stories_of(std::span<const LedgerContent> ledgers) {
  return stories_in(order_of(ledgers));
}

ImageState image_state(const ExhibitStory& exhibit, std::span<const ExhibitStory> all) {
  const auto any = [&](const auto& holds) { return std::ranges::any_of(exhibit.acquisitions, holds); };
  if (any([](const AcquisitionStory& one) { return one.complete() && !one.is_broken(); }))
    return ImageState::whole;
  if (any([](const AcquisitionStory& one) { return one.begun.has_value(); })) return ImageState::under_way;
  if (any([](const AcquisitionStory& one) { return one.ended && one.outcome != "failed"; }))
    return ImageState::partly;
  if (!holds_data(exhibit.kind)) return ImageState::not_asked;
  const bool has_parts = std::ranges::any_of(
      all, [&](const ExhibitStory& part) { return part.parent_uid == exhibit.uid && holds_data(part.kind); });
  return has_parts && stands_by_parts(exhibit.kind) ? ImageState::parts : ImageState::none;
}

}  // namespace custody
