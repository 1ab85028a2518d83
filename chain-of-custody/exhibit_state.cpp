// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/exhibit_state.h"

#include <algorithm>

#include "base/time.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/party.h"

namespace custody {
namespace {

using base::Json;

// Whether a container and what is in it pass through the act together.
enum class Together { no, moves, arrives };
struct ActNeeds {
  std::string_view act;
  Needs needs;
  Together together = Together::no;
};
// An act that is not here needs the thing: to forget one makes the rules stricter, never weaker.
constexpr ActNeeds kNeeds[] = {
    {"exhibit.add", Needs::custody},
    {"exhibit.continue", Needs::custody, Together::arrives},
    {"handover", Needs::custody, Together::moves},
    {"handover.offer", Needs::custody, Together::moves},
    {"handover.accept", Needs::custody, Together::arrives},
    {"handover.receipt", Needs::custody, Together::moves},
    {"handover.withdraw", Needs::custody, Together::moves},
    {"seal", Needs::custody},
    {"unseal", Needs::custody},
    {"pack", Needs::custody},
    {"unpack", Needs::custody},
    {"return", Needs::custody, Together::moves},
    {"destroy", Needs::custody},
    {"receive", Needs::data},
    {"extract", Needs::data},
    {"verify", Needs::data},
    {"copy", Needs::data},
    {"copy.destroy", Needs::data},
    {"amend", Needs::data},
    {"restrict", Needs::data},
    {"unrestrict", Needs::data},
    {"erase", Needs::data},
    {"disclose", Needs::data},
    {"checklist.step", Needs::data},
};

// Acts on the thing that leave a seal on it whole.
constexpr std::string_view kLeaveSeals[] = {"locate", "isolate", "access"};

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

Together together_in(std::string_view act) {
  const auto found = std::ranges::find(kNeeds, act, &ActNeeds::act);
  return found == std::end(kNeeds) ? Together::no : found->together;
}

std::string entry_text(std::uint64_t index) {
  return "entry " + std::to_string(index);
}

base::Said is_by_another(std::string_view act, std::uint64_t since) {
  if (act == "seal")
    return base::say("It is sealed by another than the one who holds it since entry {}.", since);
  if (act == "unseal")
    return base::say("It is unsealed by another than the one who holds it since entry {}.", since);
  if (act == "pack")
    return base::say("It is packed by another than the one who holds it since entry {}.", since);
  if (act == "unpack")
    return base::say("It is unpacked by another than the one who holds it since entry {}.", since);
  if (act == "return")
    return base::say("It is returned by another than the one who holds it since entry {}.", since);
  return base::say("It is handed over by another than the one who holds it since entry {}.", since);
}

}  // namespace

Needs needs_of(std::string_view act) {
  const auto found = std::ranges::find(kNeeds, act, &ActNeeds::act);
  return found == std::end(kNeeds) ? Needs::thing : found->needs;
}

void ExhibitStates::begin(std::uint64_t index, const OpenedBody& opened, const std::string& body_sha256) {
  faults_.clear();
  if (index_ && index != *index_ + 1) all_told_ = false;  // an edition withholds the bodies between
  index_ = index;
  act_ = text_of(opened.body, "act");
  body_sha256_ = body_sha256;
  const Json* time = opened.body.find("time");
  claimed_us_ = time ? base::parse_utc(text_of(*time, "utc")).value_or(0) : 0;
  opened_ = &opened;
  parties_of(opened.body);
  offer_named_ = text_of(opened.body, "offer_sha256");
  note_names(opened);
}

void ExhibitStates::note_names(const OpenedBody& opened) {
  named_.clear();
  for (const Exhibit& exhibit : opened.exhibits) named_.insert(exhibit.uid);
  std::size_t erased = 0;
  for (const OpenedBody::Touched& touched : opened.touched) {
    named_.insert(touched.uid);
    if (!touched.erased) continue;
    erased_.insert(touched.uid);
    ++erased;
  }
  names_others_ = opened.hidden > erased;
  if (names_others_) all_told_ = false;
}

std::vector<CustodyFault> ExhibitStates::entry(std::uint64_t index, const OpenedBody& opened,
                                               const std::string& body_sha256) {
  begin(index, opened, body_sha256);
  const ActRule* rule = find_act(act_);
  if (closed_by_ && !(rule && rule->after_close))
    faults_.push_back(
        {"close.last", "",
         base::say("The ledger was closed by entry {}; only what keeps it provable may follow, and "
                   "restrictions, copies, erasures, editions, returns and destructions.",
                   *closed_by_)});
  if (act_ == "close" && !closed_by_) closed_by_ = index;
  if (act_ == "authority.add") book_.take(opened.body, {{"", index, claimed_us_}, index});
  const Together together = together_in(act_);
  if (together == Together::moves)
    for (const Exhibit& exhibit : opened.exhibits) require_moved_together(exhibit);
  for (const Exhibit& exhibit : opened.exhibits) act_on(exhibit);
  if (together == Together::arrives)
    for (const Exhibit& exhibit : opened.exhibits) require_arrived_together(exhibit);
  at_ = nullptr;
  opened_ = nullptr;
  return std::move(faults_);
}

// Who holds something, as one party of an act: behind a session stands the person who opened it.
std::string ExhibitStates::holder_of(const Json& party) const {
  const std::string digest = party_digest(party);
  if (is_on_paper(party)) return std::string(kHeldOnPaper) + digest;
  const auto opener = is_session(party) ? openers_.find(digest) : openers_.end();
  return opener == openers_.end() ? digest : opener->second;
}

void ExhibitStates::parties_of(const Json& body) {
  first_party_.clear();
  last_party_.clear();
  const Json* parties = body.find("parties");
  if (!parties || !parties->is_array() || parties->items().empty()) return;
  first_party_ = holder_of(parties->items().front());
  // Of the two that an act may be between; witnesses come after.
  last_party_ = holder_of(parties->items()[parties->items().size() > 1 ? 1 : 0]);
  if (act_ == "session.open") openers_[text_of(body, "cert_sha256")] = first_party_;
}

ExhibitStates::Step ExhibitStates::step_of(std::string_view act) {
  static constexpr std::pair<std::string_view, Step> kSteps[] = {
      {"exhibit.add", &ExhibitStates::registered},
      {"exhibit.continue", &ExhibitStates::registered},
      {"handover", &ExhibitStates::offered},
      {"handover.offer", &ExhibitStates::offered},
      {"handover.accept", &ExhibitStates::accepted},
      {"handover.receipt", &ExhibitStates::receipted},
      {"handover.withdraw", &ExhibitStates::withdrawn},
      {"seal", &ExhibitStates::sealed},
      {"unseal", &ExhibitStates::unsealed},
      {"pack", &ExhibitStates::packed},
      {"unpack", &ExhibitStates::unpacked},
      {"return", &ExhibitStates::returned},
      {"destroy", &ExhibitStates::destroyed},
      {"restrict", &ExhibitStates::restricted},
      {"unrestrict", &ExhibitStates::unrestricted},
      {"receive", &ExhibitStates::received},
      {"copy", &ExhibitStates::copied},
      {"copy.destroy", &ExhibitStates::copy_destroyed},
  };
  const auto found = std::ranges::find(kSteps, act, &std::pair<std::string_view, Step>::first);
  return found == std::end(kSteps) ? &ExhibitStates::used : found->second;
}

void ExhibitStates::act_on(const Exhibit& exhibit) {
  at_ = &exhibits_[exhibit.uid];
  if (const std::string label = text_of(exhibit.members, "label"); !label.empty()) at_->label = label;
  if (at_->label.empty()) at_->label = exhibit.uid;
  authority_stated(exhibit.members);
  require_allowed(exhibit);
  (this->*step_of(act_))(exhibit);
}

void ExhibitStates::fault(const base::Said& what) {
  faults_.push_back({"custody.state", base::say("exhibit {}", at_->label), what});
}

void ExhibitStates::require_here() {
  const std::uint64_t since = at_->since;
  if (at_->where == Whereabouts::offered)
    fault(base::say(
        "It was offered by entry {}; until that is receipted or withdrawn nothing may be done to it.",
        since));
  if (at_->where == Whereabouts::left)
    fault(base::say("It left this ledger by entry {} and has not come back.", since));
  if (at_->where == Whereabouts::returned)
    fault(base::say("It was returned by entry {}; only its data and papers are here still.", since));
  if (at_->where == Whereabouts::destroyed)
    fault(base::say("It was destroyed by entry {}; only its data and papers are here still.", since));
}

void ExhibitStates::require_holder() {
  if (at_->where != Whereabouts::held) return;
  // Whoever keeps a store has no certificate, and signs another slip each time.
  const bool both_on_paper = at_->holder.starts_with(kHeldOnPaper) && first_party_.starts_with(kHeldOnPaper);
  if (at_->holder != first_party_ && !both_on_paper) fault(is_by_another(act_, at_->since));
}

// Its history here begins: it was registered, or came from elsewhere.
void ExhibitStates::begin_here(const Exhibit& exhibit) {
  at_->kind = text_of(exhibit.members, "kind");
  if (act_ != "exhibit.add") at_->came_from_another = true;
  at_->holder = first_party_;
  at_->since = *index_;
  at_->seal.clear();  // what it was sealed with elsewhere is compared with the offer
  at_->unsealed = 0;
  put_into(exhibit.uid, text_of(exhibit.members, "container"));
  placed_as(exhibit.members);
  sealed_as(exhibit.members);
  image_stated(exhibit.members);
}

void ExhibitStates::registered(const Exhibit& exhibit) {
  // That nothing is registered twice is another check (exhibit.registered). What a station that is gone had
  // offered stays offered: whoever goes on with its ledger records the acceptance, or takes the offer back.
  at_->offer_sha256 = act_ == "exhibit.continue" ? text_of(exhibit.members, "offer_sha256") : "";
  at_->where = at_->offer_sha256.empty() ? Whereabouts::held : Whereabouts::offered;
  begin_here(exhibit);
}

void ExhibitStates::accepted(const Exhibit& exhibit) {
  if (!accepted_.insert(offer_named_ + exhibit.uid).second)
    fault(base::say("The same offer was accepted before."));
  else if (at_->where == Whereabouts::held || at_->where == Whereabouts::offered)
    fault(base::say("It is accepted from another ledger, and it is here since entry {}.", at_->since));
  else if (at_->where != Whereabouts::left)
    require_here();  // what was returned or destroyed here is nobody's to offer
  at_->where = Whereabouts::held;
  at_->offer_sha256.clear();
  begin_here(exhibit);
}

void ExhibitStates::offered(const Exhibit& exhibit) {
  require_here();
  require_holder();
  const bool both_present = act_ == "handover";
  if (!both_present && at_->where == Whereabouts::held &&
      text_of(exhibit.members, "container") != at_->container)
    fault(base::say("The offer says of its container something else than the entries before."));
  at_->where = both_present ? Whereabouts::held : Whereabouts::offered;
  if (both_present) {
    at_->holder = last_party_;
    placed_as(Json::object());
  }
  at_->offer_sha256 = both_present ? std::string() : body_sha256_;
  at_->since = *index_;
  sealed_as(exhibit.members);
  image_stated(exhibit.members);
}

void ExhibitStates::receipted(const Exhibit& exhibit) {
  settled(Whereabouts::left);
  put_into(exhibit.uid, {});
}
void ExhibitStates::withdrawn(const Exhibit&) {
  settled(Whereabouts::held);
}

// An offer comes to its end: accepted elsewhere, or taken back.
void ExhibitStates::settled(Whereabouts where) {
  if (at_->where != Whereabouts::offered && at_->where != Whereabouts::unknown)
    fault(base::say("No offer of it is open."));
  else if (where == Whereabouts::held && at_->offer_sha256 != offer_named_)
    fault(base::say("The offer that is withdrawn is not the one that is open."));
  at_->where = where;
  at_->since = *index_;
  if (where == Whereabouts::held) at_->offer_sha256.clear();
}

void ExhibitStates::used(const Exhibit& exhibit) {
  const std::string acquisition = text_of(exhibit.members, "acquisition");
  const Json* adopted = exhibit.members.find("adopted");
  // The end of what began while the thing was here is told whenever it comes; an image that others made is
  // data.
  const bool of_data = act_ == "acquire.end" && (at_->begun.contains(acquisition) ||
                                                 (adopted && adopted->is_bool() && adopted->boolean()));
  if (act_ == "verify" && text_of(exhibit.members, "object") == "image") at_->image_due.clear();
  if (act_ == "verify") copies_checked(exhibit);
  if (act_ == "acquire.end") acquired(exhibit);
  if (act_ == "amend" && exhibit.members.find("label") && first_party_ == last_party_)
    uses_.push_back(entry_text(*index_) + " gave exhibit " + at_->label +
                    " this label by the signature of one person alone.");
  if (needs_of(act_) != Needs::thing) return;
  if (!of_data) {
    require_here();
    require_unpacked();
    if (std::ranges::find(kLeaveSeals, act_) == std::end(kLeaveSeals)) opened_by_use();
  }
  if (act_ == "acquire.begin") at_->begun.insert(acquisition);
  if (act_ == "locate") placed_as(exhibit.members);
  if (at_->where == Whereabouts::held && at_->holder != first_party_)
    uses_.push_back(entry_text(*index_) + " (" + act_ + ") on exhibit " + at_->label +
                    " is by another than the one who holds it since " + entry_text(at_->since) + ".");
}

// Who images a thing opens what it was sealed in. That should be said by an `unseal` before; ledgers of
// programs that had no such act say it by the acquisition alone.
void ExhibitStates::opened_by_use() {
  if (!at_->seal.empty())
    uses_.push_back("The seal " + at_->seal + " of exhibit " + at_->label + " was opened by " +
                    entry_text(*index_) + " (" + act_ + ") without an unseal.");
  at_->seal.clear();
}

void ExhibitStates::placed_as(const Json& members) {
  at_->place = Json::object();
  for (const char* name : {"site", "room", "floor", "desk"})
    if (const std::string text = text_of(members, name); !text.empty()) at_->place.set(name, text);
  at_->placed = *index_;
}

void ExhibitStates::sealed_as(const Json& members) {
  const std::string seal = text_of(members, "seal");
  if (seal.empty()) return;
  if (!at_->seal.empty() && at_->seal != seal)
    fault(base::say("It bears the seal {}, and was last said to bear {}; nothing says when that changed.",
                    seal, at_->seal));
  if (at_->unsealed != 0)
    fault(base::say(
        "It bears the seal {}, and was unsealed by entry {}; nothing says that it was sealed again.", seal,
        at_->unsealed));
  at_->seal = seal;
  at_->unsealed = 0;
}

void ExhibitStates::image_stated(const Json& members) {
  const std::string image = text_of(members, "image"), due = text_of(members, "image_due");
  const bool pending = image == "pending";
  if (image == "different")
    fault(base::say("Its image was found to differ, and it was handed over all the same."));
  else if (!image.empty() && image != "equal" && !pending)
    fault(base::say("What is said of its image is none of equal, different and pending."));
  if (pending != !due.empty() || (pending && !base::parse_utc(due)))
    fault(base::say("An image that is yet to be checked needs the time until when, and no other has one."));
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
