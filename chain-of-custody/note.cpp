// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/note.h"

#include <algorithm>
#include <charconv>

namespace custody {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a space begin a signature line
constexpr std::size_t kMaximalNote = 64 * 1024;
constexpr std::size_t kMaximalSignatures = 64;

void require(bool holds, const char* otherwise) {
  if (!holds) throw NoteError(otherwise);
}

base::Buffer decode_base64(std::string_view text) {
  try {
    return base::from_base64(text);
  } catch (const std::invalid_argument&) {
    throw NoteError("a note holds something that is not base64");
  }
}

void append_u32be(base::Buffer& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::byte>(value >> shift & 0xff));
}

NoteSignature parse_signature_line(std::string_view line) {
  require(line.starts_with(kDash), "a signature line does not begin with a dash and a space");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  require(space != std::string_view::npos && is_note_name(line.substr(0, space)),
          "a signature line has no proper key name");
  const base::Buffer bytes = decode_base64(line.substr(space + 1));
  require(bytes.size() > 4, "a signature line holds no signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  signature.key_id = base::ByteReader(bytes).u32be();
  signature.signature.assign(bytes.begin() + 4, bytes.end());
  return signature;
}

// Takes the front line off, without its newline.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  require(end != std::string_view::npos, "a line does not end");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

bool is_note_name(std::string_view name) {
  // Unicode spaces beyond ASCII are refused by refusing everything beyond ASCII: our names are domain names
  // with paths.
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
}

std::uint32_t note_key_id(NoteKeyType type, std::string_view name, const Ed25519PublicKey& key) {
  const std::array<std::byte, 2> separator{std::byte{0x0a}, static_cast<std::byte>(type)};
  const base::Digest digest = base::sha256({base::as_bytes(name), separator, key});
  return base::ByteReader(digest.bytes).u32be();
}

std::string format_vkey(NoteKeyType type, std::string_view name, const Ed25519PublicKey& key) {
  base::Buffer id_bytes;
  append_u32be(id_bytes, note_key_id(type, name, key));
  base::Buffer typed{static_cast<std::byte>(type)};
  typed.insert(typed.end(), key.begin(), key.end());
  return std::string(name) + '+' + base::to_hex(id_bytes) + '+' + base::to_base64(typed);
}

NamedKey parse_vkey_of(NoteKeyType type, std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  require(second != std::string_view::npos, "a verifier key does not have three parts");
  NamedKey named;
  named.name = text.substr(0, first);
  require(is_note_name(named.name), "a verifier key has no proper name");
  const base::Buffer typed = decode_base64(text.substr(second + 1));
  require(typed.size() == 33, "a verifier key is not an Ed25519 key");
  require(typed[0] == static_cast<std::byte>(type),
          type == NoteKeyType::ed25519 ? "a verifier key is of another type than that of a ledger (0x01)"
                                       : "a verifier key is of another type than that of a witness (0x04)");
  std::copy(typed.begin() + 1, typed.end(), named.key.begin());
  require(is_sound_public_key(named.key), "a verifier key is of low order or not canonical");
  require(format_vkey(type, named.name, named.key) == text, "a verifier key has the identifier of another");
  return named;
}

std::uint32_t NoteKey::id() const {
  return note_key_id(NoteKeyType::ed25519, name, key);
}
std::string NoteKey::vkey() const {
  return format_vkey(NoteKeyType::ed25519, name, key);
}
NoteKey parse_vkey(std::string_view text) {
  NamedKey named = parse_vkey_of(NoteKeyType::ed25519, text);
  return {std::move(named.name), named.key};
}

std::vector<NoteSignature> parse_signature_lines(std::string_view lines) {
  require(lines.size() <= kMaximalNote, "there are too many signature lines");
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) signatures.push_back(parse_signature_line(take_line(lines)));
  require(!signatures.empty(), "a note has no signature");
  require(signatures.size() <= kMaximalSignatures, "a note has too many signatures");
  return signatures;
}

std::string format_signature_line(const NoteSignature& signature) {
  base::Buffer bytes;
  append_u32be(bytes, signature.key_id);
  bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
  return std::string(kDash) + signature.name + ' ' + base::to_base64(bytes) + '\n';
}

SignedNote parse_note(base::Bytes note) {
  const std::string_view text = base::as_text(note);
  require(text.size() <= kMaximalNote, "a note is too long");
  require(base::is_utf8(text), "a note is not UTF-8");
  require(
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\n'; }),
      "a note holds a control character");
  const std::size_t separator = text.rfind("\n\n");
  require(separator != std::string_view::npos, "a note has no empty line before its signatures");
  SignedNote result;
  result.text = text.substr(0, separator + 1);
  result.signatures = parse_signature_lines(text.substr(separator + 2));
  return result;
}

std::string format_note(const SignedNote& note) {
  std::string out = note.text + '\n';
  for (const NoteSignature& signature : note.signatures) out += format_signature_line(signature);
  return out;
}

NoteOutcome check_note(const SignedNote& note, const NoteKey& key) {
  NoteOutcome outcome = NoteOutcome::other_keys;
  for (const NoteSignature& line : note.signatures) {
    if (line.name != key.name || line.key_id != key.id()) continue;
    if (!ed25519_verifies(key.key, base::as_bytes(note.text), line.signature)) return NoteOutcome::bad;
    outcome = NoteOutcome::good;
  }
  return outcome;
}

NoteSignature sign_note(std::string_view text, const NoteKey& key, const Ed25519PrivateKey& secret) {
  const Ed25519Signature signature = secret.sign(base::as_bytes(text));
  return {key.name, key.id(), base::to_buffer(signature)};
}

std::string Checkpoint::text() const {
  return origin + '\n' + std::to_string(size) + '\n' + base::to_base64(root.bytes) + '\n';
}

Checkpoint parse_checkpoint(std::string_view text) {
  std::string_view left = text;
  Checkpoint checkpoint;
  checkpoint.origin = take_line(left);
  require(is_note_name(checkpoint.origin), "a checkpoint has no proper origin");
  const std::string_view size = take_line(left);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  require(error == std::errc() && end == size.data() + size.size(), "a checkpoint's size is not a number");
  const base::Buffer root = decode_base64(take_line(left));
  require(root.size() == 32, "a checkpoint's root does not have 32 bytes");
  std::ranges::copy(root, checkpoint.root.bytes.begin());
  require(left.empty(), "a checkpoint has extension lines");
  require(checkpoint.text() == text, "a checkpoint is not in its one proper form");
  return checkpoint;
}

}  // namespace custody
