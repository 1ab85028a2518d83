// SPDX-License-Identifier: Apache-2.0
#include "image/syncer.h"

#include <cerrno>

#include <unistd.h>

#include "base/words.h"
#include "image/new_files.h"

namespace image {

Syncer::Syncer() : thread_([this] { run(); }) {}

Syncer::~Syncer() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Syncer::push(std::shared_ptr<const base::Fd> fd, std::filesystem::path path, std::uint64_t media_bytes) {
  queue_.push({std::move(fd), std::move(path), media_bytes});
}

void Syncer::run() {
  while (auto job = queue_.pop()) {
    if (failed_) continue;
    try {
      sync(*job);
      durable_ = job->media_bytes;
    } catch (...) {
      failure_ = std::current_exception();
      failed_ = true;
    }
  }
}

// A failed fdatasync is never tried again: the kernel may have dropped what it could not write.
void Syncer::sync(const Job& job) {
  if (fdatasync(job.fd->get()) != 0)
    throw destination_error(base::say("cannot bring {} to the disk", job.path.string()), errno);
  if (job.path == last_) return;
  last_ = job.path;
  base::sync_folder(job.path.parent_path());
}

void Syncer::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace image
