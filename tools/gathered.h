// SPDX-License-Identifier: Apache-2.0
// A case folder with the ledgers of one station or of several: what each calls an exhibit, and where in the
// folder its files lie. An exhibit that was handed over stands in several ledgers, perhaps under several
// labels, and each station kept its files under its own. Thread rule: one thread.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "chain-of-custody/ledger.h"
#include "store/case_folder.h"

namespace tools {

// Of a whole image; its canonical JSON says all that is known of the acquisition (docs/acquisition.md).
inline constexpr char kAcquisitionReport[] = "acquisition.json";

// One finished acquisition of an exhibit, as its acquisition.json and locations.json tell.
struct AcquisitionView {
  std::string name;                                    // "a1", "a1-B"
  std::filesystem::path folder;                        // exhibits/<label>/a1
  std::filesystem::path evidence;                      // first file of the image or container
  std::vector<std::filesystem::path> further_folders;  // that hold some of the image's files
  base::Json facts;                                    // acquisition.json
};

// The newest run over one acquisition, as a ledger names it; its files may be missing.
struct ExtractedSegment {
  std::string acquisition, lines_sha256, station;
  std::filesystem::path lines, keys;
};

class GatheredCase {
 public:
  // Reads every ledger of the folder. Throws Error(format) where one cannot be read, or none is there.
  explicit GatheredCase(const store::CaseFolder& folder);

  const store::CaseFolder& folder() const { return folder_; }
  // That of this station comes first, where there is one.
  const std::vector<custody::LedgerContent>& ledgers() const { return ledgers_; }
  // Every exhibit once: as this station's ledger knows it, else as the first other that has it.
  std::vector<custody::ExhibitView> exhibits() const;
  // The ledgers that tell of an exhibit, in the order of ledgers(), each with what it says.
  struct Told {
    const custody::LedgerContent* ledger;
    const custody::ExhibitView* exhibit;
  };
  std::vector<Told> told_of(const std::string& exhibit_uid) const;
  // Uids of the exhibits that bear this label in any ledger, or where none does, that once bore it; of a
  // scanned label, that one's. Throws as exhibit_by_label does.
  std::vector<std::string> labelled(const std::string& label) const;
  // By number, then by name. What lies in a folder and no ledger tells of this exhibit, is another's.
  std::vector<AcquisitionView> acquisitions_of(const std::string& exhibit_uid) const;
  // One for each acquisition: this station's where it made one, for its keys are ours.
  std::vector<ExtractedSegment> segments_of(const std::string& exhibit_uid) const;
  // Digests of the lines of all segments that any ledger names of this exhibit.
  std::set<std::string> recorded_segments(const std::string& exhibit_uid) const;

 private:
  // What one ledger tells of one exhibit.
  struct Telling {
    std::filesystem::path folder;
    std::string station;
    std::set<std::string> acquisitions;
    std::set<std::string> reports;                              // digests of acquisition.json
    std::vector<std::pair<std::string, std::string>> extracts;  // acquisition, lines; oldest first
  };
  std::vector<Telling> tellings_of(const std::string& exhibit_uid) const;
  // A body that tells of hundreds of exhibits is opened once, and not for each of them.
  const custody::OpenedBody& opened(std::size_t ledger, std::uint64_t index) const;
  bool is_shared(const std::filesystem::path& folder, const std::string& exhibit_uid) const;

  store::CaseFolder folder_;
  std::vector<custody::LedgerContent> ledgers_;
  std::vector<std::vector<custody::ExhibitView>> exhibits_;  // of each
  mutable std::map<std::pair<std::size_t, std::uint64_t>, custody::OpenedBody> opened_;
};

// The folder of an exhibit bears its uid where there is such a folder, else the label that it was registered
// under; amending a label renames nothing.
std::filesystem::path exhibit_folder(const store::CaseFolder& folder, const custody::ExhibitView& exhibit);

// "a2"; "a2-B" of an exhibit that came to the station B from another ledger. One ledger registered it and
// every station has a name of its own, so no two name one acquisition of it alike.
std::string acquisition_name(const custody::ExhibitView& exhibit, const std::string& station,
                             unsigned number);

// Throws Error(not_found) where the evidence, or a folder that holds some of it, is not there.
void require_evidence(const AcquisitionView& acquisition, const std::string& name);

// Remembers where an image lies that is not in its folder: its first file, then further folders that hold
// files of it. `acquisition`: "a1", or "a1/copy2". From any thread.
void record_location(const store::CaseFolder& folder, const custody::ExhibitView& exhibit,
                     const std::string& acquisition, const std::vector<std::filesystem::path>& evidence);

// The same by the name in locations.json, "KK-A-0001/a1/copy2". No path: it is known no more.
void record_place(const store::CaseFolder& folder, const std::string& name,
                  const std::vector<std::filesystem::path>& evidence);
// What was recorded under that name; empty where nothing was.
std::vector<std::filesystem::path> recorded_place(const store::CaseFolder& folder, const std::string& name);

// Copies written beside the first by one acquisition: "copy2" for 0.
std::string further_copy_name(std::size_t index);

}  // namespace tools
