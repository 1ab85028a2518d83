// SPDX-License-Identifier: Apache-2.0
// The tree of a folder of received files. Names come from evidence, so every step is opened below its parent
// and no link is ever followed.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "parse/evidence_tree.h"
#include "parse/locator_steps.h"

namespace parse {
namespace {

constexpr std::size_t kMaximumDepth = 512;  // each open folder holds a descriptor
constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// Reading must not move the access times that are recorded. The kernel grants that to the owner of a file;
// for files of others their file system's own rule (relatime, as a rule) holds.
int open_at(int folder, const char* name, int flags) {
  const int fd = openat(folder, name, flags | O_NOATIME);
  return fd < 0 && errno == EPERM ? openat(folder, name, flags) : fd;
}

std::optional<base::Time> time_of(const struct statx_timestamp& time) {
  std::int64_t microseconds = 0;
  if (__builtin_mul_overflow(std::int64_t{time.tv_sec}, std::int64_t{1'000'000}, &microseconds))
    return std::nullopt;
  return base::time_from_unix_us(microseconds + time.tv_nsec / 1000);
}

std::optional<EntryFacts> facts_at(int folder, const std::string& name, base::Locator locator) {
  struct statx found {};
  if (statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME,
            &found) != 0)
    return std::nullopt;
  EntryFacts facts;
  facts.locator = std::move(locator);
  facts.kind = S_ISREG(found.stx_mode)   ? EntryKind::file
               : S_ISDIR(found.stx_mode) ? EntryKind::folder
                                         : EntryKind::other;
  facts.size = S_ISREG(found.stx_mode) ? found.stx_size : 0;
  facts.modified = time_of(found.stx_mtime);
  facts.changed = time_of(found.stx_ctime);
  facts.accessed = time_of(found.stx_atime);
  if (found.stx_mask & STATX_BTIME) facts.created = time_of(found.stx_btime);
  return facts;
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

// Nothing where it cannot be read to its end: half a list would look like a whole one.
std::optional<std::vector<std::string>> names_of(int folder) {
  base::Fd again(open_at(folder, ".", kOpenFolder));
  if (!again) return std::nullopt;
  const std::unique_ptr<DIR, CloseFolder> stream(fdopendir(again.get()));
  if (!stream) return std::nullopt;
  again.release();  // the stream closes it
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(stream.get())) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
    errno = 0;
  }
  if (errno != 0) return std::nullopt;
  std::sort(names.begin(), names.end());
  return names;
}

class FolderTree final : public EvidenceTree {
 public:
  explicit FolderTree(const std::filesystem::path& folder) : root_(base::open_folder(folder)) {}
  void walk(const std::function<void(const EntryFacts&)>& entry,
            const std::function<void(const TreeAnomaly&)>& anomaly) override;
  std::shared_ptr<base::ByteSource> open(const base::Locator& locator) override;
  std::optional<EntryFacts> facts(const base::Locator& locator) override;
  std::vector<std::string> names_in(const base::Locator& folder) override;

 private:
  struct Place {
    base::Fd folder;   // the folder that holds the last step
    std::string name;  // the last step; "" for the root
  };
  std::optional<Place> find(const base::Locator& locator) const;
  base::Fd root_;
};

struct Frame {
  base::Fd folder;
  std::string path;  // encoded
  std::vector<std::string> names;
  std::size_t next = 0;
};

void FolderTree::walk(const std::function<void(const EntryFacts&)>& entry,
                      const std::function<void(const TreeAnomaly&)>& anomaly) {
  std::deque<Frame> stack;
  const auto report = [&](const char* code, const std::string& path, const char* detail) {
    anomaly({code, base::Locator(path.empty() ? "/" : path), detail});
  };
  const auto enter = [&](base::Fd folder, const std::string& path) {
    if (stack.size() == kMaximumDepth) return report("folder_too_deep", path, "what is in it was not listed");
    auto names = folder ? names_of(folder.get()) : std::nullopt;
    if (!names) return report("folder_unreadable", path, "its names cannot be read");
    stack.push_back({std::move(folder), path, std::move(*names)});
  };
  enter(base::Fd(open_at(root_.get(), ".", kOpenFolder)), "");
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == frame.names.size()) {
      stack.pop_back();
      continue;
    }
    const std::string& name = frame.names[frame.next++];
    const std::string path = frame.path + "/" + encode_step(name);
    const auto facts = facts_at(frame.folder.get(), name, base::Locator(path));
    if (!facts) {
      report("entry_unreadable", path, "its metadata cannot be read");
      continue;
    }
    entry(*facts);
    if (facts->kind == EntryKind::folder)
      enter(base::Fd(open_at(frame.folder.get(), name.c_str(), kOpenFolder)), path);
  }
}

std::optional<FolderTree::Place> FolderTree::find(const base::Locator& locator) const {
  const auto path = steps_of(locator);
  if (!path || path->partition != 0 || !path->stream.empty()) return std::nullopt;
  base::Fd folder(open_at(root_.get(), ".", kOpenFolder));
  std::string last;
  for (std::size_t i = 0; i < path->steps.size(); ++i) {
    const Step& step = path->steps[i];
    // What cannot be a name in a folder is none here, and must not become a way out of it.
    const bool is_name = !step.name.empty() && step.name != "." && step.name != ".." &&
                         step.name.find_first_of(std::string_view("/\0", 2)) == step.name.npos;
    if (!is_name || step.inode) return std::nullopt;
    if (i > 0) folder = base::Fd(open_at(folder.get(), last.c_str(), kOpenFolder));
    if (!folder) return std::nullopt;
    last = step.name;
  }
  return Place{std::move(folder), last};
}

std::shared_ptr<base::ByteSource> FolderTree::open(const base::Locator& locator) {
  const auto place = find(locator);
  if (!place || place->name.empty()) return nullptr;
  // Not blocking: a pipe would wait for a writer for ever.
  base::Fd fd(
      open_at(place->folder.get(), place->name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd && errno == EACCES) throw base::ReadError("a file of the folder may not be read", 0, 0);
  struct stat found {};
  if (!fd || fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode)) return nullptr;
  return base::source_of(std::move(fd), "a file of the folder");
}

std::optional<EntryFacts> FolderTree::facts(const base::Locator& locator) {
  const auto place = find(locator);
  if (!place) return std::nullopt;
  return facts_at(place->folder.get(), place->name, locator);
}

std::vector<std::string> FolderTree::names_in(const base::Locator& folder) {
  const auto place = find(folder);
  if (!place) return {};
  const char* name = place->name.empty() ? "." : place->name.c_str();
  const base::Fd fd(open_at(place->folder.get(), name, kOpenFolder));
  return (fd ? names_of(fd.get()) : std::nullopt).value_or(std::vector<std::string>());
}

}  // namespace

std::unique_ptr<EvidenceTree> tree_of_folder(const std::filesystem::path& folder) {
  return std::make_unique<FolderTree>(folder);
}

}  // namespace parse
