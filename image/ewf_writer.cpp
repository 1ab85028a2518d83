// SPDX-License-Identifier: Apache-2.0
// create_e01: blocks are cut into chunks, packed by workers in any order, and written in order by one thread.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "image/blocks.h"
#include "image/deflate.h"
#include "image/libewf_serialiser.h"
#include "image/queue.h"

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

class E01Writer final : public ImageWriter {
 public:
  E01Writer(const std::filesystem::path& folder, const std::string& stem, const WriterOptions& options)
      : serialiser_(folder, stem, options),
        media_bytes_(options.media_bytes),
        chunk_bytes_(chunk_bytes_for(options.media_bytes, options.sector_bytes)),
        workers_wanted_(options.workers == 0 ? default_workers() : options.workers),
        rooms_(2 * workers_wanted_ + 4, kBlockBytes) {
    for (unsigned i = 0; i < workers_wanted_; ++i) workers_.emplace_back([this] { pack_all(); });
    writer_ = std::thread([this] { write_all_packed(); });
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

  std::vector<std::string> finish(const std::map<base::Algorithm, base::Buffer>& digests) override {
    if (pending_) submit_pending();
    stop();
    if (failure_) std::rethrow_exception(failure_);
    if (taken_ != media_bytes_) {
      throw base::Error(base::ErrorKind::io,
                        "only " + std::to_string(taken_) + " of " + std::to_string(media_bytes_) +
                            " bytes came from the source",
                        "The image is not complete and must not be used. Image the source again.");
    }
    return serialiser_.finish(bad_, digests);
  }

 private:
  void submit_pending() {
    const auto owner = std::exchange(pending_, nullptr);
    submit(owner, *owner);
  }

  void submit(std::shared_ptr<const void> owner, base::Bytes bytes) {
    if (failed_) {
      stop();
      std::rethrow_exception(failure_);
    }
    auto job = std::make_shared<Job>();
    job->owner = std::move(owner);
    job->bytes = bytes;
    job->room = rooms_.take();  // waits here when workers or disk are slower than the source
    taken_ += bytes.size();
    in_order_.push(job);
    to_pack_.push(job);
  }

  void pack_all() {
    ChunkPacker packer(chunk_bytes_);
    // All zero chunks of an image share one stream; it lives in the packer, so a copy lives in the job.
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
      if (!packed.stored && packed.bytes.data() != room.data() + at) {
        std::memcpy(room.data() + at, packed.bytes.data(), packed.bytes.size());
        packed.bytes = room.subspan(at, packed.bytes.size());
      }
      job.chunks.push_back(packed);
    }
  }

  void write_all_packed() {
    while (auto job = in_order_.pop()) {
      {
        std::unique_lock lock(packed_mutex_);
        packed_.wait(lock, [&job] { return (*job)->packed; });
      }
      if (failed_) continue;  // blocks must still come back to those who wait for them
      try {
        if ((*job)->failure) std::rethrow_exception((*job)->failure);
        write_job(**job);
      } catch (...) {
        failure_ = std::current_exception();
        failed_ = true;
      }
    }
  }

  void write_job(const Job& job) {
    std::size_t at = 0;
    for (const auto& chunk : job.chunks) {
      const std::size_t media = std::min(chunk_bytes_, job.bytes.size() - at);
      serialiser_.write(chunk, media);
      at += media;
    }
  }

  void stop() {
    to_pack_.close();
    for (auto& worker : workers_) worker.join();
    workers_.clear();
    in_order_.close();
    if (writer_.joinable()) writer_.join();
  }

  LibewfSerialiser serialiser_;
  std::uint64_t media_bytes_;
  std::size_t chunk_bytes_;
  unsigned workers_wanted_;
  BlockPool rooms_;
  std::shared_ptr<base::Buffer> pending_;
  std::uint64_t taken_ = 0;
  std::vector<SectorRange> bad_;
  Queue<JobPtr> to_pack_, in_order_;
  std::mutex packed_mutex_;
  std::condition_variable packed_;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;  // set before failed_, by the writer thread
  std::vector<std::thread> workers_;
  std::thread writer_;
};

}  // namespace

std::unique_ptr<ImageWriter> create_e01(const std::filesystem::path& folder, const std::string& stem,
                                        const WriterOptions& options) {
  if (options.media_bytes == 0 || options.media_bytes % options.sector_bytes != 0) {
    throw base::Error(base::ErrorKind::usage,
                      "an E01 image holds whole sectors of " + std::to_string(options.sector_bytes) +
                          " bytes, and the source has " + std::to_string(options.media_bytes) + " bytes",
                      "Nothing was written. Image it as raw, which holds any size exactly.");
  }
  return std::make_unique<E01Writer>(folder, stem, options);
}

}  // namespace image
