// SPDX-License-Identifier: Apache-2.0
#include "tests/support/extractor_harness.h"

#include <algorithm>
#include <set>

#include "base/file.h"

namespace parse {
namespace {

class Collector final : public PairOutput {
 public:
  explicit Collector(Harness& harness) : harness_(harness) {}
  void source_known(const base::Locator&, std::uint32_t) override {}
  void record(std::string_view line) override {
    harness_.records.push_back(base::record_from_line(base::as_bytes(line)));
    harness_.lines.emplace_back(line);
  }
  void source(std::string_view line) override {
    harness_.sources.push_back(base::record_from_line(base::as_bytes(line)));
    harness_.lines.insert(harness_.lines.begin() + sources_++, std::string(line));
  }

 private:
  Harness& harness_;
  std::ptrdiff_t sources_ = 0;
};

template <typename T>
std::optional<T> value_of(const base::Record& record, std::string_view field) {
  const base::Value* value = record.find(field);
  if (value == nullptr) return std::nullopt;
  return std::get<T>(*value);
}

}  // namespace

std::vector<const base::Record*> Harness::of(std::string_view type) const {
  std::vector<const base::Record*> found;
  for (const auto* list : {&sources, &records})
    for (const base::Record& record : *list)
      if (record.type->name == type) found.push_back(&record);
  return found;
}

std::vector<std::string> Harness::anomalies() const {
  std::vector<std::string> codes;
  for (const base::Record* record : of("anomaly")) codes.push_back(text(*record, "code").value_or(""));
  return codes;
}

const base::Record* Harness::count(std::string_view table) const {
  for (const base::Record* record : of("count"))
    if (text(*record, "table") == table) return record;
  return nullptr;
}

const base::Record* Harness::by_id(const base::RecordId& id) const {
  for (const auto* list : {&sources, &records})
    for (const base::Record& record : *list)
      if (record.id == id) return &record;
  return nullptr;
}

std::optional<std::string> text(const base::Record& record, std::string_view field) {
  const base::Value* value = record.find(field);
  if (value == nullptr) return std::nullopt;
  if (const auto* word = std::get_if<base::Word>(value)) return word->value;
  return std::get<base::Text>(*value).bytes;
}

std::optional<std::int64_t> integer(const base::Record& record, std::string_view field) {
  return value_of<std::int64_t>(record, field);
}
std::optional<bool> flag(const base::Record& record, std::string_view field) {
  return value_of<bool>(record, field);
}
std::optional<base::Time> time(const base::Record& record, std::string_view field) {
  return value_of<base::Time>(record, field);
}
std::optional<base::RecordId> reference(const base::Record& record, std::string_view field) {
  return value_of<base::RecordId>(record, field);
}

bool claims(const Extractor& extractor, std::string_view path) {
  return std::any_of(extractor.paths.begin(), extractor.paths.end(),
                     [&](std::string_view pattern) { return path_matches(pattern, path); });
}

base::Buffer bytes_of_file(const std::filesystem::path& path) {
  return base::read_file(path, std::uint64_t{1} << 30);
}

MemoryTree::MemoryTree(const std::map<std::string, base::Buffer>& files_by_path) {
  for (const auto& [path, bytes] : files_by_path) {
    Entry entry;
    entry.facts.locator = base::Locator::in_partition(0, path);
    entry.facts.size = bytes.size();
    entry.bytes = base::in_memory(bytes);
    entries_.emplace(path, std::move(entry));
  }
}

EntryFacts& MemoryTree::facts_of(std::string_view path) {
  return entries_.find(path)->second.facts;
}

void MemoryTree::walk(const std::function<void(const EntryFacts&)>& entry,
                      const std::function<void(const TreeAnomaly&)>&) {
  for (const auto& [path, held] : entries_) entry(held.facts);
}

std::shared_ptr<base::ByteSource> MemoryTree::open(const base::Locator& locator) {
  const auto found = entries_.find(locator.last_path());
  return found == entries_.end() ? nullptr : found->second.bytes;
}

std::optional<EntryFacts> MemoryTree::facts(const base::Locator& locator) {
  const auto found = entries_.find(locator.last_path());
  if (found == entries_.end()) return std::nullopt;
  return found->second.facts;
}

std::vector<std::string> MemoryTree::names_in(const base::Locator& folder) {
  std::string prefix = folder.last_path();
  if (!prefix.ends_with('/')) prefix += '/';
  std::set<std::string> names;
  for (const auto& [path, held] : entries_)
    if (path.starts_with(prefix))
      names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  return {names.begin(), names.end()};
}

Harness run_extractor(const Extractor& extractor, EvidenceTree& tree, std::string_view claimed_path) {
  Harness harness;
  Collector collector(harness);
  harness.outcome =
      extract_pair(tree, base::Locator::in_partition(0, claimed_path), extractor, kHarnessRun, collector);
  return harness;
}

Harness run_extractor(const Extractor& extractor, const std::map<std::string, base::Buffer>& files_by_path,
                      std::string_view claimed_path) {
  MemoryTree tree(files_by_path);
  return run_extractor(extractor, tree, claimed_path);
}

}  // namespace parse
