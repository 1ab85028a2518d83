// SPDX-License-Identifier: Apache-2.0
#include "tools/job_words.h"

#include "base/words.h"
#include "tools/text.h"

namespace tools {
namespace {

std::string what_to_wait_for(SourceKind kind) {
  switch (kind) {
    case SourceKind::device:
      return base::say("Attach it again");
    case SourceKind::file:
      return base::say("See to it that the file can be read");
    case SourceKind::server:
      return base::say("See to it that the server answers");
  }
  return {};
}

// A device that was attached gets its label once more; what was given is given once more.
std::string what_to_give(Origin origin) {
  return origin == Origin::attached ? base::say("give the same label")
                                    : base::say("give the same command again");
}

}  // namespace

SourceKind kind_of(const acquire::SourceFacts& facts) {
  if (facts.block_device) return SourceKind::device;
  return facts.bus == "nbd" ? SourceKind::server : SourceKind::file;
}

std::string words_of_going_on(const std::optional<std::uint64_t>& kept_bytes) {
  if (!kept_bytes) return base::say("it goes on");
  if (*kept_bytes == 0) return base::say("it is read from the start");
  return base::say("it goes on from {}", short_size(static_cast<double>(*kept_bytes)));
}

std::string advice_when_lost(SourceKind kind, Origin origin, const std::optional<std::uint64_t>& kept_bytes) {
  return base::say("{} and {}: {}.", what_to_wait_for(kind), what_to_give(origin),
                   words_of_going_on(kept_bytes));
}

std::string advice_when_stopped(Origin origin, const std::optional<std::uint64_t>& kept_bytes) {
  const std::string what = origin == Origin::attached ? base::say("Attach it again and give the same label")
                                                      : base::say("Give the same command again");
  return what + ": " + words_of_going_on(kept_bytes) + ".";
}

}  // namespace tools
