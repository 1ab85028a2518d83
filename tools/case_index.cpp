// SPDX-License-Identifier: Apache-2.0
#include "tools/case_index.h"

#include <algorithm>
#include <map>

namespace tools {
namespace {

struct Wanted {
  std::filesystem::path file;
  std::string exhibit_uid, acquisition;
};

// By digest of the lines. Later entries supersede earlier ones of the same acquisition.
std::map<std::string, Wanted> wanted_segments(const store::CaseFolder& folder) {
  std::map<std::string, Wanted> out;
  const GatheredCase gathered(folder);
  for (const auto& exhibit : gathered.exhibits()) {
    for (const ExtractedSegment& segment : gathered.segments_of(exhibit.uid)) {
      if (std::filesystem::exists(segment.lines))
        out[segment.lines_sha256] = {segment.lines, exhibit.uid, segment.acquisition};
    }
  }
  return out;
}

}  // namespace

void drop_unrecorded_segments(const store::CaseFolder& folder, const custody::ExhibitView& exhibit) {
  const auto recorded = GatheredCase(folder).recorded_segments(exhibit.uid);
  const auto segments = exhibit_folder(folder, exhibit) / "segments";
  if (!std::filesystem::exists(segments)) return;
  std::vector<std::filesystem::path> orphans;
  for (const auto& entry : std::filesystem::directory_iterator(segments)) {
    const std::string name = entry.path().filename().string();
    const bool known = recorded.contains(name.substr(0, name.find('.')));
    if (!known && (name.ends_with(".jsonl.zst") || name.ends_with(".keys"))) orphans.push_back(entry.path());
  }
  for (const auto& orphan : orphans) std::filesystem::remove(orphan);
}

void bring_index_up_to_date(const store::CaseFolder& folder) {
  const auto wanted = wanted_segments(folder);
  if (wanted.empty()) return;
  bool superseded = false;
  if (std::filesystem::exists(folder.records_database())) {
    for (const std::string& sha256 : store::RecordIndex::open(folder.records_database()).segments())
      superseded = superseded || !wanted.contains(sha256);
  }
  if (superseded) std::filesystem::remove(folder.records_database());
  store::RecordIndex records = store::RecordIndex::open(folder.records_database());
  for (const auto& [sha256, segment] : wanted)
    records.add_segment(segment.file, segment.exhibit_uid, segment.acquisition);
}

}  // namespace tools
