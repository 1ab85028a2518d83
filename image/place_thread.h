// SPDX-License-Identifier: Apache-2.0
// The thread that writes one copy of an image, in order. After a failure it only lets go of what it is given.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

#include "image/queue.h"

namespace image {

template <typename Job>
class PlaceThread {
 public:
  explicit PlaceThread(std::function<void(const Job&)> write)
      : write_(std::move(write)), thread_([this] { run(); }) {}
  ~PlaceThread() { stop(); }

  void push(Job job) { queue_.push(std::move(job)); }
  bool failed() const { return failed_; }
  void stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }
  // REQUIRES: failed()
  std::exception_ptr failure() const { return failure_; }

 private:
  void run() {
    while (auto job = queue_.pop()) {
      if (failed_) continue;
      try {
        write_(*job);
      } catch (...) {
        failure_ = std::current_exception();
        failed_ = true;
      }
    }
  }

  std::function<void(const Job&)> write_;
  Queue<Job> queue_;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;  // set before failed_
  std::thread thread_;          // last: it uses all the others
};

}  // namespace image
