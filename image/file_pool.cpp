// SPDX-License-Identifier: Apache-2.0
#include "image/file_pool.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace image {

std::size_t FilePool::add(const std::string& name) {
  const auto source = base::open_source(folder_ / name);
  files_.push_back({name, source->size(), nullptr});
  return files_.size() - 1;
}

void FilePool::read(std::size_t file, std::uint64_t offset, std::span<std::byte> into) {
  const auto& facts = files_[file];
  if (offset > facts.size || into.size() > facts.size - offset) {
    throw base::ReadError(facts.name + " ends before the data that it should hold", offset, into.size());
  }
  const auto descriptor = descriptor_of(file);
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count =
        pread(descriptor->get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw base::ReadError("cannot read " + facts.name, offset + done, into.size() - done);
    done += static_cast<std::size_t>(count);
  }
}

std::shared_ptr<base::Fd> FilePool::descriptor_of(std::size_t file) {
  const std::lock_guard lock(mutex_);
  if (!open_.empty() && open_.front() == file) return files_[file].descriptor;
  if (files_[file].descriptor) {
    open_.remove(file);
  } else {
    if (open_.size() >= kMostOpen) {
      files_[open_.back()].descriptor.reset();  // readers that use it hold their own share
      open_.pop_back();
    }
    try {
      files_[file].descriptor =
          std::make_shared<base::Fd>(base::open_for_reading(folder_ / files_[file].name));
    } catch (const std::exception& error) {
      throw base::ReadError(error.what(), 0, files_[file].size);
    }
  }
  open_.push_front(file);
  return files_[file].descriptor;
}

}  // namespace image
