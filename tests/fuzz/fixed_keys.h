// SPDX-License-Identifier: Apache-2.0
// Keys that everybody can compute, so that targets and mutators can sign as a ledger and a witness do, and
// inputs mean the same on every machine.
#pragma once

#include "base/digest.h"
#include "chain-of-custody/cosignature.h"

namespace fuzz {

inline const custody::Ed25519PrivateKey& fixed_key(std::string_view seed) {
  static const auto kLedger =
      custody::Ed25519PrivateKey::from_seed(base::sha256(base::as_bytes("ledger")).bytes);
  static const auto kWitness =
      custody::Ed25519PrivateKey::from_seed(base::sha256(base::as_bytes("witness")).bytes);
  return seed == "witness" ? kWitness : kLedger;
}

inline constexpr char kOrigin[] = "police.example/KK-2026/station-a";

inline const custody::Ed25519PrivateKey& ledger_secret() {
  return fixed_key("ledger");
}
inline const custody::Ed25519PrivateKey& witness_secret() {
  return fixed_key("witness");
}
inline const custody::NoteKey& ledger_key() {
  static const custody::NoteKey kKey{kOrigin, ledger_secret().public_key()};
  return kKey;
}
inline const custody::WitnessKey& witness_key() {
  static const custody::WitnessKey kKey{"witness.example/one", witness_secret().public_key()};
  return kKey;
}

// A checkpoint with the ledger's signature and, where a time is given, the witness's.
inline custody::SignedNote signed_note(const std::string& text, std::uint64_t cosigned_s = 0) {
  custody::SignedNote note{text, {custody::sign_note(text, ledger_key(), ledger_secret())}};
  if (cosigned_s != 0)
    note.signatures.push_back(custody::cosign(text, witness_key(), witness_secret(), cosigned_s));
  return note;
}

}  // namespace fuzz
