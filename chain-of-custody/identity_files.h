// SPDX-License-Identifier: Apache-2.0
// What lies in an identity's folder, and how keys come to be. For .cpp files of this room only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chain-of-custody/identity.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {

class SigningKey;

inline constexpr char kSignKeyFile[] = "sign.key.pem";  // absent where a token holds the key
inline constexpr char kSignCertificateFile[] = "sign.cert.pem";
inline constexpr char kSignChainFile[] = "sign.chain.pem";  // issuers, where there are some
inline constexpr char kSealKeyFile[] = "seal.key.pem";
inline constexpr char kSealCertificateFile[] = "seal.cert.pem";
inline constexpr char kTokenFile[] = "sign.token.json";
inline constexpr char kRetiredFile[] = "retired";  // the time
inline constexpr char kFormerFolder[] = "former";  // certificates that were replaced

void check_identity_name(const std::string& name);
// Makes the folder, 0700. Error(conflict) where there is one of that name.
std::filesystem::path make_home(const std::filesystem::path& folder, const std::string& name);
std::optional<TokenPlace> token_of(const std::filesystem::path& home);
void write_token(const std::filesystem::path& home, const TokenPlace& place);

KeyHandle generate_key(KeyKind kind);
// The signing key, in its file or on its token, whether or not the identity is retired.
std::unique_ptr<SigningKey> unlock_signing_key(const std::filesystem::path& folder, const std::string& name,
                                               const std::function<std::string()>& passphrase);
// Makes the pair to receive sealed things with: P-256, self-signed.
void make_sealing_pair(const std::filesystem::path& home, const IdentityRequest& request,
                       const std::string& passphrase);

}  // namespace custody
