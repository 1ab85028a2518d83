// SPDX-License-Identifier: Apache-2.0
// Checkpoints that the verifier kept from earlier: a ledger that is shown now must have had that root at that
// size, or its past was changed. An edition shows all leaves, so it is compared like a whole ledger.
#pragma once

#include <filesystem>
#include <vector>

#include "chain-of-custody/note.h"

namespace custody {

struct TrustAnchors;
struct VerifyReport;
struct LedgerContent;
class LedgerCheck;
enum class Coverage;

struct KnownCheckpoint {
  SignedNote note;
  Checkpoint checkpoint;
};
// Error(format) where the file holds no checkpoint.
KnownCheckpoint load_checkpoint(const std::filesystem::path& file);

// Adds the check `tree.consistency` for each known checkpoint of this ledger. `check` has followed all
// entries.
void compare_with_known(const std::vector<KnownCheckpoint>& known, const LedgerContent& content,
                        Coverage coverage, const LedgerCheck& check, VerifyReport& report);
// Says which of the known checkpoints no ledger was compared with.
void name_uncompared(const std::vector<KnownCheckpoint>& known, VerifyReport& report);

}  // namespace custody
