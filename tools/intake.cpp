// SPDX-License-Identifier: Apache-2.0
#include "tools/intake.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/words.h"
#include "chain-of-custody/time_archive.h"
#include "tools/intake_facts.h"

namespace tools {
namespace {

using base::ErrorKind;
using base::Json;

// One entry holds so many things at most: a body has 256 KiB for its digests (docs/ledger-format.md), and an
// edition's file of disclosures is read up to 1 MiB.
constexpr std::size_t kMostThings = 1000;
constexpr std::size_t kMostBytes = 600 * 1024;  // of statements; base64 makes a third more of them

constexpr auto kSeeHelp =
    base::phrase("Nothing was registered. `holdfast exhibit add --help` says what may be given.");

std::string text_of(const Json& members, std::string_view name) {
  const Json* member = members.find(name);
  return member != nullptr && member->is_text() ? member->text() : std::string();
}

bool bears(const custody::ExhibitView& exhibit, const std::string& label) {
  return std::ranges::find(exhibit.labels, label) != exhibit.labels.end();
}

// "KK-A-0006" without its number, and that.
std::pair<std::string, std::string> parts_of(const std::string& label) {
  const std::size_t end = label.find_last_not_of("0123456789");
  const std::size_t begin = end == label.npos ? 0 : end + 1;
  return {label.substr(0, begin), label.substr(begin)};
}

std::string one_more(const std::string& digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return fmt::format("{:0{}}", number + 1, digits.size());
}

}  // namespace

Intake::Intake(const store::CaseFolder& folder, const std::string& station, Console& console)
    : station_(station), elsewhere_(folder, station, console) {
  const custody::LedgerContent ledger = custody::read_ledger(folder.ledger(station));
  case_id_ = case_id_of(ledger);
  exhibits_ = custody::exhibits_of(ledger);
  closed_ = custody::is_closed(ledger);
}

std::string Intake::next_label() const {
  std::string prefix = case_id_.substr(0, case_id_.find('-')) + "-" + station_ + "-", digits = "0000";
  // Labels that came with an exhibit from another station are that one's.
  for (const custody::ExhibitView& exhibit : exhibits_) {
    const auto [before, number] = parts_of(exhibit.labels.front());
    const bool own = exhibit.members.find("from_n") == nullptr;
    if (own && !number.empty() && number.size() <= 9) std::tie(prefix, digits) = std::pair(before, number);
  }
  std::string label;
  do {
    digits = one_more(digits);
    label = prefix + digits;
  } while (std::ranges::any_of(exhibits_, [&](const auto& exhibit) { return bears(exhibit, label); }) ||
           elsewhere_.taken_in(label, {}));
  return label;
}

Json Intake::last_place() const {
  Json place = Json::object();
  if (exhibits_.empty()) return place;
  for (const char* member : {"site", "room", "floor"})
    if (const std::string value = text_of(exhibits_.back().members, member); !value.empty())
      place.set(member, value);
  return place;
}

std::vector<std::string> Intake::same_serial(const Json& facts) const {
  std::vector<std::string> labels;
  const std::string serial = text_of(facts, "serial");
  if (serial.empty()) return labels;
  for (const custody::ExhibitView& exhibit : exhibits_)
    if (text_of(exhibit.members, "serial") == serial) labels.push_back(exhibit.label);
  for (const NewExhibit& other : taken_)
    if (text_of(other.statement.members, "serial") == serial) labels.push_back(other.label);
  return labels;
}

bool Intake::is_registered(const Json& facts) const {
  const auto found = std::ranges::find_if(
      exhibits_, [&](const auto& exhibit) { return bears(exhibit, text_of(facts, "label")); });
  if (found == exhibits_.end()) return false;
  const auto is_parent = [&](const custody::ExhibitView& one, const std::string& label) {
    return one.uid == found->parent_uid && bears(one, label);
  };
  return std::ranges::all_of(intake_facts(), [&](const Fact& fact) {
    const std::string there = text_of(found->members, fact.member), given = text_of(facts, fact.member);
    if (fact.form == FactForm::label) return true;
    if (fact.form != FactForm::exhibit || there.empty()) return there == given;
    return std::ranges::any_of(exhibits_, [&](const auto& one) { return is_parent(one, given); });
  });
}

std::string Intake::uid_of_parent(const std::string& label) const {
  if (label.empty()) return {};
  const auto taken = std::ranges::find(taken_, label, &NewExhibit::label);
  return taken != taken_.end() ? taken->statement.uid : exhibit_by_label(exhibits_, label).uid;
}

bool Intake::has_exhibit(const std::string& label) const {
  try {
    return !uid_of_parent(label).empty();
  } catch (const base::Error&) {
    return false;  // told again, with its words, where it is taken
  }
}

std::vector<IntakeFault> Intake::faults_of_label(const std::string& label) const {
  const bool here = std::ranges::any_of(exhibits_, [&](const auto& one) { return bears(one, label); });
  if (here || std::ranges::find(taken_, label, &NewExhibit::label) != taken_.end())
    return {
        {ErrorKind::conflict, base::say("the label {} was given already", label),
         base::say(
             "Nothing was registered. The next free one is {}; a wrong label is amended with `ledger amend`.",
             next_label())}};
  if (const auto ledger = elsewhere_.taken_in(label, {}))
    return {
        {ErrorKind::conflict,
         base::say("the ledger {} of this case gave the label {} to another exhibit", visible(*ledger),
                   label),
         base::say("Nothing was registered. Choose the next free one, with a letter for your own station.")}};
  return {};
}

std::vector<IntakeFault> Intake::take(const Json& facts, std::vector<Photo> photos) {
  std::vector<IntakeFault> faults;
  for (const auto& [member, value] : facts.members())
    if (const auto fault = fault_of(member, value.text()))
      faults.push_back({ErrorKind::usage, visible(*fault), kSeeHelp});
  for (const char* needed : {"label", "kind"})
    if (facts.find(needed) == nullptr)
      faults.push_back({ErrorKind::usage, base::say("its {} is not given", needed), kSeeHelp});
  if (const auto fault = fault_of(facts)) faults.push_back({ErrorKind::usage, *fault, kSeeHelp});
  if (faults.empty()) faults = faults_of_label(facts.at("label").text());
  NewExhibit thing{text_of(facts, "label"), {new_uid(), facts, Json::object()}, std::move(photos)};
  try {
    if (const std::string uid = uid_of_parent(text_of(facts, "parent")); !uid.empty())
      thing.statement.members.set("parent", uid);
  } catch (const base::Error& error) {
    faults.push_back({error.kind, error.happened, error.advice});
  }
  Json digests = Json::array();
  for (const Photo& photo : thing.photos) digests.push(photo.sha256);
  if (!thing.photos.empty()) thing.statement.hidden.set("photos", digests);
  if (faults.empty()) taken_.push_back(std::move(thing));
  return faults;
}

void require_taken(const std::vector<IntakeFault>& faults) {
  if (!faults.empty()) throw base::Error(faults.front().kind, faults.front().what, faults.front().advice);
}

void register_things(OpenCase& open, const std::vector<NewExhibit>& things, Console& console) {
  // Before the entry that names them: if the power fails in between, photographs lie there that nobody
  // names, and the same command again finds them in their place.
  for (const NewExhibit& thing : things)
    if (!thing.photos.empty()) keep_photos(open.folder.exhibit(thing.label), thing.photos);
  for (std::size_t next = 0; next < things.size();) {
    base::Event event{"exhibit.add", {}, Json::object(), false};
    for (std::size_t bytes = 0; next < things.size() && event.exhibits.size() < kMostThings; ++next) {
      bytes += things[next].statement.members.canonical().size() + 200;
      if (!event.exhibits.empty() && bytes > kMostBytes) break;
      event.exhibits.push_back(things[next].statement);
    }
    const base::EntryReceipt receipt = open.ledger->append(event);
    for (const NewExhibit& thing :
         std::span(things).subspan(next - event.exhibits.size(), event.exhibits.size())) {
      std::filesystem::create_directories(open.folder.exhibit(thing.label));
      console.result(
          base::say("exhibit {}, uid {}", thing.label, thing.statement.uid),
          Json::object({{"event", "exhibit"}, {"label", thing.label}, {"uid", thing.statement.uid}}));
    }
    console.entry(receipt);
  }
}

}  // namespace tools
