// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/entry_facts.h"

#include <algorithm>

#include "base/merkle.h"
#include "chain-of-custody/body.h"

namespace custody {
namespace {

constexpr std::size_t kBatch = 32;  // entries

CheckedSignature check_signature(base::Bytes der, const base::Digest& body_sha256, SignerKeys& keys) {
  CheckedSignature checked;
  try {
    ActorSignature read = read_actor_signature(der);
    checked.good = keys.verify(read, body_sha256);
    checked.read = std::move(read);
  } catch (const ProfileError& error) {
    checked.why = error.what();
  }
  return checked;
}

void read_leaf(const Entry& entry, EntryFacts& into) {
  into.leaf_hash = base::leaf_hash(entry.leaf);
  try {
    into.leaf = parse_leaf(entry.leaf);
  } catch (const base::JsonError& error) {
    into.leaf_fault = error.what();
  }
}

void read_body(const Entry& entry, EntryFacts& into) {
  const auto refuse = [&](const std::string& code, const std::string& what) {
    into.opened.reset();
    into.body_fault = {code, what};
  };
  try {
    into.opened = open_body(entry);
    into.against_table = check_act(*into.opened);
  } catch (const BodyError& error) {
    refuse(error.code, std::string("The body cannot be taken as it is: ") + error.what() + ".");
  } catch (const base::JsonError& error) {
    refuse("body.form", std::string("The body is not what it must be: ") + error.what() + ".");
  } catch (const std::invalid_argument&) {
    refuse("body.form", "The body holds a digest that is not in hexadecimal.");
  }
}

}  // namespace

EntryFacts facts_of(const Entry& entry, SignerKeys* keys) {
  EntryFacts facts;
  read_leaf(entry, facts);
  facts.signatures_sha256 = digest_of_signatures(entry.signatures);
  if (!entry.body) return facts;
  facts.body_sha256 = base::sha256(*entry.body);
  read_body(entry, facts);
  if (keys == nullptr) return facts;
  for (const base::Buffer& der : entry.signatures)
    facts.signatures.push_back(check_signature(der, facts.body_sha256, *keys));
  return facts;
}

FactsAhead::FactsAhead(std::span<const Entry> entries, std::uint64_t first_to_verify)
    : entries_(entries), first_to_verify_(first_to_verify), batches_((entries.size() + kBatch - 1) / kBatch) {
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, batches_ + 1);
  for (std::size_t i = 0; i < threads; ++i) makers_.push_back(std::make_unique<Maker>());
  for (std::size_t i = 1; i < threads; ++i) threads_.emplace_back([this, i] { work(*makers_[i]); });
}

FactsAhead::~FactsAhead() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  room_.notify_all();
}

void FactsAhead::work(Maker& maker) {
  std::unique_lock lock(mutex_);
  while (true) {
    room_.wait(lock, [this] { return stopped_ || next_ == batches_ || may_begin(); });
    if (stopped_ || next_ == batches_) return;
    make_next(lock, maker);
    ready_.notify_one();
  }
}

// REQUIRES: the lock is held, and may_begin(). While the batch is made, it is not held.
void FactsAhead::make_next(std::unique_lock<std::mutex>& lock, Maker& maker) {
  const std::size_t number = next_++;
  // Fewer are made and not taken than a maker has; so one is free.
  Batch& batch = *std::ranges::find(maker.batches, false, &Batch::in_use);
  batch.in_use = true;
  lock.unlock();
  fill(batch, number, maker.keys);
  lock.lock();
  ready_batches_[number % ready_batches_.size()] = &batch;
}

void FactsAhead::fill(Batch& batch, std::size_t number, SignerKeys& keys) const {
  const std::size_t first = number * kBatch, end = std::min(first + kBatch, entries_.size());
  batch.facts.clear();
  batch.facts.reserve(kBatch);
  try {
    for (std::size_t i = first; i < end; ++i)
      batch.facts.push_back(facts_of(entries_[i], i < first_to_verify_ ? nullptr : &keys));
  } catch (...) {
    batch.error = std::current_exception();  // the thread that takes throws it
  }
}

void FactsAhead::take_batch() {
  std::unique_lock lock(mutex_);
  if (at_hand_) at_hand_->in_use = false;
  Batch*& next = ready_batches_[taken_ % ready_batches_.size()];
  while (!next) {
    if (may_begin())
      make_next(lock, *makers_.front());
    else
      ready_.wait(lock);
  }
  at_hand_ = next;
  next = nullptr;
  used_ = 0;
  ++taken_;
  room_.notify_one();
  if (at_hand_->error) std::rethrow_exception(at_hand_->error);
}

const EntryFacts& FactsAhead::take() {
  if (!at_hand_ || used_ == at_hand_->facts.size()) take_batch();
  return at_hand_->facts[used_++];
}

}  // namespace custody
