// SPDX-License-Identifier: Apache-2.0
#include "image/blocks.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace image {
namespace {

constexpr std::align_val_t kPage{4096};

}  // namespace

Block::Block(std::size_t bytes) : data_(static_cast<std::byte*>(operator new(bytes, kPage))), size_(bytes) {}
void Block::Release::operator()(std::byte* data) const {
  operator delete(data, kPage);
}

struct BlockPool::State {
  std::mutex mutex;
  std::condition_variable returned;
  std::vector<std::unique_ptr<Block>> free;
};

BlockPool::BlockPool(std::size_t count, std::size_t block_bytes) : state_(std::make_shared<State>()) {
  for (std::size_t i = 0; i < count; ++i) state_->free.push_back(std::make_unique<Block>(block_bytes));
}

std::shared_ptr<Block> BlockPool::take() {
  std::unique_lock lock(state_->mutex);
  state_->returned.wait(lock, [this] { return !state_->free.empty(); });
  Block* block = state_->free.back().release();
  state_->free.pop_back();
  lock.unlock();
  return {block, [state = state_](Block* back) {
            {
              const std::lock_guard relock(state->mutex);
              state->free.emplace_back(back);
            }
            state->returned.notify_one();
          }};
}

unsigned default_workers() {
  return std::clamp(std::thread::hardware_concurrency(), 2u, 16u);
}

}  // namespace image
