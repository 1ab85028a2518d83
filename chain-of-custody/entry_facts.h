// SPDX-License-Identifier: Apache-2.0
// What an entry shows by itself, whatever came before it: its parts read, their digests, whether its
// signatures are good. This takes nearly all the time of a verification, so several threads do it ahead of
// the one that follows the ledger. Memory is bounded whatever the ledger's length.
#pragma once

#include <array>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct CheckedSignature {
  std::optional<ActorSignature> read;  // absent where the profile is not kept
  bool good = false;                   // for the entry's body
  std::string why;                     // in words, where it is absent
};

// A check that an entry fails by itself.
struct EntryFault {
  std::string code, what;
};

struct EntryFacts {
  std::optional<Leaf> leaf;
  std::string leaf_fault;  // where there is none
  base::Digest leaf_hash, signatures_sha256;
  // The rest is there where the entry has its body.
  base::Digest body_sha256;
  std::optional<OpenedBody> opened;
  std::optional<EntryFault> body_fault;    // where it is not opened
  std::vector<std::string> against_table;  // sentences: what the act must not have, or lacks
  std::vector<CheckedSignature> signatures;
};

// By the calling thread. `keys` may be null: then no signature is read. REQUIRES: it is used by this thread
// only.
EntryFacts facts_of(const Entry& entry, SignerKeys* keys);

// One thread takes, in order; it works with the others where it would wait for them.
class FactsAhead {
 public:
  // `entries` outlive it. Signatures of the entries before `first_to_verify` are not read.
  FactsAhead(std::span<const Entry> entries, std::uint64_t first_to_verify = 0);
  ~FactsAhead();
  FactsAhead(const FactsAhead&) = delete;

  // Those of the next entry; they stay until the next call.
  const EntryFacts& take();

 private:
  // A few entries: waking each other costs as much as a few signatures.
  static constexpr std::size_t kMostAhead = 16;  // batches
  struct Batch {
    std::vector<EntryFacts> facts;
    std::exception_ptr error;  // of no entry's doing
    bool in_use = false;
  };
  // What one thread made is unmade by it too, when it needs room: memory has its owner.
  struct Maker {
    SignerKeys keys;
    std::array<Batch, kMostAhead + 1> batches;  // one is at hand
  };
  bool may_begin() const { return next_ < batches_ && next_ < taken_ + ready_batches_.size(); }
  void work(Maker& maker);
  void make_next(std::unique_lock<std::mutex>& lock, Maker& maker);
  void fill(Batch& batch, std::size_t number, SignerKeys& keys) const;
  void take_batch();

  std::span<const Entry> entries_;
  std::uint64_t first_to_verify_;
  std::size_t batches_;
  std::vector<std::unique_ptr<Maker>> makers_;  // the first is the thread that takes
  Batch* at_hand_ = nullptr;
  std::size_t used_ = 0;  // of those at hand

  std::mutex mutex_;  // guards what follows, and who uses a batch
  std::condition_variable room_, ready_;
  std::array<Batch*, kMostAhead> ready_batches_{};  // a ring: made and not taken
  std::size_t next_ = 0, taken_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace custody
