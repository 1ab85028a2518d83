// SPDX-License-Identifier: Apache-2.0
// The tree of a disk image.
#include <algorithm>
#include <deque>
#include <unordered_set>
#include <utility>

#include "parse/locator_steps.h"
#include "parse/tsk_folder.h"

namespace parse {
namespace {

// Deeper than any path that an operating system can open (Linux: 4096 bytes), shallower than a trap.
constexpr std::size_t kMaximumDepth = 2048;
constexpr std::size_t kKeptFolders = 32;

// The state that open files share with their tree.
struct Disk {
  Disk(std::shared_ptr<base::ByteSource> source, std::uint32_t sector_bytes)
      : image(std::move(source), sector_bytes), volumes(tsk::open_volumes(image)) {}
  tsk::Image image;
  tsk::Volumes volumes;  // closed before the image
};

// The content of one attribute of one file.
class Content final : public base::ByteSource {
 public:
  Content(std::shared_ptr<Disk> disk, tsk::File file, const TSK_FS_ATTR* attribute)
      : disk_(std::move(disk)), file_(std::move(file)), attribute_(attribute) {}
  ~Content() override {
    const std::lock_guard lock(disk_->image.mutex);
    file_.reset();
  }
  std::uint64_t size() const override {
    return attribute_ && attribute_->size > 0 ? static_cast<std::uint64_t>(attribute_->size) : 0;
  }

  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size()) return 0;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset)));
    const std::lock_guard lock(disk_->image.mutex);
    disk_->image.forget_failure();
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t count = tsk_fs_attr_read(attribute_, static_cast<TSK_OFF_T>(offset + done),
                                             reinterpret_cast<char*>(into.data() + done), into.size() - done,
                                             TSK_FS_FILE_READ_FLAG_NONE);
      if (count <= 0) refuse(offset + done, into.size() - done);
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

 private:
  [[noreturn]] void refuse(std::uint64_t offset, std::uint64_t length) {
    disk_->image.rethrow_failure();
    throw base::ReadError("the file system does not give these bytes: " + tsk::last_error(), offset, length);
  }
  std::shared_ptr<Disk> disk_;
  tsk::File file_;
  const TSK_FS_ATTR* attribute_;  // the file's
};

using OnEntry = std::function<void(const EntryFacts&)>;
using OnAnomaly = std::function<void(const TreeAnomaly&)>;

// Walks one volume with a stack of its own: the depth of the evidence must not become that of our stack.
class VolumeWalk {
 public:
  VolumeWalk(Disk& disk, const tsk::Volume& volume, const OnEntry& entry, const OnAnomaly& anomaly)
      : disk_(disk), volume_(volume), entry_(entry), anomaly_(anomaly) {}
  void run();

 private:
  struct Frame {
    tsk::Folder folder;
    std::string path;  // encoded, without a slash at its end
    bool deleted;
    std::size_t next = 0;
  };
  void enter(std::uint64_t inode, const std::string& path, bool deleted);
  void visit(const Frame& frame, const tsk::Child& child);
  void visit_streams(TSK_FS_FILE& file, const EntryFacts& facts);
  void report(const char* code, const std::string& path, std::string detail) {
    anomaly_({code, base::Locator(path.empty() ? partition_prefix(volume_.partition) + "/" : path),
              std::move(detail)});
  }

  Disk& disk_;
  const tsk::Volume& volume_;
  const OnEntry& entry_;
  const OnAnomaly& anomaly_;
  std::deque<Frame> stack_;
  std::unordered_set<std::uint64_t> visited_;  // folders; one may be linked from many places
};

void VolumeWalk::run() {
  std::string root = partition_prefix(volume_.partition);
  if (!volume_.first_step.empty()) root += "/" + encode_step(volume_.first_step);
  enter(volume_.file_system->root_inum, root, false);
  while (!stack_.empty()) {
    Frame& frame = stack_.back();
    if (frame.next == frame.folder.children().size()) {
      const std::lock_guard lock(disk_.image.mutex);
      stack_.pop_back();
    } else {
      visit(frame, frame.folder.children()[frame.next++]);
    }
  }
}

void VolumeWalk::enter(std::uint64_t inode, const std::string& path, bool deleted) {
  if (stack_.size() >= kMaximumDepth) return report("folder_too_deep", path, "what is in it was not listed");
  if (!visited_.insert(inode).second)
    return report("folder_twice", path, "a link back or a second link; it was listed where it was met first");
  std::unique_lock lock(disk_.image.mutex);
  disk_.image.forget_failure();
  auto folder = tsk::Folder::open(volume_.file_system.get(), inode, deleted);
  const std::string error = tsk::last_error();
  lock.unlock();
  if (!folder) return report("folder_unreadable", path, error);
  stack_.push_back({std::move(*folder), path, deleted});
}

void VolumeWalk::visit(const Frame& frame, const tsk::Child& child) {
  std::string path = frame.path + "/" + encode_step(child.name);
  if (child.needs_inode()) path += "#" + std::to_string(child.inode);
  std::unique_lock lock(disk_.image.mutex);
  const tsk::File file = frame.folder.file(child);
  lock.unlock();
  if (!file || !tsk::is_its_own(*file, child)) {
    if (!child.deleted) report("entry_unreadable", path, "its metadata cannot be read");
    return;
  }
  if (child.name.find('/') != child.name.npos)
    report("name_with_slash", path, "no system makes such a name; it stands encoded and is no path");
  if (child.name_twice) report("name_twice", path, "another entry of the folder has the same name");
  if (!file->meta) report("entry_without_metadata", path, "a name that leads nowhere");
  const EntryFacts facts = tsk::facts_of(*file, base::Locator(path), child.deleted);
  entry_(facts);
  visit_streams(*file, facts);
  if (file->meta && tsk::is_folder(*file)) enter(file->meta->addr, path, child.deleted);
}

void VolumeWalk::visit_streams(TSK_FS_FILE& file, const EntryFacts& facts) {
  std::unique_lock lock(disk_.image.mutex);
  const std::vector<tsk::Stream> streams = tsk::streams_of(file);
  lock.unlock();
  for (const tsk::Stream& stream : streams) {
    EntryFacts of_stream = facts;
    of_stream.kind = EntryKind::file;
    of_stream.locator = base::Locator(facts.locator.encoded() + ":" + encode_step(stream.name));
    of_stream.size = stream.size;
    entry_(of_stream);
  }
}

class ImageTree final : public EvidenceTree {
 public:
  ImageTree(std::shared_ptr<base::ByteSource> image, std::uint32_t sector_bytes)
      : disk_(std::make_shared<Disk>(std::move(image), sector_bytes)) {}
  ~ImageTree() override {
    const std::lock_guard lock(disk_->image.mutex);
    kept_.clear();
  }
  void walk(const OnEntry& entry, const OnAnomaly& anomaly) override;
  std::shared_ptr<base::ByteSource> open(const base::Locator& locator) override;
  std::optional<EntryFacts> facts(const base::Locator& locator) override;
  std::vector<std::string> names_in(const base::Locator& folder) override;

 private:
  struct Found {
    tsk::File file;
    bool deleted = false;
  };
  struct Kept {
    const tsk::Volume* volume;
    std::uint64_t inode;
    bool deleted;
    std::shared_ptr<const tsk::Folder> folder;
  };
  const tsk::Volume* volume_of(PathSteps& path) const;
  // All of these with the mutex held.
  std::shared_ptr<const tsk::Folder> folder(const tsk::Volume& volume, std::uint64_t inode, bool deleted);
  Found find(const tsk::Volume& volume, const std::vector<Step>& steps);
  static std::optional<tsk::Stream> find_stream(TSK_FS_FILE& file, const std::string& name);

  std::shared_ptr<Disk> disk_;
  std::deque<Kept> kept_;  // the folders looked into last
};

void ImageTree::walk(const OnEntry& entry, const OnAnomaly& anomaly) {
  for (const tsk::VolumeAnomaly& found : disk_->volumes.anomalies)
    anomaly({found.code, base::Locator(partition_prefix(found.partition) + "/"), found.detail});
  for (const tsk::Volume& volume : disk_->volumes.volumes) VolumeWalk(*disk_, volume, entry, anomaly).run();
}

// Takes the step that names a volume of a container off the path.
const tsk::Volume* ImageTree::volume_of(PathSteps& path) const {
  for (const tsk::Volume& volume : disk_->volumes.volumes) {
    if (volume.partition != path.partition) continue;
    if (volume.first_step.empty()) return &volume;
    if (path.steps.empty() || path.steps.front().name != volume.first_step) continue;
    path.steps.erase(path.steps.begin());
    return &volume;
  }
  return nullptr;
}

std::shared_ptr<const tsk::Folder> ImageTree::folder(const tsk::Volume& volume, std::uint64_t inode,
                                                     bool deleted) {
  const auto same = [&](const Kept& kept) {
    return kept.volume == &volume && kept.inode == inode && kept.deleted == deleted;
  };
  if (const auto kept = std::find_if(kept_.begin(), kept_.end(), same); kept != kept_.end())
    return kept->folder;
  auto opened = tsk::Folder::open(volume.file_system.get(), inode, deleted);
  if (!opened) return nullptr;
  if (kept_.size() == kKeptFolders) kept_.pop_front();
  kept_.push_back({&volume, inode, deleted, std::make_shared<const tsk::Folder>(std::move(*opened))});
  return kept_.back().folder;
}

// By names from the root: an inode number alone may belong to anything.
ImageTree::Found ImageTree::find(const tsk::Volume& volume, const std::vector<Step>& steps) {
  std::uint64_t inode = volume.file_system->root_inum;
  if (steps.empty())
    return {tsk::File(tsk_fs_file_open_meta(volume.file_system.get(), nullptr, inode)), false};
  Found found;
  for (const Step& step : steps) {
    if (found.file && (!found.file->meta || !tsk::is_folder(*found.file))) return {};
    const auto in = folder(volume, inode, found.deleted);
    const tsk::Child* child = in ? in->find(step.name, step.inode) : nullptr;
    if (!child) return {};
    found = {in->file(*child), child->deleted};
    if (!found.file || !tsk::is_its_own(*found.file, *child)) return {};
    if (found.file->meta) inode = found.file->meta->addr;
  }
  return found;
}

std::optional<tsk::Stream> ImageTree::find_stream(TSK_FS_FILE& file, const std::string& name) {
  for (tsk::Stream& stream : tsk::streams_of(file))
    if (stream.name == name) return std::move(stream);
  return std::nullopt;
}

std::shared_ptr<base::ByteSource> ImageTree::open(const base::Locator& locator) {
  auto path = steps_of(locator);
  const tsk::Volume* volume = path ? volume_of(*path) : nullptr;
  if (!volume) return nullptr;
  const std::lock_guard lock(disk_->image.mutex);
  Found found = find(*volume, path->steps);
  if (!found.file || !found.file->meta) return nullptr;
  const TSK_FS_ATTR* attribute = nullptr;
  if (path->stream.empty()) {
    if (found.file->meta->type != TSK_FS_META_TYPE_REG) return nullptr;
    attribute = tsk_fs_file_attr_get(found.file.get());
  } else {
    const auto stream = find_stream(*found.file, path->stream);
    if (!stream) return nullptr;
    attribute = tsk_fs_file_attr_get_type(found.file.get(), stream->type, stream->id, 1);
  }
  if (!attribute && found.file->meta->size > 0)
    throw base::ReadError("the file's content cannot be found: " + tsk::last_error(), 0,
                          static_cast<std::uint64_t>(found.file->meta->size));
  return std::make_shared<Content>(disk_, std::move(found.file), attribute);
}

std::optional<EntryFacts> ImageTree::facts(const base::Locator& locator) {
  auto path = steps_of(locator);
  const tsk::Volume* volume = path ? volume_of(*path) : nullptr;
  if (!volume) return std::nullopt;
  const std::lock_guard lock(disk_->image.mutex);
  const Found found = find(*volume, path->steps);
  if (!found.file) return std::nullopt;
  EntryFacts facts = tsk::facts_of(*found.file, locator, found.deleted);
  if (path->stream.empty()) return facts;
  const auto stream = find_stream(*found.file, path->stream);
  if (!stream) return std::nullopt;
  facts.kind = EntryKind::file;
  facts.size = stream->size;
  return facts;
}

std::vector<std::string> ImageTree::names_in(const base::Locator& folder_locator) {
  std::vector<std::string> names;
  auto path = steps_of(folder_locator);
  const tsk::Volume* volume = path ? volume_of(*path) : nullptr;
  if (!volume) return names;
  const std::lock_guard lock(disk_->image.mutex);
  const Found found = find(*volume, path->steps);
  if (!found.file || !found.file->meta || !tsk::is_folder(*found.file)) return names;
  const auto in = folder(*volume, found.file->meta->addr, found.deleted);
  if (!in) return names;
  for (const tsk::Child& child : in->children())
    if (!child.needs_inode()) names.emplace_back(child.name);
  return names;
}

}  // namespace

std::unique_ptr<EvidenceTree> tree_of_image(std::shared_ptr<base::ByteSource> image,
                                            std::uint32_t sector_bytes) {
  return std::make_unique<ImageTree>(std::move(image), sector_bytes);
}

}  // namespace parse
