// SPDX-License-Identifier: Apache-2.0
// Roots over the first 1, 2, 3 … leaves of a ledger: what it was when somebody else saw it. They are computed
// when the first is asked for; most ledgers are never asked. Thread rule: one thread.
#pragma once

#include <span>
#include <vector>

#include "base/merkle.h"
#include "chain-of-custody/ledger.h"

namespace custody {

class PrefixRoots {
 public:
  // `entries` outlive it.
  explicit PrefixRoots(std::span<const Entry> entries) : entries_(entries) {}

  // Whether the first `size` leaves have this root. Nothing has where `size` is 0 or beyond the last.
  bool had(std::uint64_t size, const base::Digest& root) {
    if (roots_.empty()) compute();
    return size >= 1 && size <= roots_.size() && roots_[size - 1] == root;
  }
  std::uint64_t size() const { return entries_.size(); }

 private:
  void compute() {
    base::CompactRange tree;
    roots_.reserve(entries_.size());
    for (const Entry& entry : entries_) {
      tree.append(base::leaf_hash(entry.leaf));
      roots_.push_back(tree.root());
    }
  }
  std::span<const Entry> entries_;
  std::vector<base::Digest> roots_;
};

}  // namespace custody
