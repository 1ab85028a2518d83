// SPDX-License-Identifier: Apache-2.0
// One released record and its proof, as a bundle carries them: two lines that give back the commitment of the
// whole record. Internal to the room.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/record.h"

namespace custody {

// The lines are no released record; `code` names the check (docs/verification.md).
class ReleaseError : public std::runtime_error {
 public:
  ReleaseError(std::string check, const std::string& what)
      : std::runtime_error(what), code(std::move(check)) {}
  std::string code;
};

struct ReleasedRecord {
  std::string citation, pseudonym;  // pseudonym may be empty
  std::size_t segment = 0;          // from 1
  bool redacted = false;
  base::Digest commitment;
  base::Record record;                // the released members
  std::vector<base::RecordId> named;  // records that its members name
};

// Throws ReleaseError, or base::JsonError where a line is not canonical.
ReleasedRecord read_released(base::Bytes record_line, base::Bytes proof_line);

}  // namespace custody
