// SPDX-License-Identifier: Apache-2.0
// Seals nothing: hands the bytes through, so tests of segments need no certificates.
#pragma once

#include "base/record.h"

namespace support {

class PlainSealer final : public base::SecretSealer, public base::SecretOpener {
 public:
  base::Buffer seal(base::Bytes secret) const override { return base::to_buffer(secret); }
  base::Buffer open(base::Bytes envelope) const override { return base::to_buffer(envelope); }
};

}  // namespace support
