// SPDX-License-Identifier: Apache-2.0
// What the parent lets pass of what a worker says. A worker has read hostile bytes: it may lie in every
// frame. It cannot be made to tell the truth; it is held to the form: ids, types, sources, sizes. Thread
// rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/record.h"
#include "parse/worker_process.h"

namespace parse {

inline constexpr std::size_t kMostSources = 10'000;               // of one pair
inline constexpr std::uint64_t kMostRecords = 100'000'000;        // of one pair
inline constexpr std::uint64_t kMostSpooledBytes = 256ull << 30;  // of one pair
inline constexpr std::size_t kLongestLocator = 64 * 1024;

// A locator as a worker may send it: printable ASCII. Throws ProtocolError.
base::Locator checked_locator(const base::Json& json);

// Checks the frames of one pair. All functions throw ProtocolError.
class PairCheck {
 public:
  PairCheck(const RunIdentity& run, const ExtractorFacts& extractor, const base::Locator& primary);
  void source_known(const base::Json& json);
  void record(base::Bytes line);
  void source(base::Bytes line);
  // The pair is done: its outcome is one of the three, and every source has had its record.
  void done(const base::Json& json);

  std::uint64_t records() const { return records_; }
  std::uint64_t anomalies() const { return anomalies_; }
  const std::vector<std::string>& source_lines() const { return source_lines_; }
  const std::string& outcome() const { return outcome_; }

 private:
  struct KnownSource {
    base::Locator locator;
    std::uint32_t ordinal;
    bool told;
  };
  base::Record read(base::Bytes line) const;
  bool may_emit(std::string_view type) const;

  const RunIdentity& run_;
  const ExtractorFacts& extractor_;
  base::Locator primary_;
  std::map<base::RecordId, KnownSource> sources_;
  std::vector<std::string> source_lines_;
  std::uint64_t records_ = 0, anomalies_ = 0, bytes_ = 0;
  std::string outcome_;
};

}  // namespace parse
