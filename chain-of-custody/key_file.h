// SPDX-License-Identifier: Apache-2.0
// Private keys in PEM files. For .cpp files of this room only.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "chain-of-custody/openssl.h"

namespace custody {

// Reads a PKCS#8 key; asks for the passphrase once, and only where the key is encrypted. Throws Error(crypto)
// where the passphrase is wrong.
KeyHandle read_key(const std::filesystem::path& file, const std::function<std::string()>& passphrase);

// PKCS#8 in PEM form, encrypted (scrypt, AES-256) unless the passphrase is empty. Throws Error(crypto).
base::Buffer key_pem(const EVP_PKEY* key, const std::string& passphrase);

}  // namespace custody
