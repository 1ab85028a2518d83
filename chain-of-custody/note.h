// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint, v1.0.0), with the Ed25519 signatures of
// type 0x01. Read strictly: what another reader might take otherwise is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/ed25519.h"

namespace custody {

class NoteError : public std::runtime_error {
 public:
  explicit NoteError(const std::string& what) : std::runtime_error(what) {}
};

// What keys of all types have in common: the id is the first 32 bits of SHA-256(name || 0x0a || type || key),
// a verifier key as text is name+hex(id)+base64(type || key).
enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,
  cosignature = 0x04,  // chain-of-custody/cosignature.h
};
std::uint32_t note_key_id(NoteKeyType type, std::string_view name, const Ed25519PublicKey& key);
std::string format_vkey(NoteKeyType type, std::string_view name, const Ed25519PublicKey& key);
struct NamedKey {
  std::string name;
  Ed25519PublicKey key{};
};
// Throws NoteError, also where the key is of another type or is not sound.
NamedKey parse_vkey_of(NoteKeyType type, std::string_view text);

// A verifier key: its name, and an Ed25519 key. As text: name+hex(key id)+base64(0x01 || key).
struct NoteKey {
  std::string name;
  Ed25519PublicKey key{};
  std::uint32_t id() const;  // the first 32 bits of SHA-256(name || 0x0a || 0x01 || key)
  std::string vkey() const;
  bool operator==(const NoteKey&) const = default;
};
NoteKey parse_vkey(std::string_view text);  // throws NoteError, also where the key is not sound
bool is_note_name(std::string_view name);   // not empty, no space, no '+', no control character, UTF-8

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  base::Buffer signature;
};
struct SignedNote {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;
};
SignedNote parse_note(base::Bytes note);  // throws NoteError
std::string format_note(const SignedNote& note);
// Signature lines alone, as they stand below a note or in a witness's answer.
std::vector<NoteSignature> parse_signature_lines(std::string_view lines);  // throws NoteError
std::string format_signature_line(const NoteSignature& signature);         // with its newline

enum class NoteOutcome {
  good,        // the key's line verifies
  bad,         // there is a line of this name and id, and it does not verify
  other_keys,  // no line has this name and id
};
NoteOutcome check_note(const SignedNote& note, const NoteKey& key);
NoteSignature sign_note(std::string_view text, const NoteKey& key, const Ed25519PrivateKey& secret);

// The state of a ledger: three lines, no extension lines.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  base::Digest root;
  std::string text() const;
  bool operator==(const Checkpoint&) const = default;
};
Checkpoint parse_checkpoint(std::string_view text);  // throws NoteError

}  // namespace custody
