// SPDX-License-Identifier: Apache-2.0
// Verifiers of other projects, asked about the same bytes: golang.org/x/mod/sumdb (Debian's) and openssl.
// What they answer is asserted also where they do not notice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/cosignature.h"

namespace custody::test {

bool has_go();
bool has_openssl();

// sumdb/note: "good", "bad" (no known signature verifies, or one is broken), "no key" (of a type it knows).
std::string go_note(const std::string& note, const std::string& vkey);
// sumdb/tlog.CheckTree: whether the tree of `second` leaves continues that of `first`.
bool go_continues(std::uint64_t first, const base::Digest& first_root, std::uint64_t second,
                  const base::Digest& second_root, const std::vector<base::Digest>& proof);
// sumdb/tlog.CheckRecord: whether a leaf is in the tree.
bool go_includes(std::uint64_t index, const base::Digest& leaf, std::uint64_t size, const base::Digest& root,
                 const std::vector<base::Digest>& proof);
// `openssl pkeyutl -verify -rawin` with this raw Ed25519 key.
bool openssl_verifies(const Ed25519PublicKey& key, const std::string& message, base::Bytes signature);

}  // namespace custody::test
