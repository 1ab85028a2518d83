// SPDX-License-Identifier: Apache-2.0
#include "acquire/read_ahead.h"

#include <algorithm>

namespace acquire {

ReadAhead::ReadAhead(Source& source, std::uint64_t from, image::BlockPool& pool, unsigned in_flight)
    : source_(source), pool_(pool), asked_(from), in_flight_(in_flight) {
  for (unsigned i = 0; i < in_flight; ++i) readers_.emplace_back([this] { run(); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& reader : readers_) reader.join();
}

// Blocks are taken here, by the one who consumes them: readers never wait for a block while holding another.
void ReadAhead::fill() {
  const std::uint64_t total = source_.facts().bytes;
  while (slots_.size() < in_flight_ && asked_ < total) {
    auto slot = std::make_shared<Slot>();
    slot->piece.block = pool_.take();
    slot->piece.offset = asked_;
    slot->piece.bytes =
        slot->piece.block->bytes().first(std::min<std::uint64_t>(image::kBlockBytes, total - asked_));
    asked_ += slot->piece.bytes.size();
    const std::lock_guard lock(mutex_);
    slots_.push_back(std::move(slot));
  }
  changed_.notify_all();
}

std::optional<ReadAhead::Piece> ReadAhead::next() {
  fill();
  if (slots_.empty()) return std::nullopt;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return slots_.front()->done; });
  const auto slot = slots_.front();
  slots_.pop_front();
  lock.unlock();
  if (slot->failure) std::rethrow_exception(slot->failure);
  return std::move(slot->piece);
}

void ReadAhead::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto waiting = [this] {
      return std::find_if(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot->started; });
    };
    changed_.wait(lock, [&] { return stopping_ || waiting() != slots_.end(); });
    if (stopping_) return;
    const auto slot = *waiting();
    slot->started = true;
    lock.unlock();
    try {
      slot->piece.result = source_.read_at(slot->piece.offset, slot->piece.bytes);
    } catch (...) {
      slot->failure = std::current_exception();
    }
    lock.lock();
    slot->done = true;
    changed_.notify_all();
  }
}

}  // namespace acquire
