// SPDX-License-Identifier: Apache-2.0
// The passes, in their order. Each is a loop over the ranges of one status, which it turns into others, so
// that an interrupted pass goes on by being run again. The order is that of GNU ddrescue (its manual,
// "Algorithm"): leave bad places fast, come back to them when all else is safe.
#include "acquire/rescue.h"

#include <algorithm>

#include "acquire/rescue_reads.h"

namespace acquire {
namespace {

using Got = RescueReads::Got;
using Range = RescueMap::Range;
constexpr std::uint64_t kMostSkip = 1 << 30;

class Rescue {
 public:
  explicit Rescue(RescueReads& reads)
      : reads_(reads), map_(reads.map()), sector_(reads.sector()), copy_(reads.copy_bytes()) {}

  void run(unsigned retries) {
    const auto start = map_.position();
    if (copy(start) && trim() && scrape() && retry(start, retries))
      map_.set_position({0, BlockStatus::finished, 1});
  }

 private:
  enum class Skip { yes, no };

  bool copy(const RescueMap::Position& start);
  bool copy_forwards(std::uint64_t at, std::uint32_t pass, Skip skip);
  bool copy_backwards(std::uint64_t before);
  bool trim();
  bool trim_range(const Range& range);
  bool scrape();
  bool retry(const RescueMap::Position& start, unsigned retries);
  bool retry_forwards(std::uint64_t at, std::uint32_t pass);
  bool retry_backwards(std::uint64_t before, std::uint32_t pass);
  Got read_sector(std::uint64_t offset, std::uint64_t end);
  std::uint64_t last_sector(std::uint64_t begin, std::uint64_t end) const;
  bool is_bad(std::uint64_t offset) const { return map_.range_at(offset).status == BlockStatus::bad; }
  bool any(BlockStatus status) const { return map_.bytes(status) != 0; }
  bool pass_done() {
    reads_.save();
    return true;
  }

  RescueReads& reads_;
  RescueMap& map_;
  std::uint32_t sector_;
  std::uint64_t copy_;
};

// All return false where the rescue ends.

bool Rescue::copy(const RescueMap::Position& start) {
  const bool resumed = start.phase == BlockStatus::non_tried;
  const std::uint32_t pass = resumed ? start.pass : 1;
  const bool first = pass <= 1, second = pass == 2;
  if (first && !copy_forwards(resumed ? start.offset : 0, 1, Skip::yes)) return false;
  if ((first || second) && !copy_backwards(second ? start.offset : map_.size())) return false;
  return copy_forwards(0, 3, Skip::no);
}

// Block by block, each ending at a multiple of the block size. With `Skip::yes` a failed or slow block is
// left with a jump that doubles from one to the next; a good block ends that.
bool Rescue::copy_forwards(std::uint64_t at, std::uint32_t pass, Skip skip) {
  if (!any(BlockStatus::non_tried)) return true;
  const std::uint64_t most =
      std::max(std::min(kMostSkip, map_.size() / 16) / copy_, std::uint64_t{1}) * copy_;
  std::uint64_t jump = copy_;
  while (const auto range = map_.next(BlockStatus::non_tried, at)) {
    map_.set_position({range->offset, BlockStatus::non_tried, pass});
    const std::uint64_t size = std::min(range->size, copy_ - range->offset % copy_);
    const Got got = reads_.read({range->offset, size}, BlockStatus::non_trimmed);
    if (got == Got::ended) return false;
    at = range->offset + size;
    const bool leave = skip == Skip::yes && (got == Got::nothing || reads_.was_slow());
    if (leave) at += jump;
    jump = leave ? std::min(jump * 2, most) : copy_;
  }
  return pass_done();
}

// What was skipped, from its far end: after the first failed or slow block the rest of a skipped range is
// left to the third pass.
bool Rescue::copy_backwards(std::uint64_t before) {
  if (!any(BlockStatus::non_tried)) return true;
  while (const auto range = map_.previous(BlockStatus::non_tried, before)) {
    map_.set_position({range->end(), BlockStatus::non_tried, 2});
    const std::uint64_t end = range->end(), beyond = end % copy_;
    const std::uint64_t size = std::min(range->size, beyond == 0 ? copy_ : beyond);
    const Got got = reads_.read({end - size, size}, BlockStatus::non_trimmed);
    if (got == Got::ended) return false;
    before = got == Got::nothing || reads_.was_slow() ? range->offset : end - size;
  }
  return pass_done();
}

// One sector, or what there is of it at the end of a source that is no whole number of them.
Got Rescue::read_sector(std::uint64_t offset, std::uint64_t end) {
  return reads_.read({offset, std::min<std::uint64_t>(sector_, end - offset)}, BlockStatus::bad);
}

std::uint64_t Rescue::last_sector(std::uint64_t begin, std::uint64_t end) const {
  return std::max(begin, (end - 1) / sector_ * sector_);
}

bool Rescue::trim() {
  if (!any(BlockStatus::non_trimmed)) return true;
  std::uint64_t at = 0;
  while (const auto range = map_.next(BlockStatus::non_trimmed, at)) {
    map_.set_position({range->offset, BlockStatus::non_trimmed, 1});
    if (!trim_range(*range)) return false;
    at = range->end();
  }
  return pass_done();
}

// From both edges inwards up to the first bad sector. An edge beside a bad sector was trimmed before an
// interruption.
bool Rescue::trim_range(const Range& range) {
  std::uint64_t begin = range.offset, end = range.end();
  bool edge_found = begin != 0 && is_bad(begin - 1);
  while (!edge_found && begin < end) {
    const Got got = read_sector(begin, end);
    if (got == Got::ended) return false;
    begin = std::min(begin + sector_, end);
    edge_found = got == Got::nothing;
  }
  edge_found = end != map_.size() && is_bad(end);
  while (!edge_found && begin < end) {
    const std::uint64_t last = last_sector(begin, end);
    const Got got = read_sector(last, end);
    if (got == Got::ended) return false;
    end = last;
    edge_found = got == Got::nothing;
  }
  map_.set(begin, end - begin, BlockStatus::non_scraped);
  return true;
}

bool Rescue::scrape() {
  if (!any(BlockStatus::non_scraped)) return true;
  std::uint64_t at = 0;
  while (const auto range = map_.next(BlockStatus::non_scraped, at)) {
    map_.set_position({range->offset, BlockStatus::non_scraped, 1});
    if (read_sector(range->offset, range->end()) == Got::ended) return false;
    at = range->offset + sector_;
  }
  return pass_done();
}

// Odd passes forwards, even ones backwards. An interrupted pass goes on where it was.
bool Rescue::retry(const RescueMap::Position& start, unsigned retries) {
  const bool resumed = start.phase == BlockStatus::bad;
  for (std::uint32_t pass = resumed ? start.pass : 1; pass <= retries && any(BlockStatus::bad); ++pass) {
    const bool here = resumed && pass == start.pass;
    const bool goes_on = pass % 2 == 1 ? retry_forwards(here ? start.offset : 0, pass)
                                       : retry_backwards(here ? start.offset : map_.size(), pass);
    if (!goes_on) return false;
  }
  return true;
}

bool Rescue::retry_forwards(std::uint64_t at, std::uint32_t pass) {
  while (const auto range = map_.next(BlockStatus::bad, at)) {
    map_.set_position({range->offset, BlockStatus::bad, pass});
    if (read_sector(range->offset, range->end()) == Got::ended) return false;
    at = range->offset + sector_;
  }
  return pass_done();
}

bool Rescue::retry_backwards(std::uint64_t before, std::uint32_t pass) {
  while (const auto range = map_.previous(BlockStatus::bad, before)) {
    map_.set_position({range->end(), BlockStatus::bad, pass});
    before = last_sector(range->offset, range->end());
    if (read_sector(before, range->end()) == Got::ended) return false;
  }
  return pass_done();
}

}  // namespace

RescueResult rescue(Source& source, const std::filesystem::path& raw_file,
                    const std::filesystem::path& map_file, const RescueOptions& options,
                    const ProgressCallback& progress, std::stop_token stop) {
  RescueReads reads(source, raw_file, map_file, options, progress, std::move(stop));
  reads.tell(true);
  Rescue(reads).run(options.retries);
  return reads.result();
}

}  // namespace acquire
