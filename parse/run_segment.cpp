// SPDX-License-Identifier: Apache-2.0
#include "parse/run_segment.h"

#include <algorithm>

#include "parse/worker_file.h"
#include "parse/worker_pair.h"

namespace parse {
namespace {

PairOutcome outcome_from(std::string_view name) {
  if (name == name_of(PairOutcome::parsed)) return PairOutcome::parsed;
  return name == name_of(PairOutcome::parsed_with_anomalies) ? PairOutcome::parsed_with_anomalies
                                                             : PairOutcome::failed;
}

std::int64_t count_of(const std::map<base::Locator, PairOutcome>& outcomes, PairOutcome wanted) {
  return std::count_if(outcomes.begin(), outcomes.end(),
                       [&](const auto& entry) { return entry.second == wanted; });
}

}  // namespace

RunSegment::RunSegment(const RunIdentity& run, base::SegmentWriter& writer) : run_(run), writer_(writer) {}

void RunSegment::write(base::Record record, const base::Locator& locator, Ordinal ordinal) {
  const auto id = [&] {
    return base::record_id(run_.exhibit_uid, run_.acquisition, locator, record.place.position,
                           record.place.state, record.type->name, record.place.ordinal);
  };
  record.id = id();
  while (ordinal == Ordinal::first_free && ids_.contains(record.id)) {
    ++record.place.ordinal;
    record.id = id();
  }
  ids_.insert(record.id);
  writer_.add(record);
}

void RunSegment::write_anomaly(std::string_view code, const base::Locator& locator, std::string_view detail,
                               std::string_view extractor, const base::Place& place) {
  base::Anomaly anomaly;
  anomaly.code = base::Word{std::string(code)};
  if (!detail.empty()) anomaly.detail = base::Text{std::string(detail)};
  if (place.source.empty() && !locator.encoded().empty()) anomaly.path = base::Text{locator.encoded()};
  base::Record record = base::record_of(anomaly, place);
  record.place.ordinal = 0;
  record.extractor = extractor;
  write(std::move(record), locator, Ordinal::first_free);
}

void RunSegment::write_header(base::Segment header) {
  header.schema = base::Word{std::string(kSegmentSchema)};
  header.exhibit = base::Word{run_.exhibit_uid};
  header.acquisition = base::Word{run_.acquisition};
  write(base::record_of(header, {}), base::Locator(), Ordinal::as_given);
}

// A record whose id another pair has used already is told as an anomaly at its place; it never stands in for
// the first.
void RunSegment::write_checked(const base::Record& record,
                               const std::map<base::RecordId, base::Locator>& sources) {
  if (ids_.insert(record.id)) return writer_.add(record);
  const bool is_source = record.type->name == base::Source::kName;
  const base::Locator& locator = is_source ? sources.at(record.id) : sources.at(record.place.source);
  base::Place place = record.place;
  if (is_source) place.source = record.id;
  write_anomaly("id_twice", locator, record.type->name, record.extractor, place);
}

void RunSegment::write_pair(const Claim& claim, const ExtractorFacts& extractor, const PairResult& result,
                            const Spool& spool) {
  const PairOutcome outcome = outcome_from(result.outcome);
  const auto [known, first] = outcomes_.emplace(claim.locator, outcome);
  if (!first) known->second = std::max(known->second, outcome);
  if (!result.lost_to.empty()) return write_lost(claim, extractor, result.lost_to);
  std::map<base::RecordId, base::Locator> sources;
  base::Bytes line;
  for (Spool::Reader reader(spool, result.sources_begin, result.end); reader.next(line);) {
    const base::Record source = base::record_from_line(line);
    const base::Locator locator(source.text("path").value_or(""));
    sources.emplace(source.id, locator);
    if (source.find("sha256") == nullptr) unreadable_.insert(locator);
    write_checked(source, sources);
  }
  for (Spool::Reader reader(spool, result.records_begin, result.sources_begin); reader.next(line);)
    write_checked(base::record_from_line(line), sources);
}

// The words are codes: nothing of the dead worker is trusted, and signals and error texts differ by machine.
void RunSegment::write_lost(const Claim& claim, const ExtractorFacts& extractor, const std::string& reason) {
  base::Source source;
  source.path = base::Text{claim.locator.encoded()};
  source.role = base::Word{"file"};
  source.android_user = android_user(claim.locator.last_path());
  source.outcome = base::Word{std::string(name_of(PairOutcome::failed))};
  base::Record record = base::record_of(
      source, {"", base::Whole{}, base::State::live, source_ordinal(extractor.name, claim.locator)});
  record.extractor = extractor.versioned();
  const base::RecordId id = base::record_id(run_.exhibit_uid, run_.acquisition, claim.locator, base::Whole{},
                                            base::State::live, base::Source::kName, record.place.ordinal);
  write(std::move(record), claim.locator, Ordinal::as_given);
  write_anomaly("worker_died", claim.locator, reason, extractor.versioned(), {id, base::Whole{}});
}

void RunSegment::write_count(const Listing& listing) {
  base::TreeCount count;
  if (listing.cut_by.empty()) {
    count.files = listing.files;
    count.folders = listing.folders;
    count.other = listing.other;
  }
  for (const TreeTrouble& trouble : listing.troubles)
    if (trouble.code != "deleted_not_parsed" && !trouble.locator.encoded().empty())
      unreadable_.insert(trouble.locator);
  count.claimed = static_cast<std::int64_t>(outcomes_.size());
  count.parsed = count_of(outcomes_, PairOutcome::parsed);
  count.parsed_with_anomalies = count_of(outcomes_, PairOutcome::parsed_with_anomalies);
  count.failed = count_of(outcomes_, PairOutcome::failed);
  count.unreadable = static_cast<std::int64_t>(unreadable_.size());
  count.unsupported = static_cast<std::int64_t>(listing.unsupported.size());
  base::Record record = base::record_of(count, {});
  record.extractor = kTreeExtractor;
  write(std::move(record), base::Locator(), Ordinal::as_given);
}

void RunSegment::write_tree(const Listing& listing) {
  write_count(listing);
  for (const TreeFind& find : listing.unsupported) {
    base::Unsupported unsupported;
    unsupported.kind = base::Word{find.kind};
    unsupported.what = base::Word{find.what};
    unsupported.path = base::Text{find.locator.encoded()};
    unsupported.size = find.size;
    base::Record record = base::record_of(unsupported, {});
    record.extractor = kTreeExtractor;
    write(std::move(record), find.locator, Ordinal::first_free);
  }
  for (const TreeTrouble& trouble : listing.troubles)
    write_anomaly(trouble.code, trouble.locator, trouble.detail, kTreeExtractor, {});
  if (listing.troubles_not_listed > 0)
    write_anomaly("anomalies_not_listed", {}, std::to_string(listing.troubles_not_listed), kTreeExtractor,
                  {});
  if (!listing.cut_by.empty()) write_anomaly("listing_cut", {}, listing.cut_by, kTreeExtractor, {});
}

}  // namespace parse
