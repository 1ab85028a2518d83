// SPDX-License-Identifier: Apache-2.0
// What inputs of the target of time-stamps are over.
#pragma once

#include "base/digest.h"

namespace fuzz {

inline base::Digest stamped_digest() {
  return base::sha256(base::as_bytes("what is stamped"));
}

}  // namespace fuzz
