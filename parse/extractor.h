// SPDX-License-Identifier: Apache-2.0
// What an extractor is: a descriptor, pure functions from bytes or rows to small structs, and thin glue.
// Recipe: docs/adding-an-extractor.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/records.h"
#include "base/sqlite.h"
#include "parse/evidence_tree.h"

namespace parse {

// One claimed file, as an extractor sees it. Lives as long as the call of `extract`.
class EvidenceFile {
 public:
  virtual ~EvidenceFile() = default;
  virtual const EntryFacts& facts() const = 0;
  virtual std::shared_ptr<base::ByteSource> bytes() = 0;
  // The source record of this file (emitted before `extract` is called): the `source` of every Place in it.
  virtual base::RecordId source() const = 0;

  // Another file of the same tree, as a source of its own from the first call on. Nothing where there is no
  // such file. Source records stand before all other lines of the pair; they are written when it is done.
  struct Companion {
    base::RecordId source;
    EntryFacts facts;
    std::shared_ptr<base::ByteSource> bytes;
  };
  virtual std::optional<Companion> sibling(std::string_view name_bytes) = 0;  // same folder
  virtual std::optional<Companion> relative(
      std::string_view path_from_folder) = 0;            // "../shared_prefs/x.xml"
  virtual std::vector<std::string> sibling_names() = 0;  // sorted by bytes

  // This file as a SQLite database with its -wal and -journal, which get source records of their own;
  // anomalies for a WAL that belongs to another database are emitted. Throws base::SqliteError where it is
  // none.
  virtual base::Database database() = 0;
  virtual base::Database database(const Companion& companion) = 0;
};

// Which files an extractor claims: by the end of the path, steps compared as bytes; '*' stands for one whole
// step or for any run within one step. "databases/msgstore.db" claims …/databases/msgstore.db and nothing
// else. Deleted entries are never claimed: an anomaly names them.
struct Extractor {
  std::string_view name;  // "whatsapp_android"
  int version;
  std::string_view app;
  std::string_view meaning;                 // one sentence: what it reads
  std::span<const std::string_view> paths;  // patterns
  std::span<const std::string_view> emits;  // record types
  void (*extract)(EvidenceFile&, base::RecordSink&);
};

// The ordered list of all extractors (parse/extractors.cpp).
std::span<const Extractor* const> extractors();
using ExtractorList = std::span<const Extractor* const>;
bool path_matches(std::string_view pattern, std::string_view path);
// Android user id in a path: data/<package> -> 0, user/<n>/<package>, user_de/<n>/<package>, media/<n>,
// storage/emulated/<n>; clones keep their number. Nothing where the path is none of these.
std::optional<std::int64_t> android_user(std::string_view path);

// Counts the rows of one source table; `finish` emits the count record, and the anomaly `count_mismatch`
// where rows is known and is not emitted + excluded + undecodable (a damaged index can make it so).
class TableCounter {
 public:
  TableCounter(base::RecordSink& sink, base::RecordId source, std::string table);
  void rows(std::optional<std::int64_t> rows) { rows_ = rows; }
  void emitted() { ++emitted_; }
  void excluded(std::string_view reason);
  void undecodable() { ++undecodable_; }
  void recovered() { ++recovered_; }
  void superseded() { ++superseded_; }
  void finish();

 private:
  base::RecordSink& sink_;
  base::RecordId source_;
  std::string table_;
  std::optional<std::int64_t> rows_;
  std::int64_t emitted_ = 0, undecodable_ = 0, recovered_ = 0, superseded_ = 0;
  std::vector<std::pair<std::string, std::int64_t>> excluded_;
};

}  // namespace parse
