// SPDX-License-Identifier: Apache-2.0
// create_e01: blocks are cut into chunks, packed once by workers in any order, and written in order by one
// thread for each place.
#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "base/words.h"
#include "image/blocks.h"
#include "image/copies.h"
#include "image/deflate.h"
#include "image/ewf_segments.h"

namespace image {
namespace {

// A run of media bytes on its way through the workers.
struct Job {
  std::shared_ptr<const void> owner;
  base::Bytes bytes;
  std::shared_ptr<Block> room;  // for the packed chunks, one chunk's size each
  std::vector<PackedChunk> chunks;
  std::exception_ptr failure;
  bool packed = false;
};
using JobPtr = std::shared_ptr<Job>;

// The digests are one chain that nothing can spread over cores: where cores are few they go first, and
// packing takes what is left. Only a hint.
void yield_to_digests() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
}

class E01Sink {
 public:
  E01Sink(const Place& place, const std::string& stem, const WriterOptions& options)
      : chunk_bytes_(chunk_bytes_for(options)), segments_(place, stem, options) {}
  void write(const JobPtr& job) {
    std::size_t at = 0;
    for (const auto& chunk : job->chunks) {
      const std::size_t media = std::min(chunk_bytes_, job->bytes.size() - at);
      segments_.add(chunk, media);
      at += media;
    }
    segments_.flush();
  }
  std::uint64_t durable() const { return segments_.durable(); }
  void settle() { segments_.settle(); }
  const std::vector<std::filesystem::path>& paths() const { return segments_.paths(); }
  std::vector<std::filesystem::path> finish(const std::vector<SectorRange>& bad,
                                            const std::map<base::Algorithm, base::Buffer>& digests) {
    return segments_.finish(bad, digests);
  }

 private:
  std::size_t chunk_bytes_;
  EwfSegments segments_;
};

class E01Writer final : public ImageWriter {
 public:
  E01Writer(const std::vector<Place>& places, const std::string& stem, const WriterOptions& options)
      : media_bytes_(options.media_bytes),
        chunk_bytes_(chunk_bytes_for(options)),
        workers_wanted_(options.workers == 0 ? default_workers() : options.workers),
        rooms_(2 * workers_wanted_ + 4, kBlockBytes),
        taken_(options.continue_at.value_or(0)),
        copies_(
            places, [&](const Place& place) { return std::make_unique<E01Sink>(place, stem, options); },
            [this](const JobPtr& job) { wait_until_packed(*job); }) {
    assert(options.step_bytes % kBlockBytes == 0 && options.step_bytes % chunk_bytes_ == 0);
    for (unsigned i = 0; i < workers_wanted_; ++i) workers_.emplace_back([this] { pack_all(); });
  }
  ~E01Writer() override { stop(); }

  void write(base::Bytes bytes) override {
    while (!bytes.empty()) {
      if (!pending_) pending_ = std::make_shared<base::Buffer>();
      const std::size_t size = std::min(bytes.size(), kBlockBytes - pending_->size());
      pending_->insert(pending_->end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      bytes = bytes.subspan(size);
      if (pending_->size() == kBlockBytes) submit_pending();
    }
  }

  void write_shared(std::shared_ptr<const void> owner, base::Bytes bytes) override {
    const bool whole_chunks = bytes.size() % chunk_bytes_ == 0 || taken_ + bytes.size() == media_bytes_;
    if (pending_ || !whole_chunks) return write(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += kBlockBytes) {
      submit(owner, bytes.subspan(at, std::min(kBlockBytes, bytes.size() - at)));
    }
  }

  void bad(SectorRange range) override { bad_.push_back(range); }
  std::uint64_t durable() const override { return copies_.durable(); }
  void settle() override {
    stop();
    copies_.settle();
  }

  std::vector<Written> finish(const std::map<base::Algorithm, base::Buffer>& digests) override {
    if (pending_) submit_pending();
    stop();
    copies_.throw_if_all_failed();
    if (taken_ != media_bytes_) throw short_image(taken_, media_bytes_);
    return copies_.finish(bad_, digests);
  }

 private:
  void submit_pending() {
    const auto owner = std::exchange(pending_, nullptr);
    submit(owner, *owner);
  }

  void submit(std::shared_ptr<const void> owner, base::Bytes bytes) {
    copies_.throw_if_all_failed();
    auto job = std::make_shared<Job>();
    job->owner = std::move(owner);
    job->bytes = bytes;
    job->room = rooms_.take();  // waits here when workers or disks are slower than the source
    taken_ += bytes.size();
    copies_.push(job);
    to_pack_.push(job);
  }

  void pack_all() {
    ChunkPacker packer(chunk_bytes_);
    yield_to_digests();
    while (auto job = to_pack_.pop()) {
      try {
        pack(packer, **job);
      } catch (...) {
        (*job)->failure = std::current_exception();
      }
      const std::lock_guard lock(packed_mutex_);
      (*job)->packed = true;
      packed_.notify_all();
    }
  }

  void pack(ChunkPacker& packer, Job& job) const {
    std::span<std::byte> room = job.room->bytes();
    for (std::size_t at = 0; at < job.bytes.size(); at += chunk_bytes_) {
      const base::Bytes chunk = job.bytes.subspan(at, std::min(chunk_bytes_, job.bytes.size() - at));
      PackedChunk packed = packer.pack(chunk, room.subspan(at, chunk.size()));
      // All zero chunks of an image share one stream; it lives in the packer, so a copy lives in the job.
      if (!packed.stored && packed.bytes.data() != room.data() + at) {
        std::memcpy(room.data() + at, packed.bytes.data(), packed.bytes.size());
        packed.bytes = room.subspan(at, packed.bytes.size());
      }
      job.chunks.push_back(packed);
    }
  }

  void wait_until_packed(const Job& job) {
    std::unique_lock lock(packed_mutex_);
    packed_.wait(lock, [&job] { return job.packed; });
    if (job.failure) std::rethrow_exception(job.failure);
  }

  void stop() {
    to_pack_.close();
    for (auto& worker : workers_) worker.join();
    workers_.clear();
    copies_.stop();
  }

  std::uint64_t media_bytes_;
  std::size_t chunk_bytes_;
  unsigned workers_wanted_;
  BlockPool rooms_;
  std::shared_ptr<base::Buffer> pending_;
  std::uint64_t taken_ = 0;
  std::vector<SectorRange> bad_;
  Queue<JobPtr> to_pack_;
  std::mutex packed_mutex_;
  std::condition_variable packed_;
  Copies<E01Sink, JobPtr> copies_;
  std::vector<std::thread> workers_;
};

}  // namespace

base::Error short_image(std::uint64_t taken, std::uint64_t wanted) {
  return base::Error(base::ErrorKind::io,
                     base::say("only {} of {} bytes came from the source", taken, wanted),
                     base::say("The image is not complete and must not be used. Give the same command again: "
                               "it goes on from there."));
}

std::unique_ptr<ImageWriter> create_e01(const std::vector<Place>& places, const std::string& stem,
                                        const WriterOptions& options) {
  if (options.media_bytes == 0)
    throw base::Error(base::ErrorKind::usage, base::say("the source has 0 bytes"),
                      base::say("Nothing was written. Check that a medium is inserted and that the drive "
                                "sees it, then repeat."));
  if (options.media_bytes % options.sector_bytes != 0) {
    throw base::Error(base::ErrorKind::usage,
                      base::say("an E01 image holds whole sectors of {} bytes, and the source has {} bytes",
                                options.sector_bytes, options.media_bytes),
                      base::say("Nothing was written. Image it as raw, which holds any size exactly."));
  }
  WriterOptions filled = options;
  if (filled.set_identifier.empty()) filled.set_identifier = base::random_bytes(16);
  if (filled.acquired == 0) filled.acquired = std::time(nullptr);
  return std::make_unique<E01Writer>(places, stem, filled);
}

}  // namespace image
