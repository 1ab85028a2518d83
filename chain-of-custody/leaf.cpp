// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/leaf.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/merkle.h"

namespace custody {
namespace {

base::Digest digest_member(const base::Json& object, std::string_view name) {
  try {
    return base::digest_from_hex(object.at(name).text());
  } catch (const std::invalid_argument&) {
    throw base::JsonError("the member \"" + std::string(name) + "\" is not a SHA-256 in hexadecimal");
  }
}

}  // namespace

std::string Leaf::canonical() const {
  return base::Json::object({{"body_sha256", body_sha256.hex()},
                             {"prev", prev.hex()},
                             {"seq", static_cast<std::int64_t>(seq)},
                             {"sigs_sha256", sigs_sha256.hex()},
                             {"state", state.hex()},
                             {"v", kLeafVersion}})
      .canonical();
}

Leaf parse_leaf(base::Bytes bytes) {
  const base::Json json = base::parse_profile(bytes, {1024, 2});
  Leaf leaf;
  leaf.body_sha256 = digest_member(json, "body_sha256");
  leaf.prev = digest_member(json, "prev");
  const std::int64_t seq = json.at("seq").integer();
  if (seq < 0) throw base::JsonError("the number of an entry is negative");
  leaf.seq = static_cast<std::uint64_t>(seq);
  leaf.sigs_sha256 = digest_member(json, "sigs_sha256");
  leaf.state = digest_member(json, "state");
  if (json.at("v").text() != kLeafVersion) throw base::JsonError("the leaf is of an unknown version");
  if (json.members().size() != 6) throw base::JsonError("the leaf has a member that leaves do not have");
  return leaf;
}

base::Digest digest_of_signatures(const std::vector<base::Buffer>& signatures) {
  base::Buffer digests;
  for (const base::Buffer& signature : signatures) {
    const base::Digest digest = base::sha256(signature);
    digests.insert(digests.end(), digest.bytes.begin(), digest.bytes.end());
  }
  return base::sha256(digests);
}

bool is_exhibit_uid(std::string_view uid) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return uid.size() == 32 && uid != kCaseUid && std::ranges::all_of(uid, is_digit);
}

const StateSlot* CaseState::find(std::string_view uid) const {
  const auto found = std::ranges::find(slots_, uid, &StateSlot::exhibit_uid);
  return found == slots_.end() ? nullptr : &*found;
}

void CaseState::advance(std::string_view uid, const base::Digest& body_sha256) {
  const auto found = std::ranges::find(slots_, uid, &StateSlot::exhibit_uid);
  auto index = static_cast<std::size_t>(found - slots_.begin());
  if (found == slots_.end()) {
    slots_.push_back({std::string(uid), 0, {}});
    if (levels_.empty() || slots_.size() > levels_[0].size()) widen();
  }
  StateSlot& slot = slots_[index];
  ++slot.n;
  slot.head_body_sha256 = body_sha256;
  levels_[0][index] = base::leaf_hash(base::as_bytes(canonical(slot)));
  for (std::size_t level = 1; level < levels_.size(); ++level) {
    index /= 2;
    const std::vector<base::Digest>& below = levels_[level - 1];
    levels_[level][index] = base::node_hash(below[2 * index], below[2 * index + 1]);
  }
}

// Room for the slots that there are now, all nodes made anew.
void CaseState::widen() {
  std::vector<base::Digest> hashes = levels_.empty() ? std::vector<base::Digest>() : std::move(levels_[0]);
  hashes.resize(std::bit_ceil(slots_.size()), base::leaf_hash({}));
  levels_.assign(1, std::move(hashes));
  while (levels_.back().size() > 1) {
    const std::vector<base::Digest>& below = levels_.back();
    std::vector<base::Digest> above;
    for (std::size_t i = 0; i < below.size(); i += 2)
      above.push_back(base::node_hash(below[i], below[i + 1]));
    levels_.push_back(std::move(above));
  }
}

base::Digest CaseState::root() const {
  return levels_.empty() ? base::leaf_hash({}) : levels_.back()[0];
}

SlotProof CaseState::proof(std::string_view uid) const {
  const auto found = std::ranges::find(slots_, uid, &StateSlot::exhibit_uid);
  assert(found != slots_.end());
  const auto index = static_cast<std::uint64_t>(found - slots_.begin());
  return {*found, index, levels_[0].size(), base::inclusion_path(levels_[0], index)};
}

std::string canonical(const StateSlot& slot) {
  return base::Json::object({{"head_body_sha256", slot.head_body_sha256.hex()},
                             {"n", static_cast<std::int64_t>(slot.n)},
                             {"uid", slot.exhibit_uid}})
      .canonical();
}

bool check_slot(const SlotProof& proof, const base::Digest& state) {
  return std::has_single_bit(proof.slots) &&
         base::check_inclusion(proof.index, proof.slots,
                               base::leaf_hash(base::as_bytes(canonical(proof.slot))), proof.path, state);
}

}  // namespace custody
