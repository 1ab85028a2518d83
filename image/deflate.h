// SPDX-License-Identifier: Apache-2.0
// One chunk of media as an E01 holds it: a zlib stream, or as it is with its Adler-32. Not for use by two
// threads at once; each thread has a packer of its own (300 KiB).
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace image {

struct PackedChunk {
  base::Bytes bytes;  // of the packer's output or, where `stored`, of the input
  bool stored = false;
  std::uint32_t checksum = 0;  // Adler-32 of the input, where `stored`
};

class ChunkPacker {
 public:
  explicit ChunkPacker(std::size_t chunk_bytes);
  ~ChunkPacker();
  // Packs `chunk` into `room`. REQUIRES: room.size() >= chunk.size() and >= 256.
  PackedChunk pack(base::Bytes chunk, std::span<std::byte> room);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The zlib stream of a short text.
base::Buffer deflate_text(base::Bytes text);

// True where compressing is very likely to gain nothing: a sample has nearly even byte frequencies and no
// repetition. A guess: either answer gives a correct image.
bool looks_incompressible(base::Bytes chunk);

}  // namespace image
