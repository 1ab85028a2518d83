// SPDX-License-Identifier: Apache-2.0
// Distributes pairs (file, extractor) over workers. A worker that dies costs its pair and no other: a pair
// that fell with a worker that had served others before is tried once more in a fresh one, so that which
// pairs are lost depends on the evidence and not on how the pairs were distributed.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "parse/run.h"
#include "parse/run_list.h"
#include "parse/run_spool.h"

namespace parse {

// What became of one pair, and where its lines are.
struct PairResult {
  std::size_t spool = 0;
  std::uint64_t records_begin = 0, sources_begin = 0, end = 0;  // positions in the spool
  std::string outcome;                                          // as in source.outcome
  std::string lost_to;  // the reason of WorkerGone where the pair was lost; then there are no lines
};

struct PairResults {
  std::vector<PairResult> results;  // in the order of the claims
  std::vector<Spool> spools;
  std::uint64_t worker_deaths = 0;
};

// Starts a worker of the run.
using WorkerStarter = std::function<std::unique_ptr<WorkerProcess>()>;

PairResults run_pairs(const std::vector<Claim>& claims, const WorkerHello& hello, const RunIdentity& run,
                      unsigned workers, const std::filesystem::path& spool_folder, const WorkerStarter& start,
                      const std::function<void(const RunProgress&)>& progress);

}  // namespace parse
