// SPDX-License-Identifier: Apache-2.0
// Signed notes, checkpoints, verifier keys, policies, and what a ledger and a witness write to each other:
// what is read is written the same, and a signature is good exactly where the holder of the key makes that
// one (Ed25519 gives one signature for each text).
#include <algorithm>
#include <optional>

#include "chain-of-custody/policy.h"
#include "chain-of-custody/timestamp.h"
#include "chain-of-custody/witness_request.h"
#include "fixed_keys.h"
#include "promise.h"

namespace {

using custody::NoteOutcome;
using custody::NoteSignature;
using fuzz::must;

template <typename Read>
auto read(Read reader) -> std::optional<decltype(reader())> {
  try {
    return reader();
  } catch (const custody::NoteError&) {
    return std::nullopt;
  }
}

void check_ledger_lines(const custody::SignedNote& note) {
  const NoteSignature right = custody::sign_note(note.text, fuzz::ledger_key(), fuzz::ledger_secret());
  NoteOutcome expected = NoteOutcome::other_keys;
  for (const NoteSignature& line : note.signatures) {
    if (line.name != right.name || line.key_id != right.key_id) continue;
    if (expected != NoteOutcome::bad)
      expected = line.signature == right.signature ? NoteOutcome::good : NoteOutcome::bad;
  }
  must(custody::check_note(note, fuzz::ledger_key()) == expected);
  const auto minimal = read([&] { return custody::checkpoint_min(note, fuzz::ledger_key()); });
  must(!minimal || *minimal == note.text + '\n' + custody::format_signature_line(right));
  must(minimal.has_value() || expected != NoteOutcome::good);
}

void check_witness_line(const std::string& text, const NoteSignature& line) {
  const auto found = custody::check_cosignature(text, line, fuzz::witness_key());
  if (line.name != fuzz::witness_key().name || line.key_id != fuzz::witness_key().id())
    return must(found.outcome == NoteOutcome::other_keys);
  const auto right = custody::cosign(text, fuzz::witness_key(), fuzz::witness_secret(), found.time_s);
  must((found.outcome == NoteOutcome::good) ==
       (right.signature == line.signature && found.time_s <= 253'402'300'799));
}

void check_note(base::Bytes input) {
  const auto note = read([&] { return custody::parse_note(input); });
  if (!note) return;
  must(custody::format_note(*note) == base::as_text(input));
  check_ledger_lines(*note);
  for (const NoteSignature& line : note->signatures) check_witness_line(note->text, line);
  const auto checkpoint = read([&] { return custody::parse_checkpoint(note->text); });
  if (checkpoint) must(checkpoint->text() == note->text);
}

void check_key(const std::string& text) {
  const auto ledger = read([&] { return custody::parse_vkey(text); });
  const auto witness = read([&] { return custody::parse_witness_vkey(text); });
  must(!ledger || !witness);
  if (ledger) must(ledger->vkey() == text && custody::is_sound_public_key(ledger->key));
  if (witness) must(witness->vkey() == text && custody::is_sound_public_key(witness->key));
}

void check_lines(const std::string& text) {
  const auto lines = read([&] { return custody::parse_signature_lines(text); });
  if (!lines) return;
  std::string written;
  for (const NoteSignature& line : *lines) written += custody::format_signature_line(line);
  must(written == text);
}

void check_request(base::Bytes input) {
  const auto request = read([&] { return custody::parse_witness_request(input); });
  if (!request) return;
  std::string written = "old " + std::to_string(request->old_size) + '\n';
  for (const base::Digest& hash : request->proof) written += base::to_base64(hash.bytes) + '\n';
  written += '\n' + custody::format_note(request->note);
  must(written == base::as_text(input));
  must(request->checkpoint.text() == request->note.text);
}

// More keys never make less of a quorum, and all of them are always enough.
void check_policy(const std::string& text) {
  const auto policy = read([&] { return custody::parse_policy(text); });
  if (!policy) return;
  std::set<custody::Ed25519PublicKey> keys;
  bool met = policy->is_met_by(keys);
  must(met == policy->quorum.empty());
  for (const auto& witness : policy->witnesses) {
    must(keys.insert(witness.key.key).second);
    const bool now = policy->is_met_by(keys);
    must(now || !met);
    met = now;
  }
  must(met);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = fuzz::bytes_of(data, size);
  const std::string text = fuzz::text_of(data, size);
  check_note(input);
  check_request(input);
  check_key(text);
  check_lines(text);
  check_policy(text);
  const auto checkpoint = read([&] { return custody::parse_checkpoint(text); });
  if (checkpoint) must(checkpoint->text() == text);
  const auto known = custody::parse_known_size(text);
  if (known) must(custody::format_known_size(*known) == text);
  return 0;
}
