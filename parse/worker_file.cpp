// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_file.h"

#include <algorithm>
#include <cassert>

#include "base/wal.h"

namespace parse {
namespace {

base::ReadError cannot_open() {
  return base::ReadError("the content of a claimed file cannot be opened", 0, 0);
}

// Android mounts the data partition at /data. A partition with packages right below data/, user/ or user_de/
// of its root is that one.
bool is_android_data(std::string_view path) {
  const auto first = path.find_first_not_of('/');
  if (first == std::string_view::npos || !android_user(path)) return false;
  const std::string_view rest = path.substr(first);
  return rest.starts_with("user/") || rest.starts_with("user_de/") || rest.starts_with("media/") ||
         (rest.starts_with("data/") && !rest.starts_with("data/data/") && !rest.starts_with("data/user/") &&
          !rest.starts_with("data/user_de/") && !rest.starts_with("data/media/"));
}

base::Source source_of_facts(const EntryFacts& facts) {
  base::Source source;
  const std::string path = facts.locator.last_path();
  source.path = base::Text{facts.locator.encoded()};
  source.role = base::Word{"file"};
  source.size = static_cast<std::int64_t>(facts.size);
  source.modified = facts.modified;
  source.changed = facts.changed;
  source.accessed = facts.accessed;
  source.created = facts.created;
  source.android_user = android_user(path);
  if (is_android_data(path)) source.mount_point = base::Text{"/data"};
  return source;
}

// Damage in the tree around a file reads like a file that cannot be opened.
std::shared_ptr<base::ByteSource> open_in(EvidenceTree& tree, const base::Locator& locator) {
  try {
    return tree.open(locator);
  } catch (const base::ReadError&) {
    return nullptr;
  }
}

EntryFacts facts_in(EvidenceTree& tree, const base::Locator& locator) {
  EntryFacts facts;
  facts.locator = locator;
  try {
    return tree.facts(locator).value_or(facts);
  } catch (const base::ReadError&) {
    return facts;
  }
}

}  // namespace

std::uint32_t source_ordinal(std::string_view extractor, const base::Locator& primary) {
  const std::string zero(1, '\0');
  const auto digest =
      base::sha256({base::as_bytes(extractor), base::as_bytes(zero), base::as_bytes(primary.encoded())});
  return base::ByteReader(digest.bytes).u32be();
}

std::optional<std::string> resolve_path(std::string_view path, std::string_view relative) {
  std::string result(path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/')));
  while (!relative.empty()) {
    const std::size_t end = std::min(relative.find('/'), relative.size());
    const std::string_view step = relative.substr(0, end);
    relative.remove_prefix(std::min(end + 1, relative.size()));
    if (step.empty() || step == ".") continue;
    if (step != "..") {
      result += '/';
      result += step;
    } else if (result.empty()) {
      return std::nullopt;
    } else {
      result.resize(result.rfind('/') == std::string::npos ? 0 : result.rfind('/'));
    }
  }
  return result;
}

base::Locator with_last_path(const base::Locator& locator, std::string_view path) {
  const std::string& encoded = locator.encoded();
  if (const std::size_t last = encoded.rfind('!'); last != std::string::npos)
    return base::Locator(encoded.substr(0, last)).nested(path);
  return base::Locator::in_partition(locator.partition(), path);
}

PairFiles::PairFiles(EvidenceTree& tree, const base::Locator& primary, const Extractor& extractor,
                     WorkerSink& sink)
    : tree_(tree), sink_(sink), ordinal_(source_ordinal(extractor.name, primary)) {
  add(facts_in(tree, primary));
}

PairFiles::File* PairFiles::find(const base::Locator& locator) {
  const auto same = [&](const File& file) { return file.facts.locator == locator; };
  const auto found = std::find_if(files_.begin(), files_.end(), same);
  return found == files_.end() ? nullptr : &*found;
}

PairFiles::File& PairFiles::add(const EntryFacts& facts) {
  File file{sink_.add_source(facts.locator, ordinal_), facts, open_in(tree_, facts.locator),
            source_of_facts(facts)};
  hash(file);
  return files_.emplace_back(std::move(file));
}

base::Digest PairFiles::digest_of(base::ByteSource& source) {
  constexpr std::size_t kBlock = 1 << 20;
  base::Buffer block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, source.size())));
  base::Hasher hasher(base::Algorithm::sha256);
  for (std::uint64_t offset = 0; offset < source.size();) {
    const std::size_t count = source.read_at(offset, block);
    if (count == 0) throw base::ReadError("a file shorter than it says", offset, source.size() - offset);
    hasher.update(base::Bytes(block).first(count));
    offset += count;
    sink_.busy();
  }
  return hasher.finish_sha256();
}

// The digest covers exactly the bytes that extractors can read. Damage leaves it out and is an anomaly.
void PairFiles::hash(File& file) {
  const base::Place place{file.id, base::Whole{}};
  if (file.bytes == nullptr) return sink_.anomaly("unreadable", place, "cannot be opened");
  try {
    file.record.sha256 = base::Word{digest_of(*file.bytes).hex()};
    file.record.size = static_cast<std::int64_t>(file.bytes->size());
  } catch (const base::ReadError& error) {
    sink_.anomaly("unreadable", place,
                  "offset " + std::to_string(error.offset) + ", length " + std::to_string(error.length));
  }
}

const EntryFacts& PairFiles::facts() const {
  return files_.front().facts;
}

base::RecordId PairFiles::source() const {
  return files_.front().id;
}

std::shared_ptr<base::ByteSource> PairFiles::bytes() {
  if (files_.front().bytes == nullptr) throw cannot_open();
  return files_.front().bytes;
}

std::optional<EvidenceFile::Companion> PairFiles::companion(const base::Locator& locator) {
  File* file = find(locator);
  if (file == nullptr) {
    const auto facts = tree_.facts(locator);
    if (!facts || facts->kind != EntryKind::file || facts->deleted) return std::nullopt;
    file = &add(*facts);
  }
  if (file->bytes == nullptr) return std::nullopt;
  return Companion{file->id, file->facts, file->bytes};
}

std::optional<EvidenceFile::Companion> PairFiles::sibling(std::string_view name_bytes) {
  if (name_bytes.empty() || name_bytes.find('/') != std::string_view::npos) return std::nullopt;
  return relative(name_bytes);
}

std::optional<EvidenceFile::Companion> PairFiles::relative(std::string_view path_from_folder) {
  const auto path = resolve_path(facts().locator.last_path(), path_from_folder);
  if (!path || path->empty()) return std::nullopt;
  return companion(with_last_path(facts().locator, *path));
}

std::vector<std::string> PairFiles::sibling_names() {
  const auto folder = resolve_path(facts().locator.last_path(), "");
  return tree_.names_in(with_last_path(facts().locator, folder->empty() ? "/" : *folder));
}

base::Database PairFiles::database() {
  return open(files_.front());
}

base::Database PairFiles::database(const Companion& companion) {
  File* file = find(companion.facts.locator);
  assert(file != nullptr && "companions come from sibling() or relative() of the same file");
  return open(*file);
}

std::shared_ptr<base::ByteSource> PairFiles::beside(File& database, std::string_view suffix,
                                                    std::string_view role) {
  const base::Locator locator =
      with_last_path(database.facts.locator, database.facts.locator.last_path() + std::string(suffix));
  if (!companion(locator)) return nullptr;
  File& file = *find(locator);
  file.record.role = base::Word{std::string(role)};
  file.record.belongs_to = database.id;
  return file.bytes;
}

// SQLite applies any log whose own checksums hold, also one of another database.
void PairFiles::check_wal(const File& database, const std::shared_ptr<base::ByteSource>& wal) {
  const auto belongs = [&](const File& file) { return file.bytes == wal; };
  const auto log = std::find_if(files_.begin(), files_.end(), belongs);
  for (const std::string& code : base::wal_findings(database.bytes, wal).codes)
    sink_.anomaly(code, {log->id, base::Whole{}}, "");
}

base::Database PairFiles::open(File& file) {
  if (file.bytes == nullptr) throw cannot_open();
  file.record.role = base::Word{"database"};
  std::map<std::string, std::shared_ptr<base::ByteSource>> files{{"", file.bytes}};
  if (auto journal = beside(file, "-journal", "journal")) files.emplace("-journal", journal);
  if (auto wal = beside(file, "-wal", "wal")) {
    check_wal(file, wal);
    files.emplace("-wal", wal);
  }
  base::Database database = base::Database::open_evidence(std::move(files));
  file.record.schema = base::Text{base::schema_fingerprint(database)};
  return database;
}

void PairFiles::write_sources(std::string_view outcome_of_primary) {
  files_.front().record.outcome = base::Word{std::string(outcome_of_primary)};
  for (const File& file : files_) sink_.write_source(file.id, file.record);
}

}  // namespace parse
