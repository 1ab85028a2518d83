// SPDX-License-Identifier: Apache-2.0
// Reads and verifies the signatures of a ledger's entries by several threads, ahead of the one that follows
// the ledger: what takes the time of a verification. Memory is bounded whatever the ledger's length. The
// results are taken by one thread, in order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct CheckedSignature {
  std::optional<ActorSignature> read;  // absent where the profile is not kept
  bool good = false;                   // for the entry's body
  std::string why;                     // in words, where it is absent
};
// One signature, by the calling thread. REQUIRES: `keys` is used by this thread only.
CheckedSignature check_signature(base::Bytes der, base::Bytes body, SignerKeys& keys);

class SignaturesAhead {
 public:
  // `entries` outlive it.
  SignaturesAhead(std::span<const Entry> entries, unsigned threads);
  ~SignaturesAhead();
  SignaturesAhead(const SignaturesAhead&) = delete;

  // Those of the next entry: none where it has no body. Waits until they are done.
  std::vector<CheckedSignature> take();

 private:
  struct Slot {
    std::vector<CheckedSignature> signatures;
    bool done = false;
  };
  void work();

  std::span<const Entry> entries_;
  std::vector<Slot> slots_;  // a ring
  std::mutex mutex_;
  std::condition_variable room_, ready_;
  std::size_t next_ = 0, taken_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace custody
