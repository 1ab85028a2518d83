// SPDX-License-Identifier: Apache-2.0
#include "acquire/rescue_reads.h"

#include <algorithm>
#include <cassert>
#include <thread>

#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

using std::chrono::nanoseconds;
constexpr nanoseconds kLongestWait = std::chrono::milliseconds(200);  // between looks at the stop request
constexpr nanoseconds kBetweenTellings = std::chrono::milliseconds(250);
constexpr int kSaveShare = 20;  // saving takes at most about one part in this many of the time
constexpr auto kNothingDone = base::phrase("Nothing was changed. Give another rate, or another destination.");

class SystemClock final : public RescueClock {
 public:
  nanoseconds now() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  void wait(nanoseconds duration) override { std::this_thread::sleep_for(duration); }
};

RescueClock& system_clock() {
  static SystemClock clock;
  return clock;
}

double seconds(nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// How long reading so many bytes takes at a rate, rounded up.
nanoseconds time_for(std::uint64_t bytes, std::uint64_t bytes_per_second) {
  const double exact = static_cast<double>(bytes) / static_cast<double>(bytes_per_second) * 1e9;
  return nanoseconds(static_cast<std::int64_t>(exact) + 1);
}

// Whole sectors; and no more than one second's worth, so that a limit is kept evenly.
std::size_t block_bytes(const RescueOptions& options, std::uint32_t sector) {
  if (options.bytes_per_second == 0u)
    throw base::Error(base::ErrorKind::usage, base::say("a rescue at 0 bytes per second never ends"),
                      kNothingDone);
  std::uint64_t bytes = options.copy_bytes;
  if (options.bytes_per_second) bytes = std::min(bytes, *options.bytes_per_second);
  return std::max<std::size_t>(bytes / sector * sector, sector);
}

void refuse_own_files(const SourceFacts& source, const std::filesystem::path& file) {
  std::error_code neither;  // what is not there is not the source
  if (!std::filesystem::equivalent(source.path, file, neither)) return;
  throw base::Error(base::ErrorKind::usage, base::say("{} is the source itself", file.string()),
                    kNothingDone);
}

RescueFiles open_files(const SourceFacts& source, const std::filesystem::path& raw_file,
                       const std::filesystem::path& map_file) {
  refuse_own_files(source, raw_file);
  refuse_own_files(source, map_file);
  return {raw_file, map_file, source.bytes};
}

}  // namespace

RescueReads::RescueReads(Source& source, const std::filesystem::path& raw_file,
                         const std::filesystem::path& map_file, const RescueOptions& options,
                         const ProgressCallback& progress, std::stop_token stop)
    : source_(source),
      options_(options),
      progress_(progress),
      stop_(std::move(stop)),
      files_(open_files(source.facts(), raw_file, map_file)),
      map_(files_.take_map()),
      sector_(source.facts().logical_sector),
      copy_bytes_(block_bytes(options, sector_)),
      block_(std::max<std::size_t>(copy_bytes_, 4096)),
      clock_(options.clock != nullptr ? *options.clock : system_clock()),
      started_(clock_.now()),
      next_turn_(started_),
      saved_(started_),
      told_(started_) {
  map_.align(sector_);
  finished_before_ = map_.bytes(BlockStatus::finished);
}

RescueReads::Got RescueReads::end_with(RescueResult::End end, const std::string& trouble) {
  end_ = end;
  trouble_ = trouble;
  return Got::ended;
}

bool RescueReads::may_read() {
  using End = RescueResult::End;
  if (map_.range_count() > options_.most_ranges) {
    end_with(End::too_scattered, "the bad sectors are too scattered: the map would have more than " +
                                     std::to_string(options_.most_ranges) + " parts");
  } else if (options_.time_limit && clock_.now() - started_ >= *options_.time_limit) {
    end_with(End::time_is_up, "the time given is up");
  } else if (stop_.stop_requested()) {
    end_with(End::stopped, "stopped on request");
  }
  return end_ == End::finished;
}

void RescueReads::wait_for_turn() {
  for (auto now = clock_.now(); now < next_turn_ && !stop_.stop_requested(); now = clock_.now())
    clock_.wait(std::min(next_turn_ - now, kLongestWait));
}

RescueReads::Got RescueReads::read(const RescueMap::Range& range, BlockStatus failed) {
  assert(range.size <= copy_bytes_);
  wait_for_turn();
  if (!may_read()) return Got::ended;
  const auto into = block_.bytes().first(range.size);
  const auto began = clock_.now();
  const auto answer = source_.read_at(range.offset, into);
  if (answer == Source::Read::gone) {
    return end_with(RescueResult::End::gone,
                    "the source does not answer any more: it was removed, exchanged or shrank");
  }
  count(range.size, began);
  if (answer == Source::Read::ok) files_.write(range.offset, into);
  map_.set(range.offset, range.size, answer == Source::Read::ok ? BlockStatus::finished : failed);
  save_now_and_then();
  tell(false);
  return answer == Source::Read::ok ? Got::data : Got::nothing;
}

void RescueReads::count(std::uint64_t bytes, nanoseconds began) {
  if (options_.bytes_per_second) next_turn_ = began + time_for(bytes, *options_.bytes_per_second);
  const auto took = clock_.now() - began;
  was_slow_ = options_.least_bytes_per_second.value_or(0) != 0 &&
              took > time_for(bytes, *options_.least_bytes_per_second);
}

// The larger the map, the longer it takes to save and the rarer it is saved.
void RescueReads::save_now_and_then() {
  nanoseconds interval = options_.save_interval;
  if (interval != nanoseconds::zero()) interval = std::max(interval, save_took_ * kSaveShare);
  if (clock_.now() - saved_ >= interval) save();
}

void RescueReads::save() {
  const auto began = clock_.now();
  files_.save(map_);
  saved_ = clock_.now();
  save_took_ = saved_ - began;
}

void RescueReads::tell(bool always) {
  const auto now = clock_.now();
  if (!progress_ || (!always && now - told_ < kBetweenTellings)) return;
  told_ = now;
  Progress progress;
  progress.done = map_.bytes(BlockStatus::finished);
  progress.total = map_.size();
  progress.bad_sectors = map_.bytes(BlockStatus::bad) / sector_;
  const double took = seconds(now - started_);
  if (took > 0) progress.bytes_per_second = static_cast<double>(progress.done - finished_before_) / took;
  const auto left = static_cast<double>(progress.total - progress.done - map_.bytes(BlockStatus::bad));
  if (progress.bytes_per_second > 0) progress.seconds_left = left / progress.bytes_per_second;
  progress_(progress);
}

RescueResult RescueReads::result() {
  save();
  tell(true);
  return {std::move(map_), end_, trouble_};
}

}  // namespace acquire
