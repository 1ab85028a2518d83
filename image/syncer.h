// SPDX-License-Identifier: Apache-2.0
// Brings files to the disk in a thread of its own, while the writer goes on. Fed by one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/file.h"
#include "image/queue.h"

namespace image {

class Syncer {
 public:
  Syncer();
  ~Syncer();
  // When this file is on the disk, and all that were given before, the first `media_bytes` of the media are
  // durable. A file that is given for the first time has its folder synced as well.
  void push(std::shared_ptr<const base::Fd> fd, std::filesystem::path path, std::uint64_t media_bytes);
  std::uint64_t durable() const { return durable_; }
  bool failed() const { return failed_; }
  // Waits for all; throws base::Error(io) where one failed: nothing since then is durable.
  void finish();

 private:
  struct Job {
    std::shared_ptr<const base::Fd> fd;
    std::filesystem::path path;
    std::uint64_t media_bytes;
  };
  void run();
  void sync(const Job& job);

  Queue<Job> queue_;
  std::atomic<std::uint64_t> durable_ = 0;
  std::filesystem::path last_;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;  // set before failed_, by the thread
  std::thread thread_;
};

}  // namespace image
