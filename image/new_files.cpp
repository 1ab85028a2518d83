// SPDX-License-Identifier: Apache-2.0
#include "image/new_files.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

#include "base/error.h"
#include "base/words.h"

namespace image {
namespace {

namespace fs = std::filesystem;

constexpr auto kGoesOn = base::phrase(
    "The source was only read, and what was written before is kept. Make space or repair the destination, "
    "then "
    "give the same command again: it goes on from there.");

std::vector<fs::path> files_of_stem(const fs::path& folder, const std::string& stem) {
  std::vector<fs::path> found;
  std::error_code trouble;
  for (fs::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    if (entry->path().filename().string().starts_with(stem + ".")) found.push_back(entry->path());
  }
  if (trouble) {
    throw base::io_error(
        base::say("cannot list the folder {}", folder.string()), trouble.value(),
        base::say("Nothing was written. Check that the folder exists and who may write to it."));
  }
  return found;
}

bool has_room(const fs::path& folder, std::uint64_t wanted) {
  std::error_code trouble;
  const auto space = fs::space(folder, trouble);
  return !trouble && space.available >= wanted;
}

// An image is an E01 or raw segment; the journal and the map of the same stem are not its files.
bool is_segment(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension != ".journal" && extension != ".map" && extension != ".rescue";
}

}  // namespace

base::Error destination_error(const base::Said& attempt, int error_number) {
  return base::io_error(attempt, error_number, kGoesOn);
}

void refuse_existing(const std::vector<Place>& places, const std::string& stem) {
  for (const auto& place : places) NewFiles(place, stem, false);
}

NewFiles::NewFiles(Place place, std::string stem, bool continued)
    : place_(std::move(place)), stem_(std::move(stem)) {
  for (const auto& folder : folders()) {
    for (const auto& path : files_of_stem(folder, stem_)) {
      if (continued || !is_segment(path)) continue;
      throw base::Error(
          base::ErrorKind::conflict, base::say("{} exists already", path.string()),
          base::say("It was not touched: an image is never overwritten. Use another name or folder."));
    }
  }
}

std::vector<fs::path> NewFiles::folders() const {
  std::vector<fs::path> folders{place_.folder};
  folders.insert(folders.end(), place_.then.begin(), place_.then.end());
  return folders;
}

base::Fd NewFiles::create(const std::string& extension, std::uint64_t wanted) {
  const auto all = folders();
  while (folder_ + 1 < all.size() && !has_room(all[folder_], wanted)) ++folder_;
  const fs::path path = all[folder_] / (stem_ + "." + extension);
  try {
    base::Fd fd = base::create_new(path);
    paths_.push_back(path);
    return fd;
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::io) throw;
    throw base::Error(error.kind, error.happened, kGoesOn);
  }
}

fs::path NewFiles::find(const std::string& name) const {
  for (const auto& folder : folders()) {
    if (fs::exists(folder / name)) return folder / name;
  }
  throw base::Error(
      base::ErrorKind::not_found, base::say("the image lacks {}, which an earlier run wrote", name),
      base::say("Nothing was changed. Attach the volume that holds it, or begin a new acquisition."));
}

base::Fd NewFiles::take_up(const std::string& extension) {
  const fs::path path = find(stem_ + "." + extension);
  base::Fd fd(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) throw destination_error(base::say("cannot open {}", path.string()), errno);
  const auto all = folders();
  folder_ = static_cast<std::size_t>(std::find(all.begin(), all.end(), path.parent_path()) - all.begin());
  paths_.push_back(path);
  return fd;
}

base::Fd NewFiles::move_on(std::uint64_t wanted) {
  const auto all = folders();
  const fs::path from = last();
  std::size_t folder = folder_;
  if (has_room(all[folder], wanted)) return {};
  while (++folder < all.size() && !has_room(all[folder], wanted + fs::file_size(from))) continue;
  if (folder == all.size()) return {};
  // Whole and on the disk in its new place before it goes from the old one.
  const auto source = base::open_source(from);
  folder_ = folder;
  const fs::path to = all[folder_] / from.filename();
  base::Fd fd = base::create_new(to);
  base::Buffer block(1u << 20);
  std::uint64_t at = 0;
  while (const std::size_t count = source->read_at(at, block)) {
    base::write_all(fd.get(), base::Bytes(block).first(count), to.string());
    at += count;
  }
  base::sync_file(fd.get(), to.string());
  base::sync_folder(all[folder_]);
  fs::remove(from);
  paths_.back() = to;
  return fd;
}

void NewFiles::remove_others() {
  for (const auto& folder : folders()) {
    for (const auto& path : files_of_stem(folder, stem_)) {
      if (!is_segment(path) || std::find(paths_.begin(), paths_.end(), path) != paths_.end()) continue;
      fs::remove(path);
    }
    base::sync_folder(folder);
  }
}

}  // namespace image
