// SPDX-License-Identifier: Apache-2.0
// A fixed number of blocks that go round: reader, digests, compressors, writer. They are all the memory that
// a pipeline takes, whatever the size of the media. Thread-safe; blocks may outlive the pool.
#pragma once

#include <cstddef>
#include <memory>

#include "base/bytes.h"

namespace image {

// Page-aligned, as O_DIRECT asks.
class Block {
 public:
  explicit Block(std::size_t bytes);
  std::span<std::byte> bytes() { return {data_.get(), size_}; }

 private:
  struct Release {
    void operator()(std::byte* data) const;
  };
  std::unique_ptr<std::byte, Release> data_;
  std::size_t size_;
};

class BlockPool {
 public:
  BlockPool(std::size_t count, std::size_t block_bytes);
  // Waits until one is free. It comes back when the last holder lets it go.
  std::shared_ptr<Block> take();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

inline constexpr std::size_t kBlockBytes = 1u << 20;
// Threads for work that is spread over the cores: at least 2, at most 16.
unsigned default_workers();

}  // namespace image
