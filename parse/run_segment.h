// SPDX-License-Identifier: Apache-2.0
// Puts the lines of a run in their order: header; each pair by (locator, extractor) with its source records
// first; then what the whole tree has to say: counts, what is not supported, anomalies.
// Thread rule: one thread.
#pragma once

#include <set>

#include "base/records.h"
#include "base/segment.h"
#include "parse/id_set.h"
#include "parse/run_list.h"
#include "parse/run_pairs.h"
#include "parse/worker_pair.h"

namespace parse {

// The names that stand in `extractor` of records that the parent makes itself: the header has none.
inline constexpr std::string_view kTreeExtractor = "evidence_tree/1";
inline constexpr std::string_view kSegmentSchema = "holdfast-segment/1";

class RunSegment {
 public:
  RunSegment(const RunIdentity& run, base::SegmentWriter& writer);
  void write_header(base::Segment header);
  // REQUIRES: in the order of the claims.
  void write_pair(const Claim& claim, const ExtractorFacts& extractor, const PairResult& result,
                  const Spool& spool);
  void write_tree(const Listing& listing);

 private:
  enum class Ordinal { as_given, first_free };
  // Fills the id from the place of `locator`.
  void write(base::Record record, const base::Locator& locator, Ordinal ordinal);
  void write_checked(const base::Record& record, const std::map<base::RecordId, base::Locator>& sources);
  void write_lost(const Claim& claim, const ExtractorFacts& extractor, const std::string& reason);
  void write_count(const Listing& listing);
  void write_anomaly(std::string_view code, const base::Locator& locator, std::string_view detail,
                     std::string_view extractor, const base::Place& place);

  RunIdentity run_;
  base::SegmentWriter& writer_;
  IdSet ids_;
  std::map<base::Locator, PairOutcome> outcomes_;  // of claimed files: the worst of their pairs
  std::set<base::Locator> unreadable_;
};

}  // namespace parse
