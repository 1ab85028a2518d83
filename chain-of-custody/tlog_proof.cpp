// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/tlog_proof.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "base/merkle.h"

namespace custody {
namespace {

constexpr std::size_t kMaximalPath = 64;  // a tree has fewer than 2^64 leaves

// Takes one line off the front, without its end.
std::string_view take_line(std::string_view& left) {
  const std::size_t end = left.find('\n');
  if (end == left.npos) throw NoteError("a line of the proof does not end");
  const std::string_view line = left.substr(0, end);
  left.remove_prefix(end + 1);
  return line;
}

std::uint64_t parse_index(std::string_view line) {
  constexpr std::string_view kIndex = "index ";
  if (line.starts_with("extra ")) throw NoteError("the proof has a line `extra`, which nobody signs");
  if (!line.starts_with(kIndex)) throw NoteError("the proof names no index");
  line.remove_prefix(kIndex.size());
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), index);
  // One number has one form: no sign, no leading zero.
  if (error != std::errc() || end != line.data() + line.size() || std::to_string(index) != line)
    throw NoteError("the proof's index is not a number");
  return index;
}

base::Digest parse_hash(std::string_view line) {
  try {
    const base::Buffer bytes = base::from_base64(line);
    base::Digest digest;
    if (bytes.size() != digest.bytes.size()) throw NoteError("a hash of the proof does not have 32 bytes");
    std::ranges::copy(bytes, digest.bytes.begin());
    return digest;
  } catch (const std::invalid_argument&) {
    throw NoteError("a hash of the proof is not base64");
  }
}

}  // namespace

TlogProof parse_tlog_proof(base::Bytes text) {
  if (text.size() > kMaximalTlogProof) throw NoteError("the proof is larger than a proof may be");
  std::string_view left = base::as_text(text);
  if (take_line(left) != kTlogProofVersion) throw NoteError("it is no proof of tlog-proof@v1");
  TlogProof proof;
  proof.index = parse_index(take_line(left));
  for (std::string_view line = take_line(left); !line.empty(); line = take_line(left)) {
    if (proof.path.size() == kMaximalPath) throw NoteError("the proof has too many hashes");
    proof.path.push_back(parse_hash(line));
  }
  proof.checkpoint = base::to_buffer(base::as_bytes(left));
  parse_checkpoint(parse_note(proof.checkpoint).text);
  return proof;
}

std::string format_tlog_proof(const TlogProof& proof) {
  std::string text(kTlogProofVersion);
  text += "\nindex " + std::to_string(proof.index) + '\n';
  for (const base::Digest& digest : proof.path) text += base::to_base64(digest.bytes) + '\n';
  text += '\n';
  text += base::as_text(proof.checkpoint);
  return text;
}

TlogProof prove_leaf(std::span<const base::Digest> leaf_hashes, std::uint64_t index,
                     base::Bytes checkpoint_note) {
  const Checkpoint checkpoint = parse_checkpoint(parse_note(checkpoint_note).text);
  assert(index < checkpoint.size && checkpoint.size <= leaf_hashes.size());
  return {index, base::inclusion_path(leaf_hashes.first(checkpoint.size), index),
          base::to_buffer(checkpoint_note)};
}

Checkpoint check_tlog_proof(const TlogProof& proof, const base::Digest& leaf_hash,
                            std::span<const NoteKey> keys) {
  const SignedNote note = parse_note(proof.checkpoint);
  const Checkpoint checkpoint = parse_checkpoint(note.text);
  const auto has_signed = [&](const NoteKey& key) {
    return key.name == checkpoint.origin && check_note(note, key) == NoteOutcome::good;
  };
  if (std::ranges::none_of(keys, has_signed))
    throw NoteError("the checkpoint is not signed with the key of " + checkpoint.origin);
  if (!base::check_inclusion(proof.index, checkpoint.size, leaf_hash, proof.path, checkpoint.root))
    throw NoteError("the leaf is not in the tree that the checkpoint speaks of");
  return checkpoint;
}

}  // namespace custody
