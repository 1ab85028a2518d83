// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the first asks the work to stop cleanly, the second ends the program at once, after what was
// registered with std::at_quick_exit. One at a time.
#pragma once

#include <stop_token>
#include <thread>

#include "base/words.h"

namespace tools {

class Interrupt {
 public:
  // Who tells the person that the work stops: a board that owns the screen does so itself.
  enum class Words { here, by_the_owner };
  explicit Interrupt(Words words = Words::here);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  std::stop_token token() const { return source_.get_token(); }
  static constexpr auto kStopping = base::phrase("stopping cleanly; once more stops at once");

 private:
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace tools
