// SPDX-License-Identifier: Apache-2.0
// Opens sources in threads that keep the rights that the program was started with, while everything else
// belongs to the person who called sudo. A source that does not answer holds up nobody but itself.
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "acquire/source.h"

namespace tools {

class Opener {
 public:
  // Under sudo the calling thread, and every thread that it starts from here on, becomes the person who
  // called; `caller` is their name then. Throws base::Error. REQUIRES: no other thread of the program yet.
  Opener();
  ~Opener();
  Opener(const Opener&) = delete;
  const std::string& caller() const { return caller_; }

  // From any thread. What acquire::open_source throws comes out of the future.
  std::future<std::unique_ptr<acquire::Source>> open(std::string name, acquire::OpenOptions options);

 private:
  using Task = std::packaged_task<std::unique_ptr<acquire::Source>()>;
  void serve(const std::stop_token& end);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Task> asked_;
  std::string caller_;
  std::jthread thread_;
};

}  // namespace tools
