// SPDX-License-Identifier: Apache-2.0
// A signing key on a token, reached through PKCS#11: it signs there and never leaves it. For .cpp files of
// this room only.
#pragma once

#include <functional>
#include <memory>

#include "chain-of-custody/signer_key.h"

namespace custody {

// Logs in with the PIN that `pin` returns, and finds the one key that the URI names. Other keys on the token,
// of whatever kind, do not matter. `certificate` may be empty: it tells the public key where the token does
// not. Throws Error(crypto or not_found).
std::unique_ptr<SigningKey> token_key(const TokenPlace& place, const std::function<std::string()>& pin,
                                      base::Bytes certificate = {});
// The certificate that lies beside the key: DER, empty where there is none. Needs no PIN.
base::Buffer token_certificate(const TokenPlace& place);

}  // namespace custody
