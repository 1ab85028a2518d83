// SPDX-License-Identifier: Apache-2.0
// Which witnesses a verifier knows, and how many of them must have cosigned: C2SP tlog-policy files. Part of
// the verifier's own trust, never read from the evidence.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chain-of-custody/cosignature.h"

namespace custody {

struct Policy {
  struct Witness {
    std::string name;  // in the policy only; others may call it otherwise
    WitnessKey key;
  };
  // Witnessed where at least `needed` of the members are. Members stand before the group.
  struct Group {
    std::string name;
    std::size_t needed = 0;
    std::vector<std::string> members;
  };
  std::vector<NoteKey> logs;  // none: the ledgers are known from elsewhere
  std::vector<Witness> witnesses;
  std::vector<Group> groups;
  std::string quorum;  // a witness or group; empty where the policy says `none`

  // Whether witnesses with these keys are enough. Keys are counted, not names.
  bool is_met_by(const std::set<Ed25519PublicKey>& keys) const;
};

// Throws NoteError, with the number of the line. Two keys that are the same under two names are refused, and
// so is a name that is counted in two places.
Policy parse_policy(std::string_view text);

}  // namespace custody
