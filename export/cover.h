// SPDX-License-Identifier: Apache-2.0
// The pages that stand before the report: cover, 00-START-HERE.html and 01-VERIFY.txt.
#pragma once

#include <string>

#include "export/report.h"

namespace exporter {

// data/cover/cover.html
std::string cover_page(const ReportInputs& inputs);

// What is known only when the payload is finished; not part of data/.
struct BundleLabels {
  std::string name;                  // of the bundle's folder
  std::string data_manifest_sha256;  // what `disclose` signs
  std::string signer, fingerprint;   // of the signing certificate
  std::string signature_file;        // signatures/…
  std::uint64_t disclose_entry = 0;
  std::string station;
  std::vector<std::string> further_stations;  // of which the bundle carries the ledgers too
};
std::string start_page(const ReportInputs& inputs, const BundleLabels& labels);
std::string verify_text(const BundleLabels& labels);

}  // namespace exporter
