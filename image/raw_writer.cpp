// SPDX-License-Identifier: Apache-2.0
// create_raw: the bytes as they are, in one file or in segments, written by a thread of its own.
#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "image/blocks.h"
#include "image/image.h"
#include "image/new_files.h"
#include "image/queue.h"

namespace image {
namespace {

constexpr std::uint64_t kWritebackStep = 32u << 20;

class RawWriter final : public ImageWriter {
 public:
  RawWriter(const std::filesystem::path& folder, const std::string& stem, const WriterOptions& options)
      : folder_(folder),
        stem_(stem),
        media_bytes_(options.media_bytes),
        segment_bytes_(options.segment_bytes) {
    refuse_existing(folder, stem);
    next_file();
    writer_ = std::thread([this] { run(); });
  }
  ~RawWriter() override { stop(); }

  void write(base::Bytes bytes) override {
    while (!bytes.empty()) {
      const auto block = copies_.take();
      const base::Bytes piece = bytes.first(std::min(bytes.size(), kBlockBytes));
      std::copy(piece.begin(), piece.end(), block->bytes().begin());
      write_shared(block, base::Bytes(block->bytes()).first(piece.size()));
      bytes = bytes.subspan(piece.size());
    }
  }

  void write_shared(std::shared_ptr<const void> owner, base::Bytes bytes) override {
    if (failed_) {
      stop();
      std::rethrow_exception(failure_);
    }
    taken_ += bytes.size();
    queue_.push({std::move(owner), bytes});
  }

  void bad(SectorRange) override {}  // a raw image has no place for it: acquisition.json has

  std::vector<std::string> finish(const std::map<base::Algorithm, base::Buffer>&) override {
    stop();
    if (failure_) std::rethrow_exception(failure_);
    if (taken_ != media_bytes_) {
      throw base::Error(base::ErrorKind::io,
                        "only " + std::to_string(taken_) + " of " + std::to_string(media_bytes_) +
                            " bytes came from the source",
                        "The image is not complete and must not be used. Image the source again.");
    }
    fd_ = base::Fd();
    sync_files(folder_, names_);
    return names_;
  }

 private:
  struct Piece {
    std::shared_ptr<const void> owner;
    base::Bytes bytes;
  };

  void next_file() {
    std::string extension = "dd";
    if (segment_bytes_) {
      // One width for all, so that the names sort and the set is found: .001, or .0001 for a thousand.
      const std::size_t width =
          std::max<std::size_t>(3, std::to_string(media_bytes_ / *segment_bytes_ + 1).size());
      extension = std::to_string(names_.size() + 1);
      extension.insert(0, width - extension.size(), '0');
    }
    names_.push_back(stem_ + "." + extension);
    fd_ = base::create_new(folder_ / names_.back());
    in_file_ = 0;
  }

  void run() {
    while (auto piece = queue_.pop()) {
      if (failed_) continue;  // blocks must still come back to those who wait for them
      try {
        write_piece(piece->bytes);
      } catch (...) {
        failure_ = std::current_exception();
        failed_ = true;
      }
    }
  }

  void write_piece(base::Bytes bytes) {
    while (!bytes.empty()) {
      if (segment_bytes_ && in_file_ == *segment_bytes_) next_file();
      const std::uint64_t room = segment_bytes_ ? *segment_bytes_ - in_file_ : bytes.size();
      const base::Bytes part = bytes.first(std::min<std::uint64_t>(room, bytes.size()));
      base::write_all(fd_.get(), part, (folder_ / names_.back()).string());
      in_file_ += part.size();
      bytes = bytes.subspan(part.size());
      // A hint, so that the sync at the end has little left; failures show there.
      if (in_file_ % kWritebackStep < part.size()) sync_file_range(fd_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }
  }

  void stop() {
    queue_.close();
    if (writer_.joinable()) writer_.join();
  }

  std::filesystem::path folder_;
  std::string stem_;
  std::uint64_t media_bytes_;
  std::optional<std::uint64_t> segment_bytes_;
  std::vector<std::string> names_;
  base::Fd fd_;
  std::uint64_t in_file_ = 0;
  std::uint64_t taken_ = 0;
  BlockPool copies_{4, kBlockBytes};
  Queue<Piece> queue_;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;  // set before failed_, by the writer thread
  std::thread writer_;
};

}  // namespace

std::unique_ptr<ImageWriter> create_raw(const std::filesystem::path& folder, const std::string& stem,
                                        const WriterOptions& options) {
  if (options.segment_bytes && *options.segment_bytes == 0) {
    throw base::Error(base::ErrorKind::usage, "a segment of 0 bytes holds nothing", "Nothing was written.");
  }
  return std::make_unique<RawWriter>(folder, stem, options);
}

}  // namespace image
