// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/cosignature.h"

#include <algorithm>

#include "base/merkle.h"

namespace custody {
namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSignatureBytes = 64;
// Beyond the year 9999 nothing can be told in words, and sums with it would overflow.
constexpr std::uint64_t kLatestTime = 253'402'300'799;

// The roots of the trees with 1, 2, … leaves.
std::vector<base::Digest> all_roots(std::span<const base::Digest> leaf_hashes) {
  std::vector<base::Digest> roots;
  roots.reserve(leaf_hashes.size());
  base::CompactRange range;
  for (const base::Digest& leaf : leaf_hashes) {
    range.append(leaf);
    roots.push_back(range.root());
  }
  return roots;
}

}  // namespace

std::uint32_t WitnessKey::id() const {
  return note_key_id(NoteKeyType::cosignature, name, key);
}
std::string WitnessKey::vkey() const {
  return format_vkey(NoteKeyType::cosignature, name, key);
}
WitnessKey parse_witness_vkey(std::string_view text) {
  NamedKey named = parse_vkey_of(NoteKeyType::cosignature, text);
  return {std::move(named.name), named.key};
}

std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + '\n' + std::string(checkpoint_text);
}

NoteSignature cosign(std::string_view checkpoint_text, const WitnessKey& key, const Ed25519PrivateKey& secret,
                     std::uint64_t time_s) {
  NoteSignature line{key.name, key.id(), {}};
  for (int shift = 56; shift >= 0; shift -= 8)
    line.signature.push_back(static_cast<std::byte>(time_s >> shift & 0xff));
  const Ed25519Signature signature = secret.sign(base::as_bytes(cosigned_message(checkpoint_text, time_s)));
  line.signature.insert(line.signature.end(), signature.begin(), signature.end());
  return line;
}

CosignatureResult check_cosignature(std::string_view checkpoint_text, const NoteSignature& line,
                                    const WitnessKey& key) {
  if (line.name != key.name || line.key_id != key.id()) return {};
  CosignatureResult result{NoteOutcome::bad, 0};
  if (line.signature.size() != kTimeBytes + kSignatureBytes) return result;
  result.time_s = base::ByteReader(line.signature).u64be();
  if (result.time_s > kLatestTime) return result;
  const std::string message = cosigned_message(checkpoint_text, result.time_s);
  if (ed25519_verifies(key.key, base::as_bytes(message), base::Bytes(line.signature).subspan(kTimeBytes)))
    result.outcome = NoteOutcome::good;
  return result;
}

CosignatureResult check_cosignatures(std::string_view checkpoint_text, std::span<const NoteSignature> lines,
                                     const WitnessKey& key) {
  CosignatureResult all;
  for (const NoteSignature& line : lines) {
    const CosignatureResult one = check_cosignature(checkpoint_text, line, key);
    if (one.outcome == NoteOutcome::other_keys) continue;
    if (one.outcome == NoteOutcome::bad) return one;
    all.time_s = all.outcome == NoteOutcome::good ? std::min(all.time_s, one.time_s) : one.time_s;
    all.outcome = NoteOutcome::good;
  }
  return all;
}

std::optional<CosignedCheckpoint> find_cosigned(std::string_view origin,
                                                std::span<const base::Digest> leaf_hashes,
                                                const NoteSignature& line, const WitnessKey& key,
                                                std::size_t reach) {
  if (line.name != key.name || line.key_id != key.id()) return {};
  const std::vector<base::Digest> roots = all_roots(leaf_hashes);
  const std::size_t last = roots.size() > reach ? roots.size() - reach : 0;
  for (std::size_t size = roots.size(); size > last; --size) {
    const Checkpoint checkpoint{std::string(origin), size, roots[size - 1]};
    const CosignatureResult found = check_cosignature(checkpoint.text(), line, key);
    if (found.outcome == NoteOutcome::good) return CosignedCheckpoint{checkpoint, found.time_s};
  }
  return {};
}

}  // namespace custody
