// SPDX-License-Identifier: Apache-2.0
// Opens sources in threads that keep the rights that the program was started with, while everything else
// belongs to the person who called sudo. A source that does not answer holds up nobody but itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "acquire/identity.h"
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
  // Nothing more will be opened; from here on no thread has more rights than the caller.
  void give_up_rights();

  // From any thread. What acquire::open_source throws comes out of the future.
  std::future<std::unique_ptr<acquire::Source>> open(std::string name, acquire::OpenOptions options);
  // Waits until a source that went away is back, for as long as `patience`; nothing where it does not come,
  // or when stopped.
  std::future<std::unique_ptr<acquire::Source>> wait_for(acquire::Identity identity, std::string former_name,
                                                         std::chrono::seconds patience, std::stop_token stop);

 private:
  using Task = std::packaged_task<std::unique_ptr<acquire::Source>()>;
  std::future<std::unique_ptr<acquire::Source>> ask(Task task);
  void serve(const std::stop_token& end);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Task> asked_;
  std::string caller_;
  std::jthread thread_;
};

}  // namespace tools
