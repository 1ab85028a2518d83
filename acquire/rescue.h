// SPDX-License-Identifier: Apache-2.0
// Reads a damaged source as gently as it can: what reads well first, then the edges of what failed, then its
// inside, then again. Into a raw file and a map beside it, from which it also goes on. The passes:
// docs/rescue.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "acquire/acquisition.h"
#include "acquire/rescue_map.h"

namespace acquire {

// Time as a rescue sees it; a test brings its own. Called by the thread that rescues.
class RescueClock {
 public:
  virtual ~RescueClock() = default;
  virtual std::chrono::nanoseconds now() = 0;  // since any fixed moment
  virtual void wait(std::chrono::nanoseconds duration) = 0;
};

struct RescueOptions {
  unsigned retries = 0;                                 // passes over the bad sectors, each sector once
  std::optional<std::chrono::seconds> time_limit;       // for this call
  std::optional<std::uint64_t> bytes_per_second;        // read no faster, failed reads included; not 0
  std::optional<std::uint64_t> least_bytes_per_second;  // skip what is slower until the rest is read
  std::size_t copy_bytes = 1 << 20;                     // of one large read; cut to whole sectors
  std::size_t most_ranges = 4'000'000;                  // of the map: 64 bytes of memory each
  std::chrono::seconds save_interval{5};                // of the map, at least; 0: after every read
  RescueClock* clock = nullptr;                         // absent: the system's
};

struct RescueResult {
  enum class End {
    finished,  // every sector is finished or bad
    stopped,   // on request
    time_is_up,
    gone,           // the device does not answer: let it come back, and call again
    too_scattered,  // the map would have more than `most_ranges`
  };
  RescueMap map;
  End end = End::finished;
  std::string trouble;  // in words; empty where it is finished
};

// Goes on where map and raw file stand, or begins. Whatever the end, both are on disk as `map` says before it
// returns, and calling it again with the same files goes on. For a source whose bad sectors are always the
// same, map and raw file do not depend on how often it was interrupted. Throws base::Error where the
// destination fails, where the files belong to another rescue (nothing is touched then), and what read_at
// throws; then the last saved map stands.
RescueResult rescue(Source& source, const std::filesystem::path& raw_file,
                    const std::filesystem::path& map_file, const RescueOptions& options,
                    const ProgressCallback& progress, std::stop_token stop);

}  // namespace acquire
