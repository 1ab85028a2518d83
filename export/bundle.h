// SPDX-License-Identifier: Apache-2.0
// Writes a bundle: a BagIt 1.0 bag with cover, custody, schedule, records, report (docs/bundle-format.md).
// Thread rule: one thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/event.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/ledger.h"
#include "export/edition.h"
#include "export/leak_scan.h"

namespace exporter {

struct BundleInputs {
  // Over all ledgers of the case, not only those that travel.
  explicit BundleInputs(store::Sight what_may_be_seen) : sight(std::move(what_may_be_seen)) {}
  store::Sight sight;
  Request request;
  std::string case_id, title;
  std::vector<SegmentInput> segments;  // one for each acquisition of the request's exhibits
  std::vector<custody::ExhibitView> exhibits;
  std::filesystem::path ledger_folder;  // read again after `disclose` is appended
  std::string station;
  // Of other stations, that tell of the exhibits or are named where this one does
  // (custody::concerned_ledgers). Their station names differ from each other, and from this one's, in more
  // than case.
  std::vector<custody::LedgerContent> further_ledgers;
};

struct BundleFacts {
  std::uint64_t released = 0, redacted = 0, withheld = 0;
  std::map<std::string, std::uint64_t> withheld_by_reason;
  std::string data_manifest_sha256;
  base::EntryReceipt receipt;
  // Withheld texts that the leak scan could not look for: for a person to decide.
  std::vector<Unsearched> unsearched;
  std::map<std::string, store::NotShown> barred;  // by the authority; of the withheld, by exhibit
  std::uint64_t unsearched_barred = 0;            // texts of those that the leak scan could not look for
};

// Stages beside `destination`, scans every file for withheld texts, appends `disclose` to the ledger, writes
// the custody part, manifests and signature, renames. The folder's name is the name of the edition. Throws
// Error: conflict where `destination` exists or a withheld text would leave, usage where the request and the
// inputs do not fit.
BundleFacts write_bundle(const BundleInputs& inputs, const std::filesystem::path& destination,
                         base::EventSink& ledger, const custody::Signer& signer);

}  // namespace exporter
