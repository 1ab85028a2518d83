// SPDX-License-Identifier: Apache-2.0
// A case folder: its ledgers, and what lies on the disk against what they say. Writes nothing.
#include <algorithm>
#include <array>
#include <map>

#include "base/counted.h"
#include "base/error.h"
#include "base/segment.h"
#include "chain-of-custody/activity.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/image_check.h"
#include "chain-of-custody/ledger_links.h"
#include "chain-of-custody/photo_check.h"
#include "chain-of-custody/scans.h"
#include "chain-of-custody/verify.h"
#include "chain-of-custody/whose_ledger.h"

namespace custody {
namespace {

using base::Json;

std::optional<std::string> text_member(const Json& members, std::string_view name) {
  const Json* member = members.find(name);
  return member && member->is_text() ? std::optional(member->text()) : std::nullopt;
}

// Labels and names come from signed entries, and still no path is built from anything but plain names.
bool is_plain_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 120 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, allowed);
}

bool is_absent(const std::filesystem::path& path) {
  return std::filesystem::symlink_status(path).type() == std::filesystem::file_type::not_found;
}

// Reports of one acquisition, of the attempts and of the whole image, lie in one folder and travel with it.
bool has_report(const std::filesystem::path& folder) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (name == "acquisition.json" || (name.starts_with("attempt-") && name.ends_with(".json"))) return true;
  }
  return false;
}

std::string signer_of(const Entry& entry) {
  try {
    if (!entry.signatures.empty())
      return subject_of(read_actor_signature(entry.signatures.front()).certificate);
  } catch (const ProfileError&) {
    // The ledger's own verification reports the signature.
  }
  return "somebody who cannot be told";
}

class CaseCheck {
 public:
  CaseCheck(std::filesystem::path root, Findings& findings)
      : root_(std::move(root)), findings_(findings), images_(root_, findings) {}

  // REQUIRES: called for every ledger before `ledger` is for any.
  void know(const LedgerContent& content) {
    opened_.clear();
    try {
      for (const ExhibitView& exhibit : exhibits_of(content))
        for (const std::uint64_t index : exhibit.entries) know(content.entries[index], exhibit);
    } catch (const base::JsonError&) {
      return;  // verify_ledger reports the body that cannot be opened
    }
  }

  void ledger(const LedgerContent& content) {
    opened_.clear();
    std::vector<ExhibitView> exhibits;
    try {
      exhibits = exhibits_of(content);
      if (!exhibits.empty()) ledger_ = open_body(content.entries.front()).body.at("ledger").text();
    } catch (const base::JsonError&) {
      return;  // verify_ledger has reported the body that cannot be opened
    }
    for (const ExhibitView& exhibit : exhibits) {
      if (!is_plain_name(exhibit.labels.empty() ? "" : exhibit.labels.front())) continue;
      label_ = exhibit.labels.front();
      uid_ = exhibit.uid;
      folder_name_ = folder_name_of(exhibit);
      for (const std::uint64_t index : exhibit.entries) entry(content.entries[index], exhibit.uid);
    }
  }

 private:
  // Where two stations gave one label to two exhibits, the folder of either bears its uid.
  std::string folder_name_of(const ExhibitView& exhibit) const {
    const bool by_uid =
        std::filesystem::is_directory(std::filesystem::symlink_status(root_ / "exhibits" / exhibit.uid));
    return by_uid ? exhibit.uid : exhibit.labels.front();
  }

  // A body that tells of hundreds of exhibits is opened once, and not for each of them.
  const OpenedBody& opened(const Entry& entry) {
    const auto known = opened_.find(entry.index);
    return known != opened_.end() ? known->second
                                  : opened_.emplace(entry.index, open_body(entry)).first->second;
  }

  void know(const Entry& entry, const ExhibitView& exhibit) {
    const OpenedBody& opened = this->opened(entry);
    const auto statement = std::ranges::find(opened.exhibits, exhibit.uid, &OpenedBody::Exhibit::uid);
    if (statement == opened.exhibits.end()) return;
    const std::optional<std::string> name = text_member(statement->members, "acquisition"),
                                     report = text_member(statement->members, "acquisition_json_sha256");
    const Json* last = statement->members.find("last");
    if (name && last && last->is_bool() && last->boolean())
      destroyed_[folder_name_of(exhibit) + "/" + *name] = entry.index;
    if (name && report) reports_[folder_name_of(exhibit) + "/" + *name][*report] = exhibit.uid;
  }

  // Whether it is the report that a ledger holds of another exhibit under the same label.
  bool is_of_another(const std::string& acquisition, const std::string& report) const {
    const auto here = reports_.find(folder_name_ + "/" + acquisition);
    if (here == reports_.end()) return false;
    const auto found = here->second.find(report);
    return found != here->second.end() && found->second != uid_;
  }

  void entry(const Entry& entry, const std::string& uid) {
    const OpenedBody& opened = this->opened(entry);
    const auto exhibit = std::ranges::find(opened.exhibits, uid, &OpenedBody::Exhibit::uid);
    const std::string act = opened.body.at("act").text();
    object_ = "entry " + std::to_string(entry.index) + ", exhibit " + label_;
    entry_ = &entry;
    if (act == "exhibit.add")
      check_photos(
          *exhibit,
          {root_, root_ / "exhibits" / folder_name_ / "photos", object_, [this] { return told_by(); }},
          findings_);
    if (act == "extract") segment(exhibit->members);
    // An attempt that failed before anything was written states no digest: there is nothing to look for.
    const bool states_nothing = exhibit->withheld == 0 && !exhibit->members.find("acquisition_json_sha256") &&
                                !exhibit->members.find("attempt_json_sha256");
    if ((act == "acquire.end" || act == "receive") && !states_nothing) acquisition(exhibit->members);
  }

  void segment(const Json& members) {
    const std::optional<std::string> digest = text_member(members, "lines_sha256");
    if (!digest || !is_plain_name(*digest)) {
      findings_.impossible("segment.file", object_,
                           "The entry does not say, or hides, which segment it made.");
      return;
    }
    const std::filesystem::path stem = root_ / "exhibits" / folder_name_ / "segments" / *digest;
    const std::filesystem::path file = stem.string() + ".jsonl.zst";
    if (is_absent(file) && is_absent(stem.string() + ".keys")) return not_here("segment.file", file);
    if (!findings_.check(std::filesystem::is_regular_file(std::filesystem::symlink_status(file)),
                         "segment.file", object_,
                         "The segment " + *digest + " is not there, and its keys are: it was removed."))
      return;
    base::Hasher hasher(base::Algorithm::sha256);
    std::uint64_t lines = 0;
    constexpr std::array kNewline{std::byte{'\n'}};
    try {
      base::read_segment(file, [&](base::Bytes line) {
        hasher.update(line);
        hasher.update(kNewline);
        ++lines;
      });
    } catch (const base::Error& error) {
      findings_.fail("segment.lines", object_,
                     std::string("The segment cannot be read: ") + error.what() + ".");
      return;
    }
    findings_.check(hasher.finish_sha256().hex() == *digest, "segment.lines", object_,
                    "The lines of the segment are not those that were signed.");
    findings_.check(
        text_member(members, "lines") == std::to_string(lines), "segment.count", object_,
        "The segment has " + base::counted(lines, "line", "lines") + ", and its entry says otherwise.");
  }

  void acquisition(const Json& members) {
    const std::optional<std::string> name = text_member(members, "acquisition");
    // An attempt that did not make the image whole has a report of its own, and its files are not final.
    const std::optional<std::string> unfinished = text_member(members, "attempt_json_sha256");
    const std::optional<std::string> attempt = text_member(members, "attempt");
    const std::optional<std::string> digest =
        unfinished ? unfinished : text_member(members, "acquisition_json_sha256");
    const bool numbered = !unfinished || (attempt && is_plain_name(*attempt));
    if (!name || !digest || !is_plain_name(*name) || !numbered) {
      findings_.impossible("acquisition.file", object_,
                           "The entry does not say, or hides, what it acquired.");
      return;
    }
    const std::filesystem::path folder = root_ / "exhibits" / folder_name_ / *name;
    const std::string file = unfinished ? "attempt-" + *attempt + ".json" : "acquisition.json";
    if (is_absent(folder / file) && !has_report(folder)) return not_here("acquisition.file", folder / file);
    if (!findings_.check(
            !is_absent(folder / file), "acquisition.file", object_,
            file + " of " + *name + " is not there, and another report of it is: it was removed."))
      return;
    try {
      const base::Buffer json = base::read_file(folder / file);
      if (is_of_another(*name, base::sha256(json).hex()))
        return findings_.impossible("acquisition.file", object_,
                                    "Another exhibit bears this label, and in this folder lies that one's " +
                                        file + ". Put each in a folder that bears its uid. " + told_by());
      if (findings_.check(base::sha256(json).hex() == *digest, "acquisition.file", object_,
                          file + " of " + *name + " is not the one that was signed.") &&
          !unfinished)
        images_.check(base::parse_json(json), {folder, folder_name_ + "/" + *name, label_ + "/" + *name,
                                               told_by() + destroyed_by(folder_name_ + "/" + *name)});
    } catch (const base::Error& error) {
      findings_.fail("acquisition.file", object_, file + ": " + error.what() + ".");
    } catch (const base::JsonError& error) {
      findings_.fail("acquisition.file", object_, file + ": " + error.what() + ".");
    }
  }

  // Whom to ask for it.
  std::string told_by() const {
    return "Entry " + std::to_string(entry_->index) + " of " + ledger_ + ", signed by " + signer_of(*entry_) +
           ", holds its digest.";
  }

  // The entry that says that the last copy of an acquisition was destroyed.
  std::string destroyed_by(const std::string& acquisition) const {
    const auto found = destroyed_.find(acquisition);
    return found == destroyed_.end()
               ? std::string()
               : " Entry " + std::to_string(found->second) + " says that its last copy was destroyed.";
  }

  // What is not here was not altered here: the verdict is that nothing is proven of it, and names who had it.
  void not_here(std::string_view code, const std::filesystem::path& file) {
    findings_.impossible(code, object_,
                         file.lexically_relative(root_).generic_string() + " is not here. " + told_by());
  }

  std::filesystem::path root_;
  Findings& findings_;
  ImageCheck images_;
  // Acquisition, "KK-A-0001/a1" -> digest of its report -> uid of the exhibit.
  std::map<std::string, std::map<std::string, std::string>> reports_;
  std::map<std::string, std::uint64_t> destroyed_;  // of an acquisition: the entry that ends its last copy
  std::string ledger_, label_, uid_, folder_name_, object_;
  const Entry* entry_ = nullptr;                // at hand
  std::map<std::uint64_t, OpenedBody> opened_;  // of the ledger at hand
};

std::vector<std::filesystem::path> ledger_folders(const std::filesystem::path& root, Findings& findings) {
  std::vector<std::filesystem::path> folders;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(root / "ledgers", failed))
    if (findings.check(entry.symlink_status().type() == std::filesystem::file_type::directory, "ledger.read",
                       "ledgers/" + entry.path().filename().string(), "This is no folder of a ledger."))
      folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

}  // namespace

VerifyReport verify_case(const std::filesystem::path& case_folder, const TrustAnchors& anchors) {
  VerifyReport report;
  report.subject = case_folder.string();
  Findings findings(report);
  CaseCheck check(case_folder, findings);
  const std::vector<std::filesystem::path> folders = ledger_folders(case_folder, findings);
  if (folders.empty())
    findings.fail("ledger.read", case_folder.string(), "There is no ledger in this folder.");
  std::vector<LedgerContent> ledgers;
  for (const std::filesystem::path& folder : folders) {
    try {
      ledgers.push_back(read_ledger(folder));
      check.know(ledgers.back());
      const std::size_t before = report.checks.size();
      verify_ledger(ledgers.back(), Coverage::whole, anchors, report);
      if (folders.size() > 1) name_ledger(report, before, ledgers.back());
    } catch (const base::Error& error) {
      findings.fail("ledger.read", "ledgers/" + folder.filename().string(), std::string(error.what()) + ".");
    }
  }
  for (const LedgerContent& ledger : ledgers) {
    const std::size_t before = report.checks.size();
    try {
      check.ledger(ledger);
      check_scans(case_folder, ledger, findings);
      check_activity(case_folder, ledger, findings, report);
    } catch (const base::Error& error) {
      findings.fail("ledger.read", "ledgers/" + ledger.station, std::string(error.what()) + ".");
    }
    if (folders.size() > 1) name_ledger(report, before, ledger);
  }
  check_activity_elsewhere(case_folder, findings);
  verify_links(ledgers, report);
  findings.finish(case_folder.filename().string());
  name_uncompared(anchors.checkpoints, report);
  return report;
}

}  // namespace custody
