// SPDX-License-Identifier: Apache-2.0
// Runs an extractor in this process on files given as bytes, through the same code as the worker: filter for
// secrets, search for addresses, ids, sources. Every line is read back and checked against its type.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/records.h"
#include "parse/extractor.h"
#include "parse/worker_pair.h"

namespace parse {

inline const RunIdentity kHarnessRun{"000102030405060708090a0b0c0d0e0f", "a1"};

struct Harness {
  PairOutcome outcome = PairOutcome::failed;
  std::vector<base::Record> sources;  // in the order in which the extractor first asked for the files
  std::vector<base::Record> records;  // all others in the order of the segment, with counts and anomalies
  std::vector<std::string> lines;     // the canonical lines of sources, then of records

  // Records of one type, in order.
  std::vector<const base::Record*> of(std::string_view type) const;
  // The codes of the anomalies, in order.
  std::vector<std::string> anomalies() const;
  // The count record of a table; nullptr where there is none. Read it with integer().
  const base::Record* count(std::string_view table) const;
  // The record of that id; nullptr where there is none.
  const base::Record* by_id(const base::RecordId& id) const;
};

// A field of a record; nothing where it is absent. A test that asks for a field of another type fails.
std::optional<std::string> text(const base::Record& record, std::string_view field);  // Text or Word
std::optional<std::int64_t> integer(const base::Record& record, std::string_view field);
std::optional<bool> flag(const base::Record& record, std::string_view field);
std::optional<base::Time> time(const base::Record& record, std::string_view field);
std::optional<base::RecordId> reference(const base::Record& record, std::string_view field);

// `files_by_path`: paths as in the evidence ("/data/data/com.whatsapp/databases/msgstore.db"). The extractor
// runs on the file at `claimed_path`, whether or not its patterns claim it; claims() says which they do.
Harness run_extractor(const Extractor& extractor, const std::map<std::string, base::Buffer>& files_by_path,
                      std::string_view claimed_path);
bool claims(const Extractor& extractor, std::string_view path);

// Bytes of a file, for samples read in place.
base::Buffer bytes_of_file(const std::filesystem::path& path);

// A tree over files in memory. Times are absent unless set with `facts_of`.
class MemoryTree final : public EvidenceTree {
 public:
  explicit MemoryTree(const std::map<std::string, base::Buffer>& files_by_path);
  EntryFacts& facts_of(std::string_view path);
  void walk(const std::function<void(const EntryFacts&)>& entry,
            const std::function<void(const TreeAnomaly&)>& anomaly) override;
  std::shared_ptr<base::ByteSource> open(const base::Locator& locator) override;
  std::optional<EntryFacts> facts(const base::Locator& locator) override;
  std::vector<std::string> names_in(const base::Locator& folder) override;

 private:
  struct Entry {
    EntryFacts facts;
    std::shared_ptr<base::ByteSource> bytes;
  };
  std::map<std::string, Entry, std::less<>> entries_;  // by path
};
// As above, on a tree of the test's own making.
Harness run_extractor(const Extractor& extractor, EvidenceTree& tree, std::string_view claimed_path);

}  // namespace parse
