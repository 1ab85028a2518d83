// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the first asks the work to stop cleanly, the second ends the program at once. One at a time.
#pragma once

#include <stop_token>
#include <thread>

namespace tools {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace tools
