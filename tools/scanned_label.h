// SPDX-License-Identifier: Apache-2.0
// What the QR code on an exhibit's label says: docs/labels.md. A scanner types it where a label is asked for.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "chain-of-custody/ledger.h"

namespace tools {

struct ScannedLabel {
  std::string case_id, label, uid;
};

std::string text_of(const ScannedLabel& label);  // "HOLDFAST:1:KK-2026:KK-A-0007:d7b9…"
// Whether the text is of a label that was scanned, and not a label that was typed.
bool is_scanned(std::string_view text);
// Throws Error(usage) where it is damaged, or of a version that is not known.
ScannedLabel read_scanned(std::string_view text);

// Throws Error(conflict) unless the exhibit is of that case, and bears that label and uid now.
void require_same(const ScannedLabel& scanned, const custody::ExhibitView& exhibit);
// Where no exhibit here has the uid.
base::Error not_of_this_case(const ScannedLabel& scanned);

}  // namespace tools
