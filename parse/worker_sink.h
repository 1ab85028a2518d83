// SPDX-License-Identifier: Apache-2.0
// The sink that an extractor writes to inside the worker: completes records, filters secrets out of their
// texts, finds addresses in messages, and turns records into lines.
// Thread rule: one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/records.h"
#include "parse/id_set.h"
#include "parse/secret_filter.h"

namespace parse {

// What all records of a run have in common.
struct RunIdentity {
  std::string exhibit_uid;
  std::string acquisition;
};

// Where the lines of one pair (extractor, file) go, in their order.
class PairOutput {
 public:
  virtual ~PairOutput() = default;
  // Told once for each source, before the first line that names it.
  virtual void source_known(const base::Locator& locator, std::uint32_t ordinal) = 0;
  virtual void record(std::string_view line) = 0;
  // The source records, told last; they stand before the others in the segment.
  virtual void source(std::string_view line) = 0;
  // Told now and then during long work without lines.
  virtual void busy() {}
};

// Lines, with their newline, are no longer than 1 MiB: what a reader of segments takes.
inline constexpr std::size_t kLongestLine = 1024 * 1024 - 1;
// Anomalies of one pair that are listed one by one; the rest is counted in a last one.
inline constexpr std::uint64_t kMostAnomalies = 10'000;

// Types that the sink makes itself. It gives them the first free ordinal at their place.
bool is_made_by_sink(std::string_view type);

class WorkerSink final : public base::RecordSink {
 public:
  WorkerSink(const RunIdentity& run, std::string extractor, PairOutput& output);

  base::RecordId emit(base::Record record) override;
  void anomaly(std::string_view code, const base::Place& place, std::string_view detail) override;

  // Makes a file known as a source; its record follows with write_source.
  base::RecordId add_source(const base::Locator& locator, std::uint32_t ordinal);
  void write_source(const base::RecordId& id, const base::Source& source);
  // Ends the pair's anomalies: says how many were not listed.
  void finish(const base::Place& place);
  std::uint64_t anomalies() const { return anomalies_; }
  void busy() { output_.busy(); }

 private:
  struct Sealed;
  base::RecordId id_of(const base::Record& record) const;
  void take_free_ordinal(base::Record& record);
  void add_anomaly(std::string_view code, const base::Place& place, std::string_view detail);
  std::vector<Sealed> seal_texts(base::Record& record);
  void seal_value(const base::Record& record, std::string field, base::Text& text, std::vector<Sealed>& all);
  void write_secrets(const base::Record& record, const std::vector<Sealed>& sealed);
  void write_addresses(const base::Record& record);
  void write(base::Record record);

  RunIdentity run_;
  std::string extractor_;
  PairOutput& output_;
  struct KnownSource {
    base::Locator locator;
    std::uint32_t ordinal;
  };
  std::map<base::RecordId, KnownSource> sources_;
  IdSet ids_;
  std::unordered_map<base::RecordId, std::uint32_t> free_ordinals_;  // by the id with ordinal 0
  std::uint64_t anomalies_ = 0;
};

}  // namespace parse
