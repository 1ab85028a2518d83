// SPDX-License-Identifier: Apache-2.0
// The one place that knows libewf: it puts packed chunks into ENCASE6 segments. What libewf leaves undone is
// done around it: names are refused where they exist, bytes are counted, files are brought to the disk.
// Not for use by two threads at once.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "image/deflate.h"
#include "image/image.h"

namespace image {

// Chunk sizes that other programs read (EnCase 7: 64, 128, 256 or 1024 sectors; X-Ways: up to 256 KiB) and
// that keep the number of chunks below libewf's limit of 2^27.
std::uint32_t chunk_bytes_for(std::uint64_t media_bytes, std::uint32_t sector_bytes);

class LibewfSerialiser {
 public:
  LibewfSerialiser(const std::filesystem::path& folder, const std::string& stem,
                   const WriterOptions& options);
  ~LibewfSerialiser();
  void write(const PackedChunk& chunk, std::size_t media_bytes);
  // Writes the end of the image and brings it to the disk; returns the names of the files.
  std::vector<std::string> finish(const std::vector<SectorRange>& bad,
                                  const std::map<base::Algorithm, base::Buffer>& digests);

 private:
  struct Handle;
  void set_up(const WriterOptions& options);
  void set_header(const WriterOptions& options);
  void store_errors(const std::vector<SectorRange>& bad);
  void store_digest(const char* name, const base::Buffer& digest);
  std::filesystem::path segment(unsigned number) const;
  void start_writeback();
  [[noreturn]] void fail(const std::string& attempt);

  std::filesystem::path folder_;
  std::string stem_;
  std::unique_ptr<Handle> handle_;
  unsigned segment_ = 1;
  std::uint64_t bytes_since_writeback_ = 0;
};

}  // namespace image
