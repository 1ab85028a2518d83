// SPDX-License-Identifier: Apache-2.0
// Puts packed chunks into the segment files of one E01, section by section, and takes up what an earlier
// writer left. The bytes are a function of options and chunks. Not for use by two threads at once.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/uio.h>

#include "image/deflate.h"
#include "image/ewf_encode.h"
#include "image/image.h"
#include "image/new_files.h"
#include "image/syncer.h"

namespace image {

// Chunk sizes that other programs read (EnCase 7: 64, 128, 256 or 1024 sectors; X-Ways: up to 256 KiB) and
// that keep the number of chunks below the 2^27 that libewf reads.
std::uint32_t chunk_bytes_for(const WriterOptions& options);

class EwfSegments {
 public:
  // `options` with set_identifier and acquired filled in.
  EwfSegments(const Place& place, const std::string& stem, const WriterOptions& options);

  // Chunks in order; what they point to must live until flush().
  void add(const PackedChunk& chunk, std::size_t media_bytes);
  void flush();
  void settle();
  std::vector<std::filesystem::path> finish(const std::vector<SectorRange>& bad,
                                            const std::map<base::Algorithm, base::Buffer>& digests);
  std::uint64_t durable() const { return syncer_.durable(); }
  const std::vector<std::filesystem::path>& paths() const { return files_.paths(); }

 private:
  void take_up(std::uint64_t media_bytes);
  void open_segment();
  void close_segment(const char* end);
  void begin_section();
  void end_section();
  bool fits(std::size_t bytes) const;
  void gather(base::Bytes bytes);
  void append(base::Bytes bytes);
  void write_at(std::uint64_t offset, base::Bytes bytes);
  void sync(bool now);
  base::Buffer volume() const;
  base::Buffer tail(std::uint64_t offset, const std::vector<SectorRange>& bad,
                    const std::map<base::Algorithm, base::Buffer>& digests) const;

  WriterOptions options_;
  std::uint32_t chunk_bytes_;
  std::uint64_t segment_bytes_;
  NewFiles files_;
  Syncer syncer_;
  std::shared_ptr<base::Fd> fd_;
  unsigned number_ = 0;       // of the segment that is open or was closed last
  std::uint64_t offset_ = 0;  // where the next byte goes in the open segment
  std::uint64_t media_done_ = 0;
  std::uint64_t section_at_ = 0;        // of the open `sectors`; 0: none is open
  std::vector<std::uint32_t> entries_;  // of the open `sectors`
  std::uint64_t chunks_in_segment_ = 0;
  std::vector<iovec> gathered_;
  std::uint64_t gathered_bytes_ = 0;
  std::deque<std::array<std::byte, 4>> checksums_;  // of stored chunks in `gathered_`
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace image
