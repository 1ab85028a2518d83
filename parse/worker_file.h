// SPDX-License-Identifier: Apache-2.0
// The files of one pair, as its extractor sees them: the claimed one and every other that it asks for, each
// hashed and kept as a source.
// Thread rule: one thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "parse/extractor.h"
#include "parse/worker_sink.h"

namespace parse {

class PairFiles final : public EvidenceFile {
 public:
  PairFiles(EvidenceTree& tree, const base::Locator& primary, const Extractor& extractor, WorkerSink& sink);

  const EntryFacts& facts() const override;
  std::shared_ptr<base::ByteSource> bytes() override;
  base::RecordId source() const override;
  std::optional<Companion> sibling(std::string_view name_bytes) override;
  std::optional<Companion> relative(std::string_view path_from_folder) override;
  std::vector<std::string> sibling_names() override;
  base::Database database() override;
  base::Database database(const Companion& companion) override;

  // Writes the source records, in the order in which the files were first asked for.
  void write_sources(std::string_view outcome_of_primary);

 private:
  struct File {
    base::RecordId id;
    EntryFacts facts;
    std::shared_ptr<base::ByteSource> bytes;  // nullptr: cannot be opened
    base::Source record;
  };
  File& add(const EntryFacts& facts);
  File* find(const base::Locator& locator);
  void hash(File& file);
  base::Digest digest_of(base::ByteSource& source);
  std::optional<Companion> companion(const base::Locator& locator);
  std::shared_ptr<base::ByteSource> beside(File& database, std::string_view suffix, std::string_view role);
  void check_wal(const File& database, const std::shared_ptr<base::ByteSource>& wal);
  base::Database open(File& file);

  EvidenceTree& tree_;
  WorkerSink& sink_;
  std::uint32_t ordinal_;
  std::deque<File> files_;  // references stay valid; the primary is the first
};

// The first four bytes of SHA-256(extractor, NUL, locator of the claimed file): tells the sources of one pair
// from those of another that reads the same file.
std::uint32_t source_ordinal(std::string_view extractor, const base::Locator& primary);

// The path `relative` names, seen from the folder of `path`; nothing where it leaves the tree.
std::optional<std::string> resolve_path(std::string_view path, std::string_view relative);
// The same locator with another path in its last step.
base::Locator with_last_path(const base::Locator& locator, std::string_view path);

}  // namespace parse
