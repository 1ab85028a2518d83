// SPDX-License-Identifier: Apache-2.0
#include "parse/run_check.h"

#include <algorithm>

#include "base/records.h"
#include "parse/worker_file.h"
#include "parse/worker_pair.h"

namespace parse {
namespace {

void require(bool holds, const char* rule) {
  if (!holds) throw ProtocolError(rule);
}

// Whatever a reader throws at what a worker sent means the same here: a broken rule.
template <typename Read>
auto checked(Read read) {
  try {
    return read();
  } catch (const std::exception&) {
    throw ProtocolError("a frame that does not hold what it must");
  }
}

}  // namespace

base::Locator checked_locator(const base::Json& json) {
  const std::string text = checked([&] { return json.at("locator").text(); });
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  require(printable && text.size() <= kLongestLocator, "a locator that none can be");
  return base::Locator(text);
}

PairCheck::PairCheck(const RunIdentity& run, const ExtractorFacts& extractor, const base::Locator& primary)
    : run_(run), extractor_(extractor), primary_(primary) {}

void PairCheck::source_known(const base::Json& json) {
  const base::Locator locator = checked_locator(json);
  const std::int64_t ordinal = checked([&] { return json.at("ordinal").integer(); });
  require(ordinal == source_ordinal(extractor_.name, primary_), "a source of another pair");
  require(sources_.size() < kMostSources, "too many sources");
  const auto number = static_cast<std::uint32_t>(ordinal);
  const auto id = base::record_id(run_.exhibit_uid, run_.acquisition, locator, base::Whole{},
                                  base::State::live, base::Source::kName, number);
  require(sources_.emplace(id, KnownSource{locator, number, false}).second, "a source told twice");
}

base::Record PairCheck::read(base::Bytes line) const {
  require(line.size() <= kLongestLine, "a line longer than a line may be");
  base::Record record = checked([&] { return base::record_from_line(line); });
  require(record.extractor == extractor_.versioned(), "a record of another extractor");
  return record;
}

bool PairCheck::may_emit(std::string_view type) const {
  if (type == base::Source::kName) return false;
  if (type == base::Count::kName || is_made_by_sink(type)) return true;
  return std::find(extractor_.emits.begin(), extractor_.emits.end(), type) != extractor_.emits.end();
}

void PairCheck::record(base::Bytes line) {
  const base::Record record = read(line);
  require(may_emit(record.type->name), "a record of a type that the extractor does not have");
  const auto source = sources_.find(record.place.source);
  require(source != sources_.end(), "a record of an unknown source");
  const auto id =
      base::record_id(run_.exhibit_uid, run_.acquisition, source->second.locator, record.place.position,
                      record.place.state, record.type->name, record.place.ordinal);
  require(record.id == id, "a record whose id is another");
  bytes_ += line.size();
  require(++records_ <= kMostRecords && bytes_ <= kMostSpooledBytes, "more than one pair may give");
  if (record.type->name == base::Anomaly::kName) ++anomalies_;
}

void PairCheck::source(base::Bytes line) {
  const base::Record record = read(line);
  const auto source = sources_.find(record.id);
  require(record.type->name == base::Source::kName && source != sources_.end() && !source->second.told,
          "a source record out of place");
  const base::Place place{"", base::Whole{}, base::State::live, source->second.ordinal};
  require(record.place.source.empty() && record.place.position == place.position &&
              record.place.state == place.state && record.place.ordinal == place.ordinal,
          "a source record of another place");
  require(record.text("path") == source->second.locator.encoded(), "a source record of another file");
  source->second.told = true;
  source_lines_.emplace_back(base::as_text(line));
}

void PairCheck::done(const base::Json& json) {
  outcome_ = checked([&] { return json.at("outcome").text(); });
  const auto is = [&](PairOutcome outcome) { return outcome_ == name_of(outcome); };
  require(is(PairOutcome::parsed) || is(PairOutcome::parsed_with_anomalies) || is(PairOutcome::failed),
          "an outcome that none is");
  const bool all_told =
      std::all_of(sources_.begin(), sources_.end(), [](const auto& entry) { return entry.second.told; });
  const bool has_primary = std::any_of(sources_.begin(), sources_.end(),
                                       [&](const auto& entry) { return entry.second.locator == primary_; });
  require(all_told && has_primary, "a source without its record");
}

}  // namespace parse
