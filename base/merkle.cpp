// SPDX-License-Identifier: Apache-2.0
#include "base/merkle.h"

#include <bit>
#include <cassert>

namespace base {
namespace {

constexpr std::array<std::byte, 1> kLeaf{std::byte{0}};
constexpr std::array<std::byte, 1> kNode{std::byte{1}};

// The largest power of two smaller than n. REQUIRES: n > 1.
std::uint64_t split(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

// One step of the verification loops of RFC 9162: both counters go up until the next left sibling.
void climb(std::uint64_t& fn, std::uint64_t& sn) {
  while (fn != 0 && (fn & 1) == 0) {
    fn >>= 1;
    sn >>= 1;
  }
}

void subproof(std::span<const Digest> leaves, std::uint64_t first, bool known, std::vector<Digest>& path) {
  if (first == leaves.size()) {
    if (!known) path.push_back(merkle_root(leaves));
    return;
  }
  const std::uint64_t k = split(leaves.size());
  if (first <= k) {
    subproof(leaves.first(k), first, known, path);
    path.push_back(merkle_root(leaves.subspan(k)));
  } else {
    subproof(leaves.subspan(k), first - k, false, path);
    path.push_back(merkle_root(leaves.first(k)));
  }
}

}  // namespace

Digest leaf_hash(Bytes entry) {
  return sha256({kLeaf, entry});
}
Digest node_hash(const Digest& left, const Digest& right) {
  return sha256({kNode, left.bytes, right.bytes});
}

Digest merkle_root(std::span<const Digest> leaves) {
  CompactRange range;
  for (const Digest& leaf : leaves) range.append(leaf);
  return range.root();
}

std::vector<Digest> inclusion_path(std::span<const Digest> leaves, std::uint64_t index) {
  assert(index < leaves.size());
  if (leaves.size() == 1) return {};
  const std::uint64_t k = split(leaves.size());
  const bool left = index < k;
  std::vector<Digest> path =
      left ? inclusion_path(leaves.first(k), index) : inclusion_path(leaves.subspan(k), index - k);
  path.push_back(merkle_root(left ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

std::vector<Digest> consistency_path(std::span<const Digest> leaves, std::uint64_t first) {
  assert(first > 0 && first <= leaves.size());
  std::vector<Digest> path;
  subproof(leaves, first, true, path);
  return path;
}

bool check_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf,
                     std::span<const Digest> path, const Digest& root) {
  if (index >= size) return false;
  std::uint64_t fn = index, sn = size - 1;
  Digest r = leaf;
  for (const Digest& p : path) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = node_hash(p, r);
      if ((fn & 1) == 0) climb(fn, sn);
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool check_consistency(std::uint64_t first, std::uint64_t second, const Digest& first_root,
                       const Digest& second_root, std::span<const Digest> path) {
  if (first == 0 || first > second) return false;
  if (first == second) return path.empty() && first_root == second_root;
  if (path.empty()) return false;
  std::vector<Digest> steps;
  if (std::has_single_bit(first)) steps.push_back(first_root);
  steps.insert(steps.end(), path.begin(), path.end());
  std::uint64_t fn = first - 1, sn = second - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  Digest fr = steps[0], sr = steps[0];
  for (const Digest& c : std::span(steps).subspan(1)) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      if ((fn & 1) == 0) climb(fn, sn);
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == first_root && sr == second_root;
}

CompactRange::CompactRange(std::uint64_t size, std::vector<Digest> nodes)
    : size_(size), nodes_(std::move(nodes)) {
  assert(nodes_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

void CompactRange::append(const Digest& leaf) {
  Digest node = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    node = node_hash(nodes_.back(), node);
    nodes_.pop_back();
  }
  nodes_.push_back(node);
  ++size_;
}

Digest CompactRange::root() const {
  if (nodes_.empty()) return sha256(Bytes{});
  Digest root = nodes_.back();
  for (std::size_t i = nodes_.size() - 1; i-- > 0;) root = node_hash(nodes_[i], root);
  return root;
}

}  // namespace base
