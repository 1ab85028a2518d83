// SPDX-License-Identifier: Apache-2.0
// How much work a file asks for before its passphrase can be tried. A backup or a token's key may come from
// somebody else, and a number in it can make OpenSSL compute for hours. For .cpp files of this room only.
#pragma once

#include "base/bytes.h"

namespace custody {

// Whether every encrypted key among these PEM blocks can be tried within seconds; also where there is none:
// then nothing is computed.
bool is_affordable(base::Bytes pem);

}  // namespace custody
