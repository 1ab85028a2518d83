// SPDX-License-Identifier: Apache-2.0
// What an entry shows by itself, whatever came before it: its parts read, their digests, whether its
// signatures are good. This takes nearly all the time of a verification, so several threads do it ahead of
// the one that follows the ledger. Memory is bounded whatever the ledger's length.
#pragma once

#include <condition_variable>
#include <exception>
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

  // Those of the next entry.
  EntryFacts take();

 private:
  struct Batch {  // a few entries: waking each other costs as much as a few signatures
    std::vector<EntryFacts> facts;
    std::exception_ptr error;  // of no entry's doing
    bool done = false;
  };
  bool may_begin() const { return next_ < batches_ && next_ < taken_ + ring_.size(); }
  void work();
  void fill_next(std::unique_lock<std::mutex>& lock, SignerKeys& keys);
  void wait_for_next();

  std::span<const Entry> entries_;
  std::uint64_t first_to_verify_;
  SignerKeys keys_;                  // of the thread that takes
  std::vector<EntryFacts> at_hand_;  // of the batch that was taken last
  std::size_t used_ = 0;             // of those

  std::mutex mutex_;  // guards what follows
  std::condition_variable room_, ready_;
  std::vector<Batch> ring_;
  std::size_t batches_, next_ = 0, taken_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace custody
