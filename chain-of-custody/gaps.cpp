// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/gaps.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/time.h"
#include "chain-of-custody/authority_gaps.h"
#include "chain-of-custody/duration.h"
#include "chain-of-custody/ledger_gaps.h"

namespace custody {
namespace {

constexpr std::array kCodes{
    GapMeaning{"image.none", "no image of it is whole", "an acquisition whose image is whole"},
    GapMeaning{"image.late", "its first whole image came long after it was seized", "nothing"},
    GapMeaning{"image.begun", "an acquisition began, and nothing says how it ended",
               "the end of that acquisition"},
    GapMeaning{"image.partial", "bytes were not read, and no other image has them",
               "an acquisition that read all"},
    GapMeaning{"image.unread", "a whole image was not read back, or could not be",
               "a check of that image that is equal"},
    GapMeaning{"image.different", "a whole image was read again and is another",
               "a check of that image that is equal"},
    GapMeaning{"received.different", "it was received, and is not what was stated of it", "nothing"},
    GapMeaning{"image.due", "an image was to be checked by a time that has passed", "a check of the image"},
    GapMeaning{"offer.open", "it was offered, and no acceptance is here", "its acceptance, or a withdrawal"},
    GapMeaning{"offer.unreceipted", "it was accepted, and where it was offered nothing says so", "a receipt"},
    GapMeaning{"use.other", "something was done to it by another than the one who held it", "nothing"},
    GapMeaning{"network.open", "it was on the network and is not isolated",
               "an isolation, or that it is off"},
    GapMeaning{"identity.none", "it has neither a serial number nor a photograph",
               "a serial number, or a photograph"},
    GapMeaning{"seal.open", "its seal was opened, and it was not sealed again", "a seal that is stated"},
    GapMeaning{"authority.none", "nothing says under which authority it was seized",
               "its authority, by an amendment"},
    GapMeaning{"authority.unknown", "the authority that it was seized under is not recorded",
               "the record of that authority"},
    GapMeaning{"authority.over", "the authority that it rests on is not in force", "a renewal of it"},
    GapMeaning{"restriction.open", "it, or records of it, may not be looked at",
               "two officers who lift that"},
    GapMeaning{"ledger.missing", "a ledger is named and is not here", "that ledger"},
    GapMeaning{"ledger.unwitnessed", "nobody else vouches for the last entries",
               "a cosignature, a token, or a handover to another station"},
    GapMeaning{"clock.step", "the wall clock of the station was set", "nothing"},
};

// What is open on one exhibit.
class Judge {
 public:
  Judge(const ExhibitStory& exhibit, std::span<const ExhibitStory> all, const GapRules& rules,
        std::vector<Gap>& gaps)
      : exhibit_(exhibit), all_(all), rules_(rules), gaps_(gaps) {}

  void run() {
    first_image();
    for (const AcquisitionStory& one : exhibit_.acquisitions) acquisition(one);
    image_due();
    for (const OfferStory& offer : exhibit_.offers) open_offer(offer);
    for (const UseByAnother& use : exhibit_.uses)
      add("use.other", use.at, use.at.utc_us,
          "The act " + use.act + " is by another than the one who held it since entry " +
              std::to_string(use.held_since) + ".");
    network();
    identity();
    seal();
  }

 private:
  void add(const char* code, const ToldAt& at, std::int64_t since_us, std::string what) {
    gaps_.push_back({code, exhibit_.uid, exhibit_.label, at, since_us, std::move(what)});
  }
  std::string lasting(std::int64_t since_us) const { return duration_in_words(rules_.now_us - since_us); }

  void first_image() {
    const std::int64_t seized = exhibit_.seized_us;
    if (const AcquisitionStory* first = exhibit_.first_whole()) {
      const std::int64_t took = first->whole->utc_us - seized;
      if (took > rules_.first_image_within_us)
        add("image.late", *first->whole, seized,
            "Its first whole image came " + duration_in_words(took) + " after it was seized.");
      return;
    }
    const ImageState state = image_state(exhibit_, all_);
    if (state == ImageState::not_asked || state == ImageState::parts) return;
    // What left for a ledger that is not here may be imaged there: that ledger is the gap.
    if (exhibit_.standing == Standing::left) return;
    add("image.none", exhibit_.registered, seized,
        "No image of it is whole " + lasting(seized) + " after it was seized.");
  }

  void acquisition(const AcquisitionStory& one) {
    if (one.begun)
      add("image.begun", *one.begun, one.begun->utc_us,
          "The acquisition " + one.name + " began, and nothing says how it ended.");
    const bool another_has_all = std::ranges::any_of(
        exhibit_.acquisitions, [](const AcquisitionStory& other) { return other.complete(); });
    const bool nothing_read = !one.whole && one.outcome == "failed" && one.read_bytes == 0;
    if (!one.begun && one.ended && !nothing_read && !another_has_all)
      add("image.partial", *one.ended, one.ended->utc_us, missing_of(one));
    if (one.stated == "different")
      add("received.different", *one.ended, one.ended->utc_us,
          "What was received as " + one.name + " has other digests than were stated of it.");
    if (!one.whole) return;
    const ToldAt& told = *one.read_back_at;
    if (one.read_back == "different")
      add("image.different", told, told.utc_us,
          "The image of " + one.name + " was read again and is not what was written.");
    else if (one.read_back == "unreadable")
      add("image.unread", told, told.utc_us, "The image of " + one.name + " could not be read again.");
    else if (one.read_back != "equal" && one.read_back != "nothing_stated")
      add("image.unread", told, told.utc_us, "The image of " + one.name + " was not read back.");
  }

  static std::string missing_of(const AcquisitionStory& one) {
    if (!one.whole)
      return "The acquisition " + one.name + " ended as " + one.outcome + ": " +
             std::to_string(one.read_bytes) + " of " + std::to_string(one.media_bytes) + " bytes were read.";
    return "The acquisition " + one.name + " could not read " + std::to_string(one.bad_bytes) +
           " bytes and did not try " + std::to_string(one.not_attempted_bytes) + ".";
  }

  void image_due() {
    if (exhibit_.image_due_told && exhibit_.image_due_us < rules_.now_us)
      add("image.due", *exhibit_.image_due_told, exhibit_.image_due_us,
          "Its image was to be checked by " + base::format_utc_for_people(exhibit_.image_due_us) + ".");
  }

  void open_offer(const OfferStory& offer) {
    if (!offer.open) return;
    if (offer.accepted)
      add("offer.unreceipted", *offer.accepted, offer.accepted->utc_us,
          "It was accepted, and the ledger that offered it (entry " + std::to_string(offer.at.entry) +
              " of " + offer.at.ledger + ") has no receipt.");
    else
      add("offer.open", offer.at, offer.at.utc_us,
          "It was offered " + lasting(offer.at.utc_us) + " ago, and no acceptance is here.");
  }

  bool in_custody() const {
    return exhibit_.standing == Standing::here || exhibit_.standing == Standing::offered;
  }

  void network() {
    const std::string isolation = exhibit_.text("isolation");
    const bool isolated = !isolation.empty() && isolation != "none";
    if (!in_custody() || exhibit_.text("network") != "on" || exhibit_.text("power") == "off" || isolated)
      return;
    // From its seizure; where somebody said later that the isolation ended, from then.
    const ToldAt* told = &exhibit_.told.find("network")->second;
    if (!isolation.empty()) told = &exhibit_.told.find("isolation")->second;
    const bool at_first =
        told->ledger == exhibit_.registered.ledger && told->entry == exhibit_.registered.entry;
    const std::int64_t since = at_first ? exhibit_.seized_us : told->utc_us;
    if (rules_.now_us - since > rules_.isolated_within_us)
      add("network.open", *told, since, "It is on the network and not isolated for " + lasting(since) + ".");
  }

  void identity() {
    if (exhibit_.kind == "container" || exhibit_.kind == "account" || exhibit_.withheld > 0) return;
    const base::Json* photos = exhibit_.now.find("photos");
    const bool pictured = photos && photos->is_array() && !photos->items().empty();
    if (exhibit_.text("serial").empty() && !pictured)
      add("identity.none", exhibit_.registered, exhibit_.registered.utc_us,
          "It has neither a serial number nor a photograph.");
  }

  void seal() {
    if (!exhibit_.open_seal || !in_custody()) return;
    const OpenSeal& opened = *exhibit_.open_seal;
    add("seal.open", opened.at, opened.at.utc_us,
        "Its seal " + opened.seal + " was opened" +
            (opened.act == "unseal" ? "" : " by " + opened.act + ", which does not say so,") +
            " and no later entry states a seal.");
  }

  const ExhibitStory& exhibit_;
  std::span<const ExhibitStory> all_;
  const GapRules& rules_;
  std::vector<Gap>& gaps_;
};

}  // namespace

std::span<const GapMeaning> all_gap_codes() {
  return kCodes;
}

std::vector<Gap> gaps_of_exhibits(std::span<const ExhibitStory> exhibits, const GapRules& rules) {
  std::vector<Gap> gaps;
  for (const ExhibitStory& exhibit : exhibits) Judge(exhibit, exhibits, rules, gaps).run();
  return gaps;
}

std::vector<Gap> gaps_of(std::span<const LedgerContent> ledgers, const GapRules& rules) {
  const CaseOrder ordered = order_of(ledgers);
  const std::vector<ExhibitStory> stories = stories_in(ordered);
  std::vector<Gap> gaps = gaps_of_exhibits(stories, rules);
  for (Gap& gap : gaps_of_authorities(stories, ordered, rules)) gaps.push_back(std::move(gap));
  for (Gap& gap : gaps_of_ledgers(ledgers, ordered, rules)) gaps.push_back(std::move(gap));
  const auto order = [](const Gap& gap) {
    return std::tuple(gap.label.empty(), std::string_view(gap.label), std::string_view(gap.uid),
                      gap.since_us);
  };
  std::ranges::stable_sort(gaps, {}, order);
  return gaps;
}

}  // namespace custody
