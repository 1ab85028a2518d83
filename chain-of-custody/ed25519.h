// SPDX-License-Identifier: Apache-2.0
// Ed25519 (RFC 8032), stricter than most: keys of low order and keys not in canonical form are refused.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace custody {

using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

// False for the 14 encodings of points of low order, under which one signature fits many messages, and for
// coordinates that are not below 2^255-19.
bool is_sound_public_key(const Ed25519PublicKey& key);

// Also false where the key is not sound, and where S is not below the group's order (RFC 8032 §5.1.7).
bool ed25519_verifies(const Ed25519PublicKey& key, base::Bytes message, base::Bytes signature);

class Ed25519PrivateKey {
 public:
  static Ed25519PrivateKey generate();
  static Ed25519PrivateKey from_seed(base::Bytes seed);              // 32 bytes
  static Ed25519PrivateKey read(const std::filesystem::path& file);  // PKCS#8 PEM; Error(not_found or crypto)
  // The same where the key may be encrypted; asks once, and only where it is.
  static Ed25519PrivateKey read(const std::filesystem::path& file,
                                const std::function<std::string()>& passphrase);
  // 0600, durably, encrypted unless the passphrase is empty; Error(conflict)
  void write_new(const std::filesystem::path& file, const std::string& passphrase = {}) const;
  Ed25519PublicKey public_key() const;
  Ed25519Signature sign(base::Bytes message) const;

 private:
  struct State;
  explicit Ed25519PrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace custody
