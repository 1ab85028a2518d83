// SPDX-License-Identifier: Apache-2.0
#include "tools/copies.h"

#include <algorithm>

#include "base/words.h"
#include "chain-of-custody/whose_ledger.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr char kFirst[] = "copy1";

std::string text_in(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member != nullptr && member->is_text() ? member->text() : std::string();
}

// "copy12", "copy2-B": its number; 0 where it is another name.
unsigned long number_of(const std::string& name) {
  if (!name.starts_with("copy")) return 0;
  const std::string digits = name.substr(4, std::min(name.find('-'), name.size()) - 4);
  if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != digits.npos) return 0;
  return std::stoul(digits);
}

CopyView& named(const std::string& name, std::vector<CopyView>& copies) {
  const auto found = std::ranges::find(copies, name, &CopyView::name);
  if (found != copies.end()) return *found;
  copies.emplace_back().name = name;
  return copies.back();
}

void tell(const std::string& name, const std::string& ledger, std::uint64_t entry,
          std::vector<CopyView>& copies) {
  CopyView& copy = named(name, copies);
  if (!copy.ledger.empty()) return;
  copy.ledger = ledger;
  copy.told = entry;
}

// What one act says of the copies of this acquisition.
void take(const std::string& act, const Json& said, const std::string& ledger, std::uint64_t entry,
          std::vector<CopyView>& copies) {
  if (act == "receive" || (act == "acquire.end" && said.find("acquisition_json_sha256") != nullptr)) {
    tell(kFirst, ledger, entry, copies);
    const Json* further = said.find("copies");
    if (further == nullptr || !further->is_array()) return;
    for (const Json& name : further->items())
      if (name.is_text()) tell(name.text(), ledger, entry, copies);
  }
  const std::string name = text_in(said, "copy");
  if (act == "copy") {
    tell(name, ledger, entry, copies);
    named(name, copies).medium = text_in(said, "medium");
  }
  if (act == "copy.destroy") named(name, copies).destroyed = entry;
}

std::string place_name(const AcquisitionView& acquisition) {
  return acquisition.folder.parent_path().filename().string() + "/" + acquisition.name;
}

std::vector<fs::path> all_places(const AcquisitionView& acquisition) {
  std::vector<fs::path> places{acquisition.evidence};
  places.insert(places.end(), acquisition.further_folders.begin(), acquisition.further_folders.end());
  return places;
}

}  // namespace

bool CopyView::is_here() const {
  std::error_code ignored;
  const auto is_there = [&](const fs::path& place) { return fs::exists(place, ignored); };
  return !places.empty() && std::ranges::all_of(places, is_there);
}

std::vector<CopyView> copies_of(const GatheredCase& gathered, const std::string& exhibit_uid,
                                const AcquisitionView& acquisition) {
  std::vector<CopyView> copies;
  for (const GatheredCase::Told& told : gathered.told_of(exhibit_uid)) {
    for (const std::uint64_t index : told.exhibit->entries) {
      const custody::OpenedBody opened = custody::open_body(told.ledger->entries.at(index));
      for (const auto& statement : opened.exhibits)
        if (statement.uid == exhibit_uid && text_in(statement.members, "acquisition") == acquisition.name)
          take(opened.body.at("act").text(), statement.members, custody::name_of(*told.ledger), index,
               copies);
    }
  }
  for (CopyView& copy : copies) {
    copy.places = recorded_place(gathered.folder(), place_name(acquisition) + "/" + copy.name);
    if (copy.name == kFirst && copy.places.empty()) copy.places = all_places(acquisition);
  }
  std::ranges::stable_sort(copies, {}, [](const CopyView& copy) { return number_of(copy.name); });
  return copies;
}

std::string copies_words(const std::vector<CopyView>& copies) {
  std::string words;
  for (const CopyView& copy : copies) {
    words += (words.empty() ? "" : ", ") + visible(copy.name);
    if (!copy.medium.empty()) words += " (" + visible(copy.medium) + ")";
    if (copy.destroyed != 0) words += base::say(" destroyed by entry {}", copy.destroyed);
  }
  return words;
}

AcquisitionView seen_in(const CopyView& copy, const AcquisitionView& acquisition) {
  AcquisitionView seen = acquisition;
  if (copy.places.empty()) return seen;
  seen.evidence = copy.places.front();
  seen.further_folders.assign(copy.places.begin() + 1, copy.places.end());
  return seen;
}

void read_from(const store::CaseFolder& folder, const AcquisitionView& acquisition, const CopyView& destroyed,
               const std::vector<CopyView>& copies) {
  if (all_places(acquisition) != destroyed.places) return;
  const auto remains = [&](const CopyView& copy) {
    return copy.name != destroyed.name && copy.destroyed == 0 && !copy.places.empty();
  };
  const auto next = std::ranges::find_if(copies, remains);
  if (next == copies.end()) return;
  record_place(folder, place_name(acquisition) + "/" + destroyed.name, destroyed.places);
  record_place(folder, place_name(acquisition), next->places);
}

}  // namespace tools
