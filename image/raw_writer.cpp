// SPDX-License-Identifier: Apache-2.0
// create_raw: the bytes as they are, in one file or in segments, written by one thread for each place.
#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/words.h"
#include "image/blocks.h"
#include "image/copies.h"
#include "image/new_files.h"
#include "image/syncer.h"

namespace image {
namespace {

struct Piece {
  std::shared_ptr<const void> owner;
  base::Bytes bytes;
};

class RawSink {
 public:
  RawSink(const Place& place, const std::string& stem, const WriterOptions& options)
      : options_(options), files_(place, stem, options.continue_at.has_value()) {
    if (options.continue_at.value_or(0) != 0) {
      take_up(*options.continue_at);
    } else if (options.continue_at) {
      files_.remove_others();
    }
    if (!fd_) next_file();
  }

  void write(const Piece& piece) {
    base::Bytes bytes = piece.bytes;
    while (!bytes.empty()) {
      if (in_file_ == file_bytes()) next_file();
      const std::uint64_t to_step = options_.step_bytes - done_ % options_.step_bytes;
      const std::uint64_t room = std::min(file_bytes() - in_file_, to_step);
      const base::Bytes part = bytes.first(std::min<std::uint64_t>(room, bytes.size()));
      write_part(part);
      bytes = bytes.subspan(part.size());
      if (done_ % options_.step_bytes == 0 || in_file_ == file_bytes()) sync(in_file_ == file_bytes());
    }
  }

  std::uint64_t durable() const { return syncer_.durable(); }
  void settle() {
    sync(true);
    syncer_.finish();
  }
  const std::vector<std::filesystem::path>& paths() const { return files_.paths(); }

  // A raw image has no place for digests and bad ranges: acquisition.json has.
  std::vector<std::filesystem::path> finish(const std::vector<SectorRange>&,
                                            const std::map<base::Algorithm, base::Buffer>&) {
    sync(true);
    syncer_.finish();
    return files_.paths();
  }

 private:
  std::uint64_t file_bytes() const { return options_.segment_bytes.value_or(options_.media_bytes); }

  // One width for all, so that the names sort and the set is found: .001, or .0001 for a thousand.
  std::string extension(std::size_t number) const {
    if (!options_.segment_bytes) return "dd";
    const std::size_t width =
        std::max<std::size_t>(3, std::to_string(options_.media_bytes / file_bytes() + 1).size());
    std::string digits = std::to_string(number);
    return digits.insert(0, width - std::min(width, digits.size()), '0');
  }

  void next_file() {
    const std::uint64_t wanted = std::min(file_bytes(), options_.media_bytes - done_);
    fd_ = std::make_shared<base::Fd>(files_.create(extension(files_.paths().size() + 1), wanted));
    in_file_ = 0;
  }

  void take_up(std::uint64_t media_bytes) {
    while (done_ < media_bytes) {
      fd_ = std::make_shared<base::Fd>(files_.take_up(extension(files_.paths().size() + 1)));
      in_file_ = std::min(file_bytes(), media_bytes - done_);
      done_ += in_file_;
    }
    if (ftruncate(fd_->get(), static_cast<off_t>(in_file_)) != 0)
      throw destination_error(base::say("cannot cut back {}", files_.last().string()), errno);
    files_.remove_others();
    if (auto moved = files_.move_on(std::min(file_bytes() - in_file_, options_.media_bytes - done_)))
      fd_ = std::make_shared<base::Fd>(std::move(moved));
  }

  void write_part(base::Bytes part) {
    while (!part.empty()) {
      const ssize_t written = pwrite(fd_->get(), part.data(), part.size(), static_cast<off_t>(in_file_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw destination_error(base::say("cannot write {}", files_.last().string()), errno);
      in_file_ += static_cast<std::uint64_t>(written);
      done_ += static_cast<std::uint64_t>(written);
      part = part.subspan(static_cast<std::size_t>(written));
    }
  }

  void sync(bool now) {
    if (syncer_.failed()) syncer_.finish();  // throws
    // A hint, so that the sync has little left; failures show there.
    sync_file_range(fd_->get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    const auto time = std::chrono::steady_clock::now();
    if (!now && time - synced_ < options_.sync_every) return;
    synced_ = time;
    syncer_.push(fd_, files_.last(), done_ - done_ % options_.step_bytes);
  }

  WriterOptions options_;
  NewFiles files_;
  Syncer syncer_;
  std::shared_ptr<base::Fd> fd_;
  std::uint64_t in_file_ = 0;
  std::uint64_t done_ = 0;  // of the media
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

class RawWriter final : public ImageWriter {
 public:
  RawWriter(const std::vector<Place>& places, const std::string& stem, const WriterOptions& options)
      : media_bytes_(options.media_bytes),
        taken_(options.continue_at.value_or(0)),
        copies_(
            places, [&](const Place& place) { return std::make_unique<RawSink>(place, stem, options); },
            [](const Piece&) {}) {}
  ~RawWriter() override { copies_.stop(); }

  void write(base::Bytes bytes) override {
    while (!bytes.empty()) {
      const auto block = room_.take();
      const base::Bytes piece = bytes.first(std::min(bytes.size(), kBlockBytes));
      std::copy(piece.begin(), piece.end(), block->bytes().begin());
      write_shared(block, base::Bytes(block->bytes()).first(piece.size()));
      bytes = bytes.subspan(piece.size());
    }
  }

  void write_shared(std::shared_ptr<const void> owner, base::Bytes bytes) override {
    copies_.throw_if_all_failed();
    taken_ += bytes.size();
    copies_.push({std::move(owner), bytes});
  }

  void bad(SectorRange) override {}
  std::uint64_t durable() const override { return copies_.durable(); }
  void settle() override { copies_.settle(); }

  std::vector<Written> finish(const std::map<base::Algorithm, base::Buffer>& digests) override {
    copies_.stop();
    copies_.throw_if_all_failed();
    if (taken_ != media_bytes_) throw short_image(taken_, media_bytes_);
    return copies_.finish({}, digests);
  }

 private:
  std::uint64_t media_bytes_;
  std::uint64_t taken_;
  BlockPool room_{4, kBlockBytes};
  Copies<RawSink, Piece> copies_;
};

}  // namespace

std::unique_ptr<ImageWriter> create_raw(const std::vector<Place>& places, const std::string& stem,
                                        const WriterOptions& options) {
  if (options.segment_bytes && *options.segment_bytes == 0) {
    throw base::Error(base::ErrorKind::usage, base::say("a segment of 0 bytes holds nothing"),
                      base::say("Nothing was written. Give --segment-size another number, such as 2G."));
  }
  return std::make_unique<RawWriter>(places, stem, options);
}

}  // namespace image
