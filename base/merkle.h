// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 §2.1 (hashing as in RFC 9162 §2.1), as pure functions over SHA-256.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.h"

namespace base {

Digest leaf_hash(Bytes entry);                              // SHA-256(0x00 || entry)
Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 || left || right)
Digest merkle_root(std::span<const Digest> leaves);         // over leaf hashes; SHA-256("") when empty
std::vector<Digest> inclusion_path(std::span<const Digest> leaves, std::uint64_t index);  // leaf side first
std::vector<Digest> consistency_path(std::span<const Digest> leaves, std::uint64_t first);

// RFC 9162 §2.1.3.2 and §2.1.4.2. False for every malformed proof; never throws.
bool check_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf,
                     std::span<const Digest> path, const Digest& root);
bool check_consistency(std::uint64_t first, std::uint64_t second, const Digest& first_root,
                       const Digest& second_root, std::span<const Digest> path);

// The append state of a tree: one hash per set bit of its size. Appending and the root cost O(log size).
class CompactRange {
 public:
  CompactRange() = default;
  // REQUIRES: one hash per set bit of size, largest subtree first.
  CompactRange(std::uint64_t size, std::vector<Digest> nodes);
  void append(const Digest& leaf);
  Digest root() const;
  std::uint64_t size() const { return size_; }
  const std::vector<Digest>& nodes() const { return nodes_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> nodes_;
};

}  // namespace base
