// SPDX-License-Identifier: Apache-2.0
#include "acquire/rescue_run.h"

#include <algorithm>

#include "acquire/rescue.h"
#include "acquire/rescued_source.h"
#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"

namespace acquire {
namespace {

std::filesystem::path map_file(const std::filesystem::path& folder, const std::string& stem) {
  return folder / (stem + ".map");
}

std::filesystem::path raw_file(const Plan& plan) {
  return (plan.places.empty() ? plan.folder : plan.places.front().folder) / (plan.stem + ".rescue");
}

// The device may go and come back while it is rescued.
RescueResult rescue_with_patience(Source& source, std::unique_ptr<Source>& reopened, const Plan& plan,
                                  Report& report, const ProgressCallback& progress,
                                  const std::stop_token& stop) {
  RescueOptions options;
  options.retries = plan.retries;
  options.time_limit = plan.time_limit;
  options.bytes_per_second = plan.bytes_per_second;
  while (true) {
    Source& now = reopened ? *reopened : source;
    auto result = rescue(now, raw_file(plan), map_file(plan.folder, plan.stem), options, progress, stop);
    if (result.end != RescueResult::End::gone || !plan.wait_for_source) return result;
    Pause pause{result.map.bytes(BlockStatus::finished), now_utc(), "", ""};
    auto again = plan.wait_for_source(stop);
    if (!again) return result;
    reopened = std::move(again);
    pause.to_utc = now_utc();
    pause.path = reopened->facts().path;
    report.pauses.push_back(pause);
  }
}

Report not_finished(Report report, const RescueResult& result, const Source& source, const Plan& plan) {
  report.source = source.facts();
  report.format = plan.format;
  report.media_bytes = source.facts().bytes;
  report.sector_bytes = source.facts().logical_sector;
  report.read_bytes = result.map.bytes(BlockStatus::finished);
  report.bad_bytes = result.map.bytes(BlockStatus::bad);
  report.bad = result.map.bad(report.sector_bytes);
  report.not_attempted_bytes = report.media_bytes - report.read_bytes - report.bad_bytes;
  report.kept_bytes = report.read_bytes + report.bad_bytes;  // the map knows each of them
  const bool asked = result.end == RescueResult::End::stopped || result.end == RescueResult::End::time_is_up;
  report.outcome = asked ? Outcome::interrupted : Outcome::failed;
  report.trouble = result.trouble;
  report.ended_utc = now_utc();
  const std::string name = "attempt-" + std::to_string(std::max(plan.attempt, 1u)) + ".json";
  base::write_durably(plan.folder / name, base::as_bytes(report.to_json().canonical()));
  return report;
}

}  // namespace

bool rescue_begun(const std::filesystem::path& folder, const std::string& stem) {
  return std::filesystem::exists(map_file(folder, stem)) &&
         !std::filesystem::exists(folder / "acquisition.json");
}

Report acquire_by_rescue(Source& source, const Plan& plan, const ProgressCallback& progress,
                         std::stop_token stop) {
  Report report;
  report.started_utc = now_utc();
  std::unique_ptr<Source> reopened;
  const auto result = rescue_with_patience(source, reopened, plan, report, progress, stop);
  if (result.end != RescueResult::End::finished) return not_finished(report, result, source, plan);
  const auto rescued = open_rescued(raw_file(plan), map_file(plan.folder, plan.stem), source.facts());
  Plan packing = plan;
  packing.retries = 0;
  packing.bytes_per_second.reset();
  packing.wait_for_source = {};
  packing.pauses = report.pauses;
  packing.rescued = true;
  Report packed = acquire(*rescued, packing, progress, stop);
  packed.kept_bytes = packed.media_bytes;  // whatever became of the packing, the device was read
  if (packed.read_back == ReadBack::equal) std::filesystem::remove(raw_file(plan));
  return packed;
}

}  // namespace acquire
