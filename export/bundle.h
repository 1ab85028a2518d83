// SPDX-License-Identifier: Apache-2.0
// Writes a bundle: a BagIt 1.0 bag with cover, custody, schedule, records, report (docs/bundle-format.md).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/segment.h"
#include "chain-of-custody/ledger.h"
#include "export/edition.h"

namespace exporter {

// One segment that the edition draws on, with its keys unlocked.
struct SegmentInput {
  std::string exhibit_uid, exhibit_label, acquisition;
  std::filesystem::path lines;  // <sha>.jsonl.zst
  base::SegmentKeys keys;
};

struct BundleInputs {
  Request request;
  std::string case_id, title;
  std::vector<SegmentInput> segments;
  std::vector<custody::ExhibitView> exhibits;
  std::filesystem::path ledger_folder;  // read again after `disclose` is appended
  std::string station;
  std::vector<std::filesystem::path> acquisition_files;  // acquisition.json of each exhibit
};

struct BundleFacts {
  std::uint64_t released = 0, redacted = 0, withheld = 0;
  std::map<std::string, std::uint64_t> withheld_by_reason;
  std::string data_manifest_sha256;
  base::EntryReceipt receipt;
};

// Stages beside `destination`, appends `disclose` to the ledger, writes the custody part, manifests and
// signature, runs the leak scan, renames. Refuses where `destination` exists or the leak scan finds a
// withheld text.
BundleFacts write_bundle(const BundleInputs& inputs, const std::filesystem::path& destination,
                         base::EventSink& ledger, const custody::Signer& signer);

}  // namespace exporter
