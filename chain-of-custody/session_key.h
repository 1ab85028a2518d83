// SPDX-License-Identifier: Apache-2.0
// The key of a session: P-256 with a certificate that vouches for itself, made when the session is opened. It
// signs while nobody is there to give a passphrase, so it lies unencrypted, 0600, in a folder outside the
// case, as <SHA-256 of its certificate>.key.pem; it is deleted when the session is closed, or found to have
// ended. docs/keys.md says what that means. Thread rule: one thread per folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "chain-of-custody/identity.h"
#include "chain-of-custody/sessions.h"

namespace custody {

// Makes key and certificate, valid until then; the key is durable on return. Returns the certificate, DER,
// for session_opening of sessions.h. Throws Error(usage) where the opener's own certificate ends before.
base::Buffer make_session_key(const std::filesystem::path& folder, const Signer& opener,
                              std::int64_t until_us);
bool has_session_key(const std::filesystem::path& folder, const Session& session);
// Who signs for it. Throws Error where the key is gone or another's.
std::unique_ptr<Signer> session_signer(const std::filesystem::path& folder, const Session& session);

// Whether it can sign at that time, as far as the ledger says.
bool is_open(const Session& session, std::int64_t now_us);
// Deletes the keys there that can sign no more: of sessions that are over, and of those that no entry opened,
// as after a power cut. REQUIRES: the folder is of this ledger alone.
void drop_ended_keys(const std::filesystem::path& folder, const Sessions& sessions, std::int64_t now_us);

}  // namespace custody
