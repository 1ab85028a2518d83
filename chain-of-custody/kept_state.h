// SPDX-License-Identifier: Apache-2.0
// A state of a ledger that somebody else kept: a signed checkpoint, or what stands on paper. What comes with
// the ledger itself is no such thing: whoever cut it back cut that back too. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/note.h"

namespace custody {

struct KeptState {
  std::uint64_t size = 0;
  std::string root_digits;         // hexadecimal, 40 to 64 of them
  std::optional<SignedNote> note;  // where the whole checkpoint was kept
};

// The number of entries and at least 40 digits of the root, as `ledger checkpoint` prints them: "41 9f86 d081
// …", groups apart or not. Nothing where the text is something else.
std::optional<KeptState> kept_on_paper(std::string_view text);
// Throws NoteError.
KeptState kept_checkpoint(base::Bytes note);

// Why a ledger with these leaves does not continue it, in words; empty where it does.
std::string why_not_continued(const KeptState& kept, std::span<const base::Digest> leaf_hashes,
                              const std::vector<LogKeySince>& log_keys);

}  // namespace custody
