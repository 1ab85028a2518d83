// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/leaf.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <optional>

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

// What canonical() writes has one form, in which everything but the number stands at its place.
class LeafReader {
 public:
  explicit LeafReader(std::string_view text) : rest_(text) {}
  std::optional<Leaf> read() {
    Leaf leaf;
    const bool good = word(R"({"body_sha256":")") && digest(leaf.body_sha256) && word(R"(","prev":")") &&
                      digest(leaf.prev) && word(R"(","seq":)") && number(leaf.seq) &&
                      word(R"(,"sigs_sha256":")") && digest(leaf.sigs_sha256) && word(R"(","state":")") &&
                      digest(leaf.state) && word(R"(","v":")") && word(kLeafVersion) && word(R"("})");
    return good && rest_.empty() ? std::optional(leaf) : std::nullopt;
  }

 private:
  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool digest(base::Digest& into) {
    try {
      into = base::digest_from_hex(rest_.substr(0, 64));
      rest_.remove_prefix(64);
      return true;
    } catch (const std::invalid_argument&) {
      return false;
    }
  }
  // Fifteen digits are within 2^53, as the profile wants it; a longer number is read the other way.
  bool number(std::uint64_t& into) {
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + std::min<std::size_t>(rest_.size(), 15), into);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    if (error != std::errc() || (digits > 1 && rest_[0] == '0')) return false;
    rest_.remove_prefix(digits);
    return true;
  }
  std::string_view rest_;
};

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
  if (const std::optional<Leaf> leaf = LeafReader(base::as_text(bytes)).read()) return *leaf;
  // Nearly always this says what is wrong with it.
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
  base::JsonWriter writer;
  writer.begin_object().name("head_body_sha256").text(slot.head_body_sha256.hex());
  writer.name("n").integer(static_cast<std::int64_t>(slot.n)).name("uid").text(slot.exhibit_uid).end_object();
  return writer.take();
}

bool check_slot(const SlotProof& proof, const base::Digest& state) {
  return std::has_single_bit(proof.slots) &&
         base::check_inclusion(proof.index, proof.slots,
                               base::leaf_hash(base::as_bytes(canonical(proof.slot))), proof.path, state);
}

}  // namespace custody
