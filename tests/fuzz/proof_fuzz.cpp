// SPDX-License-Identifier: Apache-2.0
// Proofs in Merkle trees: a path is accepted exactly where the definitions of RFC 6962 §2.1, written here as
// the recursions that they are, give the root. Slots of the state and proofs as files (C2SP tlog-proof) hold
// only what their trees hold.
#include <algorithm>
#include <bit>
#include <optional>

#include "base/merkle.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/tlog_proof.h"
#include "fixed_keys.h"
#include "promise.h"

namespace {

using base::Digest;
using fuzz::Choices;
using fuzz::must;
using Path = std::vector<Digest>;

std::uint64_t split(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k < n - k) k *= 2;
  return k;
}

Digest tree_hash(std::span<const Digest> leaves) {
  if (leaves.empty()) return base::sha256(base::Bytes());
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = split(leaves.size());
  return base::node_hash(tree_hash(leaves.first(k)), tree_hash(leaves.subspan(k)));
}

// The root to which a path leads; nothing where it has too few or too many hashes. REQUIRES: index < size.
std::optional<Digest> root_by(std::uint64_t index, std::uint64_t size, const Digest& leaf,
                              std::span<const Digest> path) {
  if (size == 1) return path.empty() ? std::optional(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const std::uint64_t k = split(size);
  const bool left = index < k;
  const auto below =
      root_by(left ? index : index - k, left ? k : size - k, leaf, path.first(path.size() - 1));
  if (!below) return std::nullopt;
  return left ? base::node_hash(*below, path.back()) : base::node_hash(path.back(), *below);
}

struct Roots {
  Digest first, second;
};
// The two roots to which a consistency path leads. REQUIRES: 0 < first <= second.
std::optional<Roots> roots_by(std::uint64_t first, std::uint64_t second, bool known, const Digest& first_root,
                              std::span<const Digest> path) {
  if (first == second) {
    if (path.size() != (known ? 0u : 1u)) return std::nullopt;
    const Digest& same = known ? first_root : path[0];
    return Roots{same, same};
  }
  if (path.empty()) return std::nullopt;
  const std::uint64_t k = split(second);
  const bool left = first <= k;
  const auto below = roots_by(left ? first : first - k, left ? k : second - k, left && known, first_root,
                              path.first(path.size() - 1));
  if (!below) return std::nullopt;
  if (left) return Roots{below->first, base::node_hash(below->second, path.back())};
  return Roots{base::node_hash(path.back(), below->first), base::node_hash(path.back(), below->second)};
}

// A hash that stands somewhere in the tree, or none of it.
Digest some_hash(std::span<const Digest> leaves, Choices& choices) {
  if (leaves.empty() || choices.next() % 8 == 0) return {};
  const std::size_t from = choices.below(leaves.size());
  const std::size_t count = 1 + choices.below(leaves.size() - from);
  return tree_hash(leaves.subspan(from, count));
}

// Numbers are taken one after another: the order in which arguments are evaluated is the compiler's to
// choose.
void change(Path& path, std::span<const Digest> leaves, Choices& choices) {
  for (std::size_t changes = choices.next() % 4; changes > 0; --changes) {
    const unsigned what = choices.next() % 5;
    const std::size_t at = choices.below(path.size() + (what == 0 || path.empty() ? 1 : 0));
    const auto place = path.begin() + static_cast<std::ptrdiff_t>(at);
    if (what == 0 || path.empty())
      path.insert(place, some_hash(leaves, choices));
    else if (what == 1)
      path.erase(place);
    else if (what == 2)
      *place = some_hash(leaves, choices);
    else if (what == 3)
      std::swap(*place, path[choices.below(path.size())]);
    else
      place->bytes[choices.next() % 32] ^= std::byte{1};
  }
}

// Often the number, else one near it or any.
std::uint64_t about(std::uint64_t number, Choices& choices) {
  const unsigned what = choices.next() % 8;
  if (what < 4) return number;
  if (what < 6) return number + choices.next() % 5u - 2;
  std::uint64_t any = 0;
  for (int i = 0; i < 8; ++i) any = any << 8 | choices.next();
  return any >> choices.next() % 64;
}

void inclusion(const Path& leaves, Choices& choices) {
  const std::uint64_t index = choices.below(leaves.size());
  Path path = base::inclusion_path(leaves, index);
  must(base::check_inclusion(index, leaves.size(), leaves[index], path, tree_hash(leaves)));
  change(path, leaves, choices);
  const std::uint64_t claimed = about(index, choices), size = about(leaves.size(), choices);
  const Digest leaf = choices.next() % 4 == 0 ? some_hash(leaves, choices) : leaves[index];
  const Digest root = tree_hash(leaves);
  const bool accepted = base::check_inclusion(claimed, size, leaf, path, root);
  must(accepted == (claimed < size && root_by(claimed, size, leaf, path) == root));
  if (accepted && size == leaves.size())
    must(leaf == leaves[claimed] && path == base::inclusion_path(leaves, claimed));
}

void consistency(const Path& leaves, Choices& choices) {
  const std::size_t size = 1 + choices.below(leaves.size());
  const Digest now = tree_hash(leaves), then = tree_hash(std::span(leaves).first(size));
  Path path = base::consistency_path(leaves, size);
  must(base::check_consistency(size, leaves.size(), then, now, path));
  change(path, leaves, choices);
  const std::uint64_t first = about(size, choices), second = about(leaves.size(), choices);
  const Digest claimed = choices.next() % 4 == 0 ? some_hash(leaves, choices) : then;
  const bool accepted = base::check_consistency(first, second, claimed, now, path);
  bool expected = first > 0 && first <= second;
  if (expected) {
    const auto roots = roots_by(first, second, true, claimed, path);
    expected = roots && roots->first == claimed && roots->second == now;
  }
  must(accepted == expected);
  if (accepted && first == size && second == leaves.size())
    must(claimed == then && path == base::consistency_path(leaves, size));
}

void range(const Path& leaves, Choices& choices) {
  const std::size_t size = choices.below(leaves.size() + 1);
  base::CompactRange first;
  for (std::size_t i = 0; i < size; ++i) first.append(leaves[i]);
  must(first.root() == tree_hash(std::span(leaves).first(size)));
  base::CompactRange second(first.size(), first.nodes());
  for (std::size_t i = size; i < leaves.size(); ++i) second.append(leaves[i]);
  must(second.size() == leaves.size() && second.root() == tree_hash(leaves));
}

void slot(const Path& leaves, Choices& choices) {
  custody::CaseState state;
  const std::size_t uids = 1 + choices.next() % 9;
  const auto uid_of = [](std::size_t number) { return std::string(31, '0') + "0123456789"[number]; };
  for (std::size_t i = 0; i < uids; ++i) state.advance(uid_of(i), leaves[i % leaves.size()]);
  const custody::SlotProof right = state.proof(uid_of(choices.next() % uids));
  must(custody::check_slot(right, state.root()));
  custody::SlotProof claimed = right;
  change(claimed.path, leaves, choices);
  claimed.index = about(right.index, choices);
  claimed.slots = about(right.slots, choices);
  claimed.slot.n = about(right.slot.n, choices);
  if (choices.next() % 4 == 0) claimed.slot.exhibit_uid = uid_of(choices.next() % 10);
  if (choices.next() % 4 == 0) claimed.slot.head_body_sha256 = some_hash(leaves, choices);
  if (!custody::check_slot(claimed, state.root())) return;
  must(state.find(claimed.slot.exhibit_uid) != nullptr);
  const custody::SlotProof proven = state.proof(claimed.slot.exhibit_uid);
  must(claimed.index == proven.index && claimed.slots == proven.slots && claimed.path == proven.path);
  must(canonical(claimed.slot) == canonical(proven.slot));
}

std::string changed_text(std::string text, Choices& choices) {
  for (std::size_t changes = choices.next() % 4; changes > 0 && !text.empty(); --changes) {
    const std::size_t at = choices.below(text.size());
    const unsigned what = choices.next() % 3;
    if (what == 0) text[at] = static_cast<char>(choices.next());
    if (what == 1) text.erase(at, 1 + choices.next() % 60);
    if (what == 2) text.insert(at, base::as_text(choices.take(choices.next() % 60)));
  }
  return text;
}

void file(const Path& leaves, Choices& choices) {
  const custody::Checkpoint checkpoint{fuzz::kOrigin, leaves.size(), tree_hash(leaves)};
  const std::string note = custody::format_note(fuzz::signed_note(checkpoint.text()));
  const std::uint64_t index = choices.below(leaves.size());
  custody::TlogProof proof = custody::prove_leaf(leaves, index, base::as_bytes(note));
  change(proof.path, leaves, choices);
  proof.index = about(index, choices);
  const std::string text = changed_text(custody::format_tlog_proof(proof), choices);
  const Digest leaf = choices.next() % 4 == 0 ? some_hash(leaves, choices) : leaves[index];
  try {
    proof = custody::parse_tlog_proof(base::as_bytes(text));
    must(custody::format_tlog_proof(proof) == text);
    must(custody::check_tlog_proof(proof, leaf, {&fuzz::ledger_key(), 1}) == checkpoint);
    must(proof.index < leaves.size() && leaf == leaves[proof.index]);
    must(proof.path == base::inclusion_path(leaves, proof.index));
  } catch (const custody::NoteError&) {
    must(text != custody::format_tlog_proof(custody::prove_leaf(leaves, index, base::as_bytes(note))) ||
         leaf != leaves[index]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(fuzz::bytes_of(data, size));
  const unsigned what = choices.next() % 5;
  const std::size_t count = 1 + choices.below(40);
  const unsigned different = choices.next();  // below the number of leaves, some are equal
  Path leaves;
  for (std::size_t i = 0; i < count; ++i) {
    const auto content = static_cast<std::byte>(i % (1 + different));
    leaves.push_back(base::leaf_hash({&content, 1}));
  }
  if (what == 0) inclusion(leaves, choices);
  if (what == 1) consistency(leaves, choices);
  if (what == 2) range(leaves, choices);
  if (what == 3) slot(leaves, choices);
  if (what == 4) file(leaves, choices);
  return 0;
}
