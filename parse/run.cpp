// SPDX-License-Identifier: Apache-2.0
#include "parse/run.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "parse/run_list.h"
#include "parse/run_pairs.h"
#include "parse/run_segment.h"
#include "version.h"

namespace parse {
namespace {

WorkerStarter starter(const RunInput& input, const RunOptions& options, const std::stop_token& stop) {
  const WorkerConfig config =
      WorkerConfig::over(input.evidence, input.further_folders, {input.exhibit_uid, input.acquisition},
                         options.worker_memory_bytes);
  WorkerProcess::Limits limits;
  limits.idle = std::chrono::seconds(options.worker_idle_seconds);
  limits.stop = [stop] { return stop.stop_requested(); };
  limits.dies_with_thread = true;
  return [=] { return std::make_unique<WorkerProcess>(options.program, config, limits); };
}

bool is_lost_to_limits(std::string_view reason) {
  constexpr std::array<std::string_view, 3> kLimits{"idle", "memory", "killed"};
  return std::find(kLimits.begin(), kLimits.end(), reason) != kLimits.end();
}

bool is_reproducible(const Listing& listing, const PairResults& pairs) {
  const auto by_limit = [](const PairResult& result) { return is_lost_to_limits(result.lost_to); };
  return !is_lost_to_limits(listing.cut_by) &&
         std::none_of(pairs.results.begin(), pairs.results.end(), by_limit);
}

base::Segment header_of(const RunInput& input, const WorkerHello& hello, const Listing& listing,
                        bool reproducible) {
  base::Segment header;
  if (!listing.input.empty()) header.input = base::Word{listing.input};
  if (!input.input_sha256.empty()) header.input_sha256 = base::Word{input.input_sha256};
  header.program = base::Word{std::string("holdfast/") + kHoldfastVersion};
  header.libraries = hello.libraries;
  base::Json extractors = base::Json::object();
  for (const ExtractorFacts& facts : hello.extractors)
    extractors.set(facts.name, std::to_string(facts.version));
  header.extractors = extractors;
  header.options = base::Json::object({{"seed_words", hello.seed_words}});
  header.reproducible = reproducible;
  return header;
}

}  // namespace

RunOutcome run(const RunInput& input, const RunOptions& options, const std::filesystem::path& segments,
               const base::SecretSealer& sealer, const std::function<void(const RunProgress&)>& progress,
               std::stop_token stop) {
  const RunIdentity identity{input.exhibit_uid, input.acquisition};
  const WorkerStarter start = starter(input, options, stop);
  const auto lister = start();
  const WorkerHello hello = lister->hello();
  require_sandbox(hello.sandbox, options.allow_weak_sandbox);
  const Listing listing = list_by(*lister);
  PairResults pairs = run_pairs(listing.claims, hello, identity, options.workers, segments, start, progress);

  RunOutcome outcome;
  outcome.sandbox = hello.sandbox;
  outcome.worker_deaths = pairs.worker_deaths + (listing.cut_by.empty() ? 0 : 1);
  outcome.reproducible = is_reproducible(listing, pairs);
  for (const ExtractorFacts& facts : hello.extractors) outcome.extractors.push_back(facts.versioned());
  base::SegmentWriter writer(segments, sealer);
  RunSegment segment(identity, writer);
  segment.write_header(header_of(input, hello, listing, outcome.reproducible));
  for (std::size_t i = 0; i < listing.claims.size(); ++i) {
    const Claim& claim = listing.claims[i];
    const auto facts = std::find_if(hello.extractors.begin(), hello.extractors.end(),
                                    [&](const ExtractorFacts& f) { return f.name == claim.extractor; });
    segment.write_pair(claim, *facts, pairs.results[i], pairs.spools[pairs.results[i].spool]);
  }
  segment.write_tree(listing);
  outcome.segment = writer.finish();
  return outcome;
}

}  // namespace parse
