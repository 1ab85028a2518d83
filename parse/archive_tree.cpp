// SPDX-License-Identifier: Apache-2.0
// The tree of a tar or zip. One pass makes an index in memory; stored members are windows of the archive,
// compressed ones are inflated when they are opened.
#include <algorithm>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "parse/archive_scan.h"
#include "parse/locator_steps.h"

namespace parse {
namespace {

// Counted on bytes really produced, whatever the archive states.
constexpr std::uint64_t kMaximumInflated = 1ull << 30;
constexpr std::size_t kMaximumMembers = 2'000'000;

// The encoded path of a member: "./" and "/" at the start and empty steps fall away, ".." stays as a name.
std::string path_of(std::string_view name) {
  std::string path;
  while (!name.empty()) {
    const auto end = std::min(name.find('/'), name.size());
    const std::string_view step = name.substr(0, end);
    if (!step.empty() && step != ".") path += "/" + encode_step(step);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return path;
}

// What could be inflated of a member; what could not throws.
class Inflated final : public base::ByteSource {
 public:
  Inflated(base::Buffer bytes, std::uint64_t size) : bytes_(std::move(bytes)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size_) return 0;
    const auto count = std::min<std::uint64_t>(into.size(), size_ - offset);
    if (offset + count > bytes_.size())
      throw base::ReadError("the archive is damaged here, or the member is larger than may be unpacked",
                            bytes_.size(), size_ - bytes_.size());
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return static_cast<std::size_t>(count);
  }

 private:
  base::Buffer bytes_;
  std::uint64_t size_;
};

class ArchiveTree final : public EvidenceTree {
 public:
  ArchiveTree(std::shared_ptr<base::ByteSource> source, InputKind kind);
  void walk(const std::function<void(const EntryFacts&)>& entry,
            const std::function<void(const TreeAnomaly&)>& anomaly) override;
  std::shared_ptr<base::ByteSource> open(const base::Locator& locator) override;
  std::optional<EntryFacts> facts(const base::Locator& locator) override;
  std::vector<std::string> names_in(const base::Locator& folder) override;

 private:
  AfterMember add(ArchiveMember member);
  void resolve_links();
  void report(const char* code, const std::string& path, std::string detail) {
    anomalies_.push_back({code, base::Locator(path.empty() ? "/" : path), std::move(detail)});
  }
  const ArchiveMember* find(const base::Locator& locator) const;
  std::shared_ptr<base::ByteSource> inflate(const ArchiveMember& member);

  std::shared_ptr<base::ByteSource> source_;
  InputKind kind_;
  std::map<std::string, ArchiveMember> members_;  // by encoded path, with #number where the path stands twice
  std::vector<TreeAnomaly> anomalies_;
};

ArchiveTree::ArchiveTree(std::shared_ptr<base::ByteSource> source, InputKind kind)
    : source_(std::move(source)), kind_(kind) {
  ArchiveScan scan(*source_, kind);
  const auto trouble = scan.run([&](const ArchiveMember& member) { return add(member); });
  if (trouble) report("archive_damaged", "", *trouble);
  resolve_links();
}

AfterMember ArchiveTree::add(ArchiveMember member) {
  if (members_.size() == kMaximumMembers) {
    report("archive_cut", "", "more entries than are listed");
    return AfterMember::stop;
  }
  std::string path = path_of(member.name);
  if (path.empty()) return AfterMember::go_on;  // "./", the root itself
  const bool beyond_end = member.stored_at && (*member.stored_at > source_->size() ||
                                               source_->size() - *member.stored_at < member.size);
  if (path.find("/%2E%2E") != path.npos)
    report("name_leads_up", path, "a step up in a member's name; it stands as a name and is no path");
  if (beyond_end) report("member_cut", path, "its content ends behind the end of the archive");
  if (member.encrypted) report("member_encrypted", path, "its content needs a password");
  member.name.clear();  // stands in the path
  const bool folder_again = member.kind == EntryKind::folder && members_.contains(path);
  if (folder_again) return AfterMember::go_on;
  if (members_.contains(path)) {
    path += "#" + std::to_string(member.number);
    report("name_twice", path, "another entry of the archive has the same path");
  }
  members_.emplace(std::move(path), std::move(member));
  return AfterMember::go_on;
}

// A hard link has no content of its own: it is read where its target stands.
void ArchiveTree::resolve_links() {
  for (auto& [path, member] : members_) {
    if (member.link_target.empty()) continue;
    const auto target = members_.find(path_of(member.link_target));
    if (target == members_.end() || !target->second.link_target.empty()) {
      report("link_without_target", path, "a hard link to an entry that is not there");
      continue;
    }
    member.size = target->second.size;
    member.size_known = target->second.size_known;
    member.stored_at = target->second.stored_at;
    member.number = target->second.number;
  }
}

EntryFacts facts_of(const std::string& path, const ArchiveMember& member) {
  EntryFacts facts;
  facts.locator = base::Locator(path);
  facts.kind = member.kind;
  facts.size = member.kind == EntryKind::file ? member.size : 0;
  facts.modified = member.modified;
  facts.accessed = member.accessed;
  facts.changed = member.changed;
  facts.created = member.created;
  return facts;
}

void ArchiveTree::walk(const std::function<void(const EntryFacts&)>& entry,
                       const std::function<void(const TreeAnomaly&)>& anomaly) {
  for (const TreeAnomaly& found : anomalies_) anomaly(found);
  for (const auto& [path, member] : members_) entry(facts_of(path, member));
}

const ArchiveMember* ArchiveTree::find(const base::Locator& locator) const {
  const auto found = members_.find(locator.encoded());
  return found == members_.end() ? nullptr : &found->second;
}

std::shared_ptr<base::ByteSource> ArchiveTree::inflate(const ArchiveMember& wanted) {
  base::Buffer bytes;
  bool whole = false;
  ArchiveScan scan(*source_, kind_);
  // What ends the pass early also ends the content early, and whoever reads it is told.
  (void)scan.run([&](const ArchiveMember& member) {
    if (member.number != wanted.number) return AfterMember::go_on;
    bytes.reserve(
        static_cast<std::size_t>(std::min(wanted.size, kMaximumInflated)));  // addresses, not memory
    whole = scan.read_content(bytes, kMaximumInflated);
    return AfterMember::stop;
  });
  const std::uint64_t produced = bytes.size();
  // What was produced counts; of a member that is cut, at least one byte more is missing.
  const std::uint64_t size = whole ? produced : std::max(wanted.size, produced + 1);
  return std::make_shared<Inflated>(std::move(bytes), size);
}

std::shared_ptr<base::ByteSource> ArchiveTree::open(const base::Locator& locator) {
  const ArchiveMember* member = find(locator);
  if (!member || member->kind != EntryKind::file) return nullptr;
  if (member->encrypted) throw base::ReadError("the member is encrypted", 0, member->size);
  if (!member->stored_at) return inflate(*member);
  auto window = base::slice(source_, *member->stored_at, member->size);
  if (window->size() == member->size) return window;
  return std::make_shared<Inflated>(base::read_all(*window, kMaximumInflated), member->size);
}

std::optional<EntryFacts> ArchiveTree::facts(const base::Locator& locator) {
  const ArchiveMember* member = find(locator);
  if (!member) return std::nullopt;
  return facts_of(locator.encoded(), *member);
}

std::vector<std::string> ArchiveTree::names_in(const base::Locator& folder) {
  std::vector<std::string> names;
  std::string prefix = folder.encoded();
  if (!prefix.ends_with('/')) prefix += '/';
  for (auto at = members_.lower_bound(prefix); at != members_.end() && at->first.starts_with(prefix); ++at) {
    std::string_view step = std::string_view(at->first).substr(prefix.size());
    step = step.substr(0, step.find('/'));
    if (step.find('#') == step.npos) names.push_back(base::percent_decode(step));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool starts_with(base::ByteSource& source, std::uint64_t offset, std::string_view signature) {
  base::Buffer bytes(signature.size());
  return source.read_at(offset, bytes) == bytes.size() && base::as_text(bytes) == signature;
}

// RFC 1952, RFC 8878, the .xz format, bzip2.
bool is_compressed(base::ByteSource& source) {
  using namespace std::string_view_literals;
  return starts_with(source, 0, "\x1f\x8b"sv) || starts_with(source, 0, "\x28\xb5\x2f\xfd"sv) ||
         starts_with(source, 0,
                     "\xfd"
                     "7zXZ\0"sv) ||
         starts_with(source, 0, "BZh"sv);
}

}  // namespace

std::unique_ptr<EvidenceTree> tree_of_archive(std::shared_ptr<base::ByteSource> archive, InputKind kind) {
  return std::make_unique<ArchiveTree>(std::move(archive), kind);
}

std::string_view name_of(InputKind kind) {
  switch (kind) {
    case InputKind::disk_image:
      return "disk image";
    case InputKind::folder:
      return "folder";
    case InputKind::tar:
      return "tar";
    case InputKind::zip:
      return "zip";
  }
  return "";
}

InputKind kind_of_input(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return InputKind::folder;
  const auto source = base::open_source(path);
  try {
    // PKWARE APPNOTE 4.3.7 and 4.3.16; POSIX.1-2017, pax, "ustar Interchange Format".
    if (starts_with(*source, 0, "PK\x03\x04") || starts_with(*source, 0, "PK\x05\x06")) return InputKind::zip;
    if (starts_with(*source, 257, "ustar")) return InputKind::tar;
    if (is_compressed(*source) && is_compressed_tar(*source)) return InputKind::tar;
  } catch (const base::ReadError&) {
    // Whatever reads it next meets the damage again and reports it with its place.
  }
  return InputKind::disk_image;
}

}  // namespace parse
