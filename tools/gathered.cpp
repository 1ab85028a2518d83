// SPDX-License-Identifier: Apache-2.0
#include "tools/gathered.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/scanned_label.h"
#include "tools/workplace.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

base::Json locations_of(const store::CaseFolder& folder) {
  return fs::exists(folder.locations_file()) ? read_json_file(folder.locations_file()) : base::Json::object();
}

// "a12" or "a12-B": its number, and the station.
std::optional<std::pair<unsigned long, std::string>> parts_of(const std::string& name) {
  const std::size_t end = std::min(name.find('-'), name.size());
  if (name.empty() || name[0] != 'a') return {};
  const std::string digits = name.substr(1, end - 1);
  if (digits.empty() || digits.size() > 6 || digits[0] == '0' ||
      digits.find_first_not_of("0123456789") != digits.npos)
    return {};
  const std::string station = end == name.size() ? "" : name.substr(end + 1);
  if (end != name.size() && !store::is_safe_label(station)) return {};
  return std::pair(std::stoul(digits), station);
}

std::vector<std::string> acquisition_folders(const fs::path& exhibit) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(exhibit, failed))
    if (parts_of(entry.path().filename().string())) names.push_back(entry.path().filename().string());
  return names;
}

AcquisitionView view_of(const fs::path& root, const base::Json& locations, const fs::path& folder) {
  AcquisitionView view;
  view.name = folder.filename().string();
  view.folder = folder;
  view.facts = read_json_file(folder / kAcquisitionReport);
  const base::Json* elsewhere = locations.find(folder.parent_path().filename().string() + "/" + view.name);
  const base::Json::Array& files = view.facts.at("files").items();
  // Paths that are not absolute lie below the case folder, which may be moved.
  if (elsewhere != nullptr && elsewhere->is_array() && !elsewhere->items().empty()) {
    for (const base::Json& path : elsewhere->items()) view.further_folders.push_back(root / path.text());
    view.evidence = view.further_folders.front();
    view.further_folders.erase(view.further_folders.begin());
  } else if (elsewhere != nullptr && elsewhere->is_text())
    view.evidence = root / elsewhere->text();
  else if (!files.empty())
    view.evidence = folder / files.front().at("name").text();
  return view;
}

}  // namespace

GatheredCase::GatheredCase(const store::CaseFolder& folder) : folder_(folder) {
  bool found_own = false;
  for (const std::string& station : folder.stations()) {
    ledgers_.push_back(custody::read_ledger(folder.ledger(station)));
    if (found_own) continue;
    found_own = fs::exists(ledger_places(folder, case_id_of(ledgers_.back()), station).log_key);
    if (found_own) std::rotate(ledgers_.begin(), ledgers_.end() - 1, ledgers_.end());
  }
  if (ledgers_.empty()) throw no_ledger(folder);
  for (const custody::LedgerContent& ledger : ledgers_) {
    try {
      exhibits_.push_back(custody::exhibits_of(ledger));
    } catch (const base::JsonError& error) {
      throw base::Error(
          base::ErrorKind::format,
          base::say("the ledger of station {} cannot be read: {}", ledger.station, error.what()),
          base::say("Nothing was changed. Put a sound copy of it below ledgers/; its station has one."));
    }
  }
}

std::vector<custody::ExhibitView> GatheredCase::exhibits() const {
  std::vector<custody::ExhibitView> all;
  for (const auto& exhibits : exhibits_)
    for (const custody::ExhibitView& exhibit : exhibits)
      if (std::ranges::find(all, exhibit.uid, &custody::ExhibitView::uid) == all.end())
        all.push_back(exhibit);
  return all;
}

std::vector<GatheredCase::Told> GatheredCase::told_of(const std::string& exhibit_uid) const {
  std::vector<Told> told;
  for (std::size_t i = 0; i < ledgers_.size(); ++i)
    for (const custody::ExhibitView& exhibit : exhibits_[i])
      if (exhibit.uid == exhibit_uid) told.push_back({&ledgers_[i], &exhibit});
  return told;
}

std::vector<std::string> GatheredCase::labelled(const std::string& label) const {
  if (is_scanned(label)) return {exhibit_by_label(exhibits(), label).uid};
  const auto bears = [&](const custody::ExhibitView& exhibit) { return exhibit.label == label; };
  const auto bore = [&](const custody::ExhibitView& exhibit) {
    return std::ranges::find(exhibit.labels, label) != exhibit.labels.end();
  };
  const auto uids_where = [&](const auto& it_is) {
    std::vector<std::string> uids;
    for (const auto& exhibits : exhibits_)
      for (const custody::ExhibitView& exhibit : exhibits)
        if (it_is(exhibit) && std::ranges::find(uids, exhibit.uid) == uids.end()) uids.push_back(exhibit.uid);
    return uids;
  };
  std::vector<std::string> uids = uids_where(bears);
  if (uids.empty()) uids = uids_where(bore);
  if (uids.empty()) throw no_such_label(label);
  return uids;
}

const custody::OpenedBody& GatheredCase::opened(std::size_t ledger, std::uint64_t index) const {
  const auto known = opened_.find({ledger, index});
  if (known != opened_.end()) return known->second;
  return opened_.emplace(std::pair(ledger, index), custody::open_body(ledgers_[ledger].entries.at(index)))
      .first->second;
}

std::vector<GatheredCase::Telling> GatheredCase::tellings_of(const std::string& exhibit_uid) const {
  std::vector<Telling> tellings;
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    const auto exhibit = std::ranges::find(exhibits_[i], exhibit_uid, &custody::ExhibitView::uid);
    if (exhibit == exhibits_[i].end()) continue;
    Telling& telling = tellings.emplace_back();
    telling.folder = exhibit_folder(folder_, *exhibit);
    telling.station = ledgers_[i].station;
    for (const std::uint64_t index : exhibit->entries) {
      const custody::OpenedBody& opened = this->opened(i, index);
      const auto statement =
          std::ranges::find(opened.exhibits, exhibit_uid, &custody::OpenedBody::Exhibit::uid);
      const base::Json* name = statement->members.find("acquisition");
      const base::Json* lines = statement->members.find("lines_sha256");
      if (name == nullptr || !name->is_text()) continue;
      if (const base::Json* report = statement->members.find("acquisition_json_sha256"))
        telling.reports.insert(report->text());
      telling.acquisitions.insert(name->text());
      if (lines != nullptr && opened.body.at("act").text() == "extract")
        telling.extracts.emplace_back(name->text(), lines->text());
    }
  }
  return tellings;
}

// Two stations may have given one label to two exhibits.
bool GatheredCase::is_shared(const fs::path& folder, const std::string& exhibit_uid) const {
  if (ledgers_.size() == 1) return false;  // in one ledger no label is given twice
  for (const auto& exhibits : exhibits_)
    for (const custody::ExhibitView& other : exhibits)
      if (other.uid != exhibit_uid && exhibit_folder(folder_, other) == folder) return true;
  return false;
}

std::vector<AcquisitionView> GatheredCase::acquisitions_of(const std::string& exhibit_uid) const {
  const base::Json locations = locations_of(folder_);
  const auto tellings = tellings_of(exhibit_uid);
  std::map<std::tuple<unsigned long, std::string>, AcquisitionView> found;
  for (const Telling& telling : tellings) {
    const bool shared = is_shared(telling.folder, exhibit_uid);
    for (const std::string& name : acquisition_folders(telling.folder)) {
      const fs::path report = telling.folder / name / kAcquisitionReport;
      const bool told = std::ranges::any_of(
          tellings, [&](const Telling& other) { return other.acquisitions.contains(name); });
      if (!told || !fs::exists(report)) continue;
      if (shared && !telling.reports.contains(base::sha256(base::read_file(report)).hex())) continue;
      const auto parts = *parts_of(name);
      if (!found.contains(parts))
        found.emplace(parts, view_of(folder_.root(), locations, telling.folder / name));
    }
  }
  std::vector<AcquisitionView> out;
  for (auto& [parts, view] : found) out.push_back(std::move(view));
  return out;
}

std::vector<ExtractedSegment> GatheredCase::segments_of(const std::string& exhibit_uid) const {
  std::map<std::string, ExtractedSegment> newest;
  const auto tellings = tellings_of(exhibit_uid);
  // The last to tell counts: of each ledger the newest, and this station's after all others.
  for (auto telling = tellings.rbegin(); telling != tellings.rend(); ++telling) {
    for (const auto& [acquisition, lines] : telling->extracts) {
      const std::string stem = (telling->folder / "segments" / lines).string();
      newest[acquisition] = {acquisition, lines, telling->station, stem + ".jsonl.zst", stem + ".keys"};
    }
  }
  std::vector<ExtractedSegment> out;
  for (auto& [acquisition, segment] : newest) out.push_back(std::move(segment));
  return out;
}

std::set<std::string> GatheredCase::recorded_segments(const std::string& exhibit_uid) const {
  std::set<std::string> recorded;
  for (const Telling& telling : tellings_of(exhibit_uid))
    for (const auto& [acquisition, lines] : telling.extracts) recorded.insert(lines);
  return recorded;
}

fs::path exhibit_folder(const store::CaseFolder& folder, const custody::ExhibitView& exhibit) {
  const fs::path by_uid = folder.exhibit(exhibit.uid);
  return fs::is_directory(by_uid) ? by_uid : folder.exhibit(exhibit.labels.front());
}

std::string acquisition_name(const custody::ExhibitView& exhibit, const std::string& station,
                             unsigned number) {
  const bool came_from_another = exhibit.members.find("from_body_sha256") != nullptr;
  return "a" + std::to_string(number) + (came_from_another ? "-" + station : "");
}

void require_evidence(const AcquisitionView& acquisition, const std::string& name) {
  auto places = acquisition.further_folders;
  places.insert(places.begin(), acquisition.evidence);
  for (const auto& place : places) {
    std::error_code trouble;
    if (fs::exists(place, trouble)) continue;
    throw base::Error(base::ErrorKind::not_found,
                      base::say("{}, where {} lies, is not there{}", place.string(), name,
                                trouble ? ": " + trouble.message() : ""),
                      base::say("Nothing was changed. Connect the disk that holds it, or write into "
                                "locations.json where it lies now."));
  }
}

std::string further_copy_name(std::size_t index) {
  return "copy" + std::to_string(index + 2);
}

std::vector<fs::path> recorded_place(const store::CaseFolder& folder, const std::string& name) {
  const base::Json locations = locations_of(folder);
  const base::Json* known = locations.find(name);
  if (known == nullptr) return {};
  if (known->is_text()) return {folder.root() / known->text()};
  std::vector<fs::path> places;
  for (const base::Json& path : known->items()) places.push_back(folder.root() / path.text());
  return places;
}

void record_place(const store::CaseFolder& folder, const std::string& name,
                  const std::vector<fs::path>& evidence) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  // What lies in the case folder stays there when the folder is moved.
  const auto as_written = [&](const fs::path& path) {
    const fs::path below = path.lexically_relative(fs::absolute(folder.root()).lexically_normal());
    return below.empty() || *below.begin() == ".." ? path.string() : below.string();
  };
  base::Json where = base::Json::array();
  for (const auto& path : evidence) where.push(as_written(path));
  base::Json locations = locations_of(folder);
  if (evidence.empty() && locations.find(name) == nullptr) return;
  if (evidence.empty())
    std::erase_if(locations.members(), [&](const auto& member) { return member.first == name; });
  else
    locations.set(name, evidence.size() == 1 ? base::Json(where.items().front()) : std::move(where));
  base::write_durably(folder.locations_file(), base::as_bytes(locations.pretty()));
}

void record_location(const store::CaseFolder& folder, const custody::ExhibitView& exhibit,
                     const std::string& acquisition, const std::vector<fs::path>& evidence) {
  record_place(folder, exhibit_folder(folder, exhibit).filename().string() + "/" + acquisition, evidence);
}

}  // namespace tools
