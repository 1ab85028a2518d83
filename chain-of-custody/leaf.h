// SPDX-License-Identifier: Apache-2.0
// What the Merkle tree commits to: leaf.json, and in it the state of all exhibits when the entry was made.
// Leaves can be shown to everybody: they reveal how many acts there are, and nothing of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/ledger.h"

namespace custody {

inline constexpr std::string_view kLeafVersion = "holdfast-leaf/1";

struct Leaf {
  base::Digest body_sha256;
  base::Digest prev;  // RFC 6962 hash of the leaf before; zeros for the first
  std::uint64_t seq = 0;
  base::Digest sigs_sha256;
  base::Digest state;
  std::string canonical() const;
};
Leaf parse_leaf(base::Bytes bytes);  // throws JsonError

// SHA-256 over the SHA-256 digests (32 bytes each) of the signature files, in the order of the body's
// parties.
base::Digest digest_of_signatures(const std::vector<base::Buffer>& signatures);

// The slot with this uid counts the acts that touch the whole case: they can be left out of an edition no
// more than the last act on an exhibit.
inline constexpr std::string_view kCaseUid = "00000000000000000000000000000000";
bool is_exhibit_uid(std::string_view uid);  // 32 hexadecimal digits, not all zero

// One slot per exhibit in order of registration, after the slot of the case. The root is RFC 6962 over the
// slots as canonical JSON, padded with empty entries to the next power of two.
class CaseState {
 public:
  const std::vector<StateSlot>& slots() const { return slots_; }
  const StateSlot* find(std::string_view uid) const;
  // The slot's next act, whose body has this digest; a uid that is not there yet gets a new slot.
  void advance(std::string_view uid, const base::Digest& body_sha256);
  base::Digest root() const;
  SlotProof proof(std::string_view uid) const;  // REQUIRES: the uid has a slot

 private:
  void widen();
  std::vector<StateSlot> slots_;
  // The tree: hashes of the padded slots, then of the nodes over them, up to the root. So an act costs one
  // path, however many exhibits there are. Empty where there is no slot.
  std::vector<std::vector<base::Digest>> levels_;
};
std::string canonical(const StateSlot& slot);
bool check_slot(const SlotProof& proof, const base::Digest& state);

}  // namespace custody
