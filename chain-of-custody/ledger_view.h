// SPDX-License-Identifier: Apache-2.0
// One ledger among several, as the others see it. For .cpp files of this room only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/note.h"

namespace custody {

struct LedgerView {
  struct Act {
    std::optional<OpenedBody> opened;  // nothing where the body is withheld or cannot be read
    std::string kind;                  // its act
    std::string body_sha256;           // as the leaf says
  };
  std::string origin, genesis;  // empty where the ledger does not begin as one
  std::vector<Act> acts;
  std::vector<base::Digest> hashes;  // of the leaves
  std::vector<LogKeySince> keys;     // of its checkpoints
  ExhibitStates custody;             // after the last act

  // "evidence.example/KK-2026/station-b, entry 7"
  std::string entry_name(std::uint64_t index) const;
  // Where an exhibit was, and how many acts there were on it, before the entry `size`.
  ExhibitStates custody_at(std::uint64_t size) const;
  struct Head {
    std::uint64_t n = 0;
    std::string body_sha256;
  };
  Head head_at(std::uint64_t size, std::string_view uid) const;
};

LedgerView view_of(const LedgerContent& content);

// A member that is text, or nothing.
std::string text_in(const base::Json& object, std::string_view name);
// A decimal number in one form, as ledgers write them; nothing for anything else.
std::optional<std::uint64_t> number_in(const base::Json& object, std::string_view name);

}  // namespace custody
