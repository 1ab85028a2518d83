// SPDX-License-Identifier: Apache-2.0
// A segment: the lines that one run over one acquisition of one exhibit produced. Format: docs/records.md.
//   <sha256 of the lines>.jsonl.zst   the lines, compressed (the compressed form is transport)
//   <sha256 of the lines>.keys        one encrypted record key per line, in their order
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/proof.h"
#include "base/record.h"

namespace base {

struct SegmentFacts {
  Digest lines_sha256;  // of the uncompressed lines: names the segment
  Digest file_sha256;   // of the compressed file
  Digest record_root;   // of the record tree
  std::uint64_t lines = 0;
  std::uint64_t anomalies = 0;
  std::map<std::string, std::uint64_t> records_by_type;
  // A segment with these lines was there: it and its keys were kept, the new files dropped, and record_root
  // is not that of the kept keys.
  bool existed = false;
};

// Writes one segment. Lines are given in their final order; the first is of type `segment`.
// Thread rule: one thread.
class SegmentWriter {
 public:
  // Works in `folder` under a temporary name. The data key is sealed by `sealer`.
  SegmentWriter(std::filesystem::path folder, const SecretSealer& sealer);
  ~SegmentWriter();  // removes the temporary files of an unfinished segment
  void add(const Record& record);
  // Both files synced, renamed to their final names, folder synced. Finishing twice is a bug.
  SegmentFacts finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Calls `line` for every line in order. Throws Error(format) where the file is damaged or a line too long.
void read_segment(const std::filesystem::path& file, const std::function<void(Bytes line)>& line);

// The keys of a segment, by line number. Erased keys are absent.
class SegmentKeys {
 public:
  // Unwraps the data key with `opener`. Throws Error(crypto) where it cannot.
  static SegmentKeys open(const std::filesystem::path& keys_file, const SecretOpener& opener);
  std::uint64_t size() const { return keys_.size(); }
  std::optional<RecordKey> key(std::uint64_t line) const;

 private:
  std::vector<std::optional<RecordKey>> keys_;
};
// Overwrites one line's key in place and syncs: the record can never be released or proven again.
void erase_record_key(const std::filesystem::path& keys_file, std::uint64_t line);

}  // namespace base
