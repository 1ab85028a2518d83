// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_segments.h"

#include <algorithm>
#include <cassert>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/words.h"
#include "image/segment_names.h"

namespace image {
namespace {

using ewf::kDescriptorBytes;

constexpr std::uint64_t kDefaultSegmentBytes = 400ull << 20;
constexpr std::uint64_t kLeastSegmentBytes = 1u << 20;
constexpr std::size_t kMostGathered = 512;  // below IOV_MAX, with a checksum for each chunk

std::uint64_t table_bytes(std::size_t entries) {
  return kDescriptorBytes + ewf::kTableHeaderBytes + 4 * entries + 4;
}

// Reads the descriptor at `offset`; nothing where there is none.
std::optional<ewf::Descriptor> descriptor_at(int fd, std::uint64_t offset, std::uint64_t file_bytes) {
  std::array<std::byte, kDescriptorBytes> bytes;
  if (pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)) != static_cast<ssize_t>(bytes.size()))
    return std::nullopt;
  return ewf::parse_descriptor(bytes, offset, file_bytes);
}

// Where, in a segment, the table ends that brings the number of chunks to `wanted`; `chunks` counts on.
// Nothing where it is not in this segment.
std::optional<std::uint64_t> end_of_chunks(int fd, std::uint64_t wanted, std::uint64_t& chunks) {
  const auto file_bytes = static_cast<std::uint64_t>(lseek(fd, 0, SEEK_END));
  std::uint64_t offset = ewf::kFileHeaderBytes;
  while (const auto section = descriptor_at(fd, offset, file_bytes)) {
    if (section->ends_file()) return std::nullopt;
    if (section->type == "table2") {
      std::array<std::byte, ewf::kTableHeaderBytes> head;
      if (pread(fd, head.data(), head.size(), static_cast<off_t>(section->data())) !=
          static_cast<ssize_t>(head.size()))
        return std::nullopt;
      const auto table = ewf::parse_table_header(head);
      if (!table) return std::nullopt;
      chunks += table->entries;
      if (chunks == wanted) return section->next;
    }
    offset = section->next;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t chunk_bytes_for(const WriterOptions& options) {
  constexpr std::uint64_t kTib = 1ull << 40;
  const std::uint64_t media = options.media_bytes;
  std::uint32_t sectors = 64;
  if (options.sectors_per_chunk) {
    sectors = *options.sectors_per_chunk;
  } else if (options.sector_bytes <= 512) {
    if (media > kTib) sectors = 128;
    if (media > 4 * kTib) sectors = 256;
    if (media >= 16 * kTib) sectors = 1024;
  } else if (media >= 32 * kTib) {
    sectors = 256;
  }
  return sectors * options.sector_bytes;
}

EwfSegments::EwfSegments(const Place& place, const std::string& stem, const WriterOptions& options)
    : options_(options),
      chunk_bytes_(chunk_bytes_for(options)),
      segment_bytes_(std::max(options.segment_bytes.value_or(kDefaultSegmentBytes), kLeastSegmentBytes)),
      files_(place, stem, options.continue_at.has_value()) {
  if (options.continue_at.value_or(0) != 0) {
    take_up(*options.continue_at);
  } else if (options.continue_at) {
    files_.remove_others();
  }
  // The name is taken at once: of two writers only one gets it.
  if (!fd_) open_segment();
}

void EwfSegments::take_up(std::uint64_t media_bytes) {
  assert(media_bytes % chunk_bytes_ == 0);
  std::uint64_t chunks = 0;
  while (media_done_ < media_bytes) {
    fd_ = std::make_shared<base::Fd>(files_.take_up(ewf_extension(++number_)));
    const auto end = end_of_chunks(fd_->get(), media_bytes / chunk_bytes_, chunks);
    if (!end) continue;
    offset_ = *end;
    media_done_ = media_bytes;
  }
  if (ftruncate(fd_->get(), static_cast<off_t>(offset_)) != 0)
    throw destination_error(base::say("cannot cut back {}", files_.last().string()), errno);
  files_.remove_others();
  const std::uint64_t left = options_.media_bytes - media_done_;
  if (auto moved = files_.move_on(std::min(segment_bytes_ - offset_, left + left / 50 + (1u << 20))))
    fd_ = std::make_shared<base::Fd>(std::move(moved));
  chunks_in_segment_ = 1;  // at least: the section that ends here
}

base::Buffer EwfSegments::volume() const {
  ewf::Volume volume;
  volume.chunk_count = static_cast<std::uint32_t>((options_.media_bytes + chunk_bytes_ - 1) / chunk_bytes_);
  volume.sectors_per_chunk = chunk_bytes_ / options_.sector_bytes;
  volume.sector_bytes = options_.sector_bytes;
  volume.sectors = options_.media_bytes / options_.sector_bytes;
  std::copy(options_.set_identifier.begin(), options_.set_identifier.end(), volume.set_identifier.begin());
  return ewf::encode_volume(volume, {options_.removable, options_.physical});
}

void EwfSegments::open_segment() {
  if (number_ == kMostEwfSegments) {
    throw base::Error(base::ErrorKind::usage,
                      base::say("the image needs more than the 14 971 segment files that an E01 can have"),
                      base::say("The source was only read. Acquire it anew with larger segments."));
  }
  const std::uint64_t left = options_.media_bytes - media_done_;
  const std::uint64_t wanted = std::min(segment_bytes_, left + left / 50 + (1u << 20));
  fd_ = std::make_shared<base::Fd>(files_.create(ewf_extension(++number_), wanted));
  offset_ = 0;
  chunks_in_segment_ = 0;
  append(ewf::encode_file_header(number_));
  if (number_ > 1) return append(ewf::encode_section("data", offset_, volume()));
  const auto header2 = ewf::encode_header2(options_.header, options_.acquired);
  append(ewf::encode_section("header2", offset_, header2));
  append(ewf::encode_section("header2", offset_, header2));
  append(ewf::encode_section("header", offset_, ewf::encode_header(options_.header, options_.acquired)));
  append(ewf::encode_section("volume", offset_, volume()));
}

void EwfSegments::close_segment(const char* end) {
  end_section();
  append(ewf::encode_end(end, offset_));
  sync(true);
}

// So that the segment stays within its size, with the tables and the section that closes it.
bool EwfSegments::fits(std::size_t bytes) const {
  const std::uint64_t section = section_at_ == 0 ? kDescriptorBytes : 0;
  return offset_ + gathered_bytes_ + section + bytes + 2 * table_bytes(entries_.size() + 1) +
             kDescriptorBytes <=
         segment_bytes_;
}

void EwfSegments::begin_section() {
  section_at_ = offset_;
  // Its size is not known yet. Until it is, the place stays zeros: no reader takes it for a whole section.
  append(base::Buffer(kDescriptorBytes));
}

void EwfSegments::end_section() {
  if (section_at_ == 0) return;
  flush();
  const std::uint64_t end = offset_;
  const auto table = ewf::encode_table(section_at_, entries_);
  append(ewf::encode_section("table", offset_, table));
  append(ewf::encode_section("table2", offset_, table));
  write_at(section_at_, ewf::encode_descriptor("sectors", end, end - section_at_));
  section_at_ = 0;
  entries_.clear();
}

void EwfSegments::add(const PackedChunk& chunk, std::size_t media_bytes) {
  const std::size_t bytes = chunk.bytes.size() + (chunk.stored ? 4 : 0);
  if (chunks_in_segment_ != 0 && !fits(bytes)) {
    close_segment("next");
    open_segment();
  }
  if (section_at_ == 0) begin_section();
  const auto from_base = static_cast<std::uint32_t>(offset_ + gathered_bytes_ - section_at_);
  entries_.push_back(from_base | (chunk.stored ? 0 : 0x80000000u));
  gather(chunk.bytes);
  if (chunk.stored) {
    auto& checksum = checksums_.emplace_back();
    for (unsigned i = 0; i < 4; ++i) checksum[i] = static_cast<std::byte>(chunk.checksum >> (8 * i));
    gather(checksum);
  }
  ++chunks_in_segment_;
  media_done_ += media_bytes;
  if (media_done_ % options_.step_bytes == 0) {
    end_section();
    sync(false);
  }
}

void EwfSegments::gather(base::Bytes bytes) {
  gathered_.push_back({const_cast<std::byte*>(bytes.data()), bytes.size()});
  gathered_bytes_ += bytes.size();
}

// pwritev may write less than it was given; then the rest goes piece by piece.
void EwfSegments::flush() {
  std::size_t at = 0;
  while (at < gathered_.size()) {
    const int count = static_cast<int>(std::min(kMostGathered, gathered_.size() - at));
    const ssize_t written = pwritev(fd_->get(), &gathered_[at], count, static_cast<off_t>(offset_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw destination_error(base::say("cannot write {}", files_.last().string()), errno);
    offset_ += static_cast<std::uint64_t>(written);
    auto left = static_cast<std::size_t>(written);
    while (left != 0 && left >= gathered_[at].iov_len) left -= gathered_[at++].iov_len;
    if (left == 0) continue;
    gathered_[at].iov_base = static_cast<std::byte*>(gathered_[at].iov_base) + left;
    gathered_[at].iov_len -= left;
  }
  gathered_.clear();
  checksums_.clear();
  gathered_bytes_ = 0;
}

void EwfSegments::append(base::Bytes bytes) {
  assert(gathered_.empty());
  write_at(offset_, bytes);
  offset_ += bytes.size();
}

void EwfSegments::write_at(std::uint64_t offset, base::Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd_->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw destination_error(base::say("cannot write {}", files_.last().string()), errno);
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void EwfSegments::sync(bool now) {
  if (syncer_.failed()) syncer_.finish();  // throws
  // A hint, so that the sync has little left; failures show there.
  sync_file_range(fd_->get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  const auto time = std::chrono::steady_clock::now();
  if (!now && time - synced_ < options_.sync_every) return;
  synced_ = time;
  syncer_.push(fd_, files_.last(), media_done_ - media_done_ % options_.step_bytes);
}

void EwfSegments::settle() {
  sync(true);
  syncer_.finish();
}

base::Buffer EwfSegments::tail(std::uint64_t offset, const std::vector<SectorRange>& bad,
                               const std::map<base::Algorithm, base::Buffer>& digests) const {
  base::Buffer tail;
  const auto add = [&](std::string_view type, const base::Buffer& data) {
    const auto section = ewf::encode_section(type, offset + tail.size(), data);
    tail.insert(tail.end(), section.begin(), section.end());
  };
  if (number_ == 1) add("data", volume());
  if (!bad.empty()) add("error2", ewf::encode_error2(bad));
  const auto md5 = digests.find(base::Algorithm::md5);
  const auto sha1 = digests.find(base::Algorithm::sha1);
  if (md5 != digests.end() && sha1 != digests.end()) {
    add("digest", ewf::encode_digest(md5->second, sha1->second));
  }
  if (md5 != digests.end()) add("hash", ewf::encode_hash(md5->second));
  const auto done = ewf::encode_end("done", offset + tail.size());
  tail.insert(tail.end(), done.begin(), done.end());
  return tail;
}

std::vector<std::filesystem::path> EwfSegments::finish(
    const std::vector<SectorRange>& bad, const std::map<base::Algorithm, base::Buffer>& digests) {
  end_section();
  // What ends an image may be long, where much was bad: it gets a segment of its own then.
  if (offset_ + tail(offset_, bad, digests).size() > segment_bytes_) {
    close_segment("next");
    open_segment();
  }
  append(tail(offset_, bad, digests));
  sync(true);
  syncer_.finish();
  return files_.paths();
}

}  // namespace image
