// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/signatures_ahead.h"

#include <algorithm>

namespace custody {
namespace {

// A thread takes as many entries at once: waking each other costs as much as a few signatures.
constexpr std::size_t kBatch = 32;
constexpr std::size_t kAhead = 64 * kBatch;

}  // namespace

CheckedSignature check_signature(base::Bytes der, base::Bytes body, SignerKeys& keys) {
  CheckedSignature checked;
  try {
    ActorSignature read = read_actor_signature(der);
    checked.good = keys.verify(read, body);
    checked.read = std::move(read);
  } catch (const ProfileError& error) {
    checked.why = error.what();
  }
  return checked;
}

SignaturesAhead::SignaturesAhead(std::span<const Entry> entries, unsigned threads)
    : entries_(entries), slots_(std::min(kAhead, entries.size())) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) threads_.emplace_back([this] { work(); });
}

SignaturesAhead::~SignaturesAhead() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  room_.notify_all();
}

void SignaturesAhead::work() {
  SignerKeys keys;
  std::unique_lock lock(mutex_);
  while (true) {
    room_.wait(lock,
               [this] { return stopped_ || next_ >= entries_.size() || next_ < taken_ + kAhead - kBatch; });
    if (stopped_ || next_ >= entries_.size()) return;
    const std::size_t first = next_;
    next_ = std::min(first + kBatch, entries_.size());
    const std::size_t end = next_;
    lock.unlock();
    std::vector<std::vector<CheckedSignature>> batch(end - first);
    for (std::size_t i = first; i < end; ++i) {
      if (!entries_[i].body) continue;
      for (const base::Buffer& der : entries_[i].signatures)
        batch[i - first].push_back(check_signature(der, *entries_[i].body, keys));
    }
    lock.lock();
    for (std::size_t i = first; i < end; ++i) {
      Slot& slot = slots_[i % slots_.size()];
      slot.signatures = std::move(batch[i - first]);
      slot.done = true;
    }
    ready_.notify_one();
  }
}

std::vector<CheckedSignature> SignaturesAhead::take() {
  std::unique_lock lock(mutex_);
  Slot& slot = slots_[taken_ % slots_.size()];
  ready_.wait(lock, [&] { return slot.done; });
  slot.done = false;
  std::vector<CheckedSignature> signatures = std::move(slot.signatures);
  slot.signatures.clear();
  if (++taken_ % kBatch == 0) room_.notify_all();
  return signatures;
}

}  // namespace custody
