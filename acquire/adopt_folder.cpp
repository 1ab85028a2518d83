// SPDX-License-Identifier: Apache-2.0
#include "acquire/adopt_folder.h"

#include "acquire/teller.h"
#include "base/file.h"
#include "base/provenance.h"

namespace acquire {
namespace {

// The file with its digest; without one where it cannot be read to its end.
Report::File hashed(const base::FileSet& files, const std::string& name) {
  Report::File file{base::percent_encode_path(name), 0, "", {}};
  try {
    const auto source = files.open(name);
    file.bytes = source->size();
    file.sha256 = base::sha256(*source).hex();
  } catch (const base::ReadError&) {
    file.sha256.clear();  // told by its absence, and by bad_bytes
  }
  return file;
}

}  // namespace

Report adopt_folder(const std::filesystem::path& folder, const ProgressCallback& progress,
                    const std::stop_token& stop) {
  Report report;
  report.adopted = true;
  report.format = OutputFormat::folder;
  report.started_utc = now_utc();
  report.source.path = folder.string();
  report.outcome = Outcome::complete;
  report.read_back = ReadBack::nothing_stated;
  const auto files = base::files_in_folder(folder);
  const auto names = files->names();
  for (const std::string& name : names) {
    if (stop.stop_requested()) {
      report.outcome = Outcome::interrupted;
      report.trouble = "stopped on request";
      break;
    }
    const Report::File& file = report.files.emplace_back(hashed(*files, name));
    report.media_bytes += file.bytes;
    (file.sha256.empty() ? report.bad_bytes : report.read_bytes) += file.bytes;
    progress({Progress::Phase::read, report.files.size(), names.size(), 0, 0, 0});
  }
  if (report.bad_bytes > 0 && report.outcome == Outcome::complete)
    report.outcome = Outcome::complete_with_bad_ranges;
  report.source.bytes = report.media_bytes;
  report.ended_utc = now_utc();
  return report;
}

}  // namespace acquire
