// SPDX-License-Identifier: Apache-2.0
#include "image/chunk_cache.h"

namespace image {

ChunkCache::Chunk ChunkCache::find(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(number);
  if (place == places_.end()) return nullptr;
  order_.splice(order_.begin(), order_, place->second);
  return place->second->second;
}

void ChunkCache::keep(std::uint64_t number, Chunk chunk) {
  const std::lock_guard lock(mutex_);
  if (places_.contains(number)) return;
  bytes_ += chunk->size();
  order_.emplace_front(number, std::move(chunk));
  places_[number] = order_.begin();
  while (bytes_ > kMostBytes && order_.size() > 1) {
    bytes_ -= order_.back().second->size();
    places_.erase(order_.back().first);
    order_.pop_back();
  }
}

}  // namespace image
