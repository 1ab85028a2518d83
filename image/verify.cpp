// SPDX-License-Identifier: Apache-2.0
// verify_image: workers inflate blocks out of order, the calling thread takes them in order and feeds one
// thread per digest.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "image/blocks.h"
#include "image/digest_threads.h"
#include "image/image.h"

namespace image {
namespace {

struct Piece {
  std::uint64_t index = 0;
  MediaRange range;
  std::shared_ptr<Block> block;
  std::vector<Damage> damage;
  std::exception_ptr failure;
  base::Bytes bytes() const { return block->bytes().first(range.size); }
};

// Cuts what the image holds into blocks, in order.
class Cutter {
 public:
  Cutter(std::vector<MediaRange> ranges, std::uint64_t block_bytes)
      : ranges_(std::move(ranges)), block_bytes_(block_bytes) {}
  std::optional<MediaRange> next() {
    while (at_ < ranges_.size() && ranges_[at_].size == 0) ++at_;
    if (at_ == ranges_.size()) return std::nullopt;
    MediaRange& left = ranges_[at_];
    const MediaRange piece{left.offset, std::min(left.size, block_bytes_ - left.offset % block_bytes_)};
    left.offset += piece.size;
    left.size -= piece.size;
    return piece;
  }

 private:
  std::vector<MediaRange> ranges_;
  std::uint64_t block_bytes_;
  std::size_t at_ = 0;
};

std::uint64_t block_bytes_for(const ImageFacts& facts) {
  const std::uint64_t chunk = std::max(1u, facts.chunk_bytes);
  return chunk >= kBlockBytes ? kBlockBytes : kBlockBytes / chunk * chunk;
}

// Reads pieces with all cores; `next` gives them in order.
class ParallelReader {
 public:
  ParallelReader(ImageReader& reader, unsigned workers)
      : reader_(reader),
        pool_(2 * workers + 6, kBlockBytes),
        cutter_(reader.present(), block_bytes_for(reader.facts())) {
    for (unsigned i = 0; i < workers; ++i) threads_.emplace_back([this] { run(); });
  }
  ~ParallelReader() {
    stop_ = true;
    {
      const std::lock_guard lock(ready_mutex_);
      ready_.clear();  // gives back the blocks that a worker may be waiting for
    }
    for (auto& thread : threads_) thread.join();
  }

  std::optional<Piece> next() {
    std::unique_lock lock(ready_mutex_);
    more_.wait(lock, [this] { return ready_.contains(wanted_) || (cut_ && wanted_ == *cut_); });
    const auto place = ready_.find(wanted_);
    if (place == ready_.end()) return std::nullopt;
    Piece piece = std::move(place->second);
    ready_.erase(place);
    ++wanted_;
    if (piece.failure) std::rethrow_exception(piece.failure);
    return piece;
  }

 private:
  void run() {
    while (auto piece = cut()) {
      try {
        reader_.read_past_damage(piece->range.offset, piece->block->bytes().first(piece->range.size),
                                 piece->damage);
      } catch (...) {
        piece->failure = std::current_exception();
      }
      const std::lock_guard lock(ready_mutex_);
      if (!stop_) ready_.emplace(piece->index, std::move(*piece));
      more_.notify_one();
    }
  }

  // Number and block are taken in one step, so the piece that is wanted next always has a block.
  std::optional<Piece> cut() {
    const std::lock_guard lock(cut_mutex_);
    const auto range = stop_ ? std::nullopt : cutter_.next();
    if (!range) {
      const std::lock_guard relock(ready_mutex_);
      cut_ = cut_count_;
      more_.notify_one();
      return std::nullopt;
    }
    Piece piece;
    piece.index = cut_count_++;
    piece.range = *range;
    piece.block = pool_.take();
    return piece;
  }

  ImageReader& reader_;
  BlockPool pool_;
  std::mutex cut_mutex_;
  Cutter cutter_;
  std::uint64_t cut_count_ = 0;
  std::mutex ready_mutex_;
  std::condition_variable more_;
  std::map<std::uint64_t, Piece> ready_;
  std::optional<std::uint64_t> cut_;  // how many pieces there are, once known
  std::uint64_t wanted_ = 0;
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

void keep_damage(Verification& result, const std::vector<Damage>& damage) {
  for (const auto& one : damage) {
    // A chunk larger than a block is met once for each block.
    if (!result.damage.empty() && result.damage.back() == one) continue;
    if (loses_bytes(one)) result.unreadable_bytes += one.media_size;
    result.damage.push_back(one);
  }
}

void read_everything(ImageReader& reader, const VerifyOptions& options, Verification& result) {
  ParallelReader pieces(reader, default_workers());
  DigestThreads digests(options.algorithms);
  std::uint64_t done = 0;
  while (auto piece = pieces.next()) {
    if (options.stop && options.stop()) {
      result.interrupted = true;
      return;
    }
    keep_damage(result, piece->damage);
    if (result.unreadable_bytes == 0) digests.update(piece->block, piece->bytes());
    done += piece->range.size;
    if (options.progress) options.progress(done);
  }
  auto finished = digests.finish();
  if (result.unreadable_bytes == 0) result.digests = std::move(finished);
}

}  // namespace

Verification verify_image(ImageReader& reader, const VerifyOptions& options) {
  Verification result;
  keep_damage(result, reader.facts().damage);
  keep_damage(result, reader.check_structure());
  read_everything(reader, options, result);
  std::stable_sort(result.damage.begin(), result.damage.end(), [](const Damage& a, const Damage& b) {
    return std::tie(a.file, a.file_offset, a.media_offset) < std::tie(b.file, b.file_offset, b.media_offset);
  });
  return result;
}

}  // namespace image
