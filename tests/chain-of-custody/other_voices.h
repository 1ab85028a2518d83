// SPDX-License-Identifier: Apache-2.0
// Other verifiers, asked about the same bytes: golang.org/x/mod/sumdb (Debian's), openssl, and the second
// verifier of tests/second. What they answer is asserted also where they do not notice; docs/attacks.md has
// it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/cosignature.h"
#include "chain-of-custody/verify.h"

namespace custody::test {

// Where one is not there, the test that looked is skipped in words (tests/support/programs.h), also where it
// goes on without it.
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

// `openssl cms -verify -cades`: one signature over these bytes. `lists` is PEM that it gets beside the
// certificates that it is to trust.
bool openssl_cms_accepts(base::Bytes signature, base::Bytes content, const TrustAnchors& trusted,
                         const std::string& lists = {}, const std::string& options = {});

// A whole ledger before programs that know a signature, a note and a tree, and nothing of acts: every
// signature with openssl, the checkpoint with sumdb/note, the last leaf under it with sumdb/tlog.
bool has_stock_tools();
std::string stock_tools(const LedgerContent& content, const TrustAnchors& trusted,
                        const Ed25519PublicKey& log_key);
inline constexpr char kStockToolsNoticeNothing[] =
    "openssl cms accepts, sumdb/note accepts, sumdb/tlog accepts";

// tests/second/verify.py of a ledger's folder: the verdict, and the codes behind it, in one line.
bool has_second_verifier();
std::string second_verifier(const std::filesystem::path& folder, const TrustAnchors& trusted);

}  // namespace custody::test
