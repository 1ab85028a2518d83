// SPDX-License-Identifier: Apache-2.0
// A few inflated chunks, for readers that ask for parts of them. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/bytes.h"

namespace image {

class ChunkCache {
 public:
  using Chunk = std::shared_ptr<const base::Buffer>;
  Chunk find(std::uint64_t number);  // nullptr where it is not kept
  void keep(std::uint64_t number, Chunk chunk);

 private:
  static constexpr std::size_t kMostBytes = 8u << 20;
  using Order = std::list<std::pair<std::uint64_t, Chunk>>;
  std::mutex mutex_;
  Order order_;  // most recently used first
  std::unordered_map<std::uint64_t, Order::iterator> places_;
  std::size_t bytes_ = 0;
};

}  // namespace image
