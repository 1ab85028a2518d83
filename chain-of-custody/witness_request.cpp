// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/witness_request.h"

#include <algorithm>
#include <charconv>

#include "base/merkle.h"

namespace custody {
namespace {

constexpr std::size_t kMaximalProof = 63;
constexpr std::size_t kMaximalRequest = 128 * 1024;
constexpr std::string_view kOld = "old ";

// Decimal in the one proper form: no sign, no leading zero.
std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(value) != text) return {};
  return value;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) throw NoteError("a line of the request does not end");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

base::Digest proof_hash(std::string_view line) {
  base::Digest digest;
  try {
    const base::Buffer bytes = base::from_base64(line);
    if (bytes.size() != digest.bytes.size()) throw NoteError("a hash of the proof does not have 32 bytes");
    std::ranges::copy(bytes, digest.bytes.begin());
  } catch (const std::invalid_argument&) {
    throw NoteError("a hash of the proof is not base64");
  }
  return digest;
}

}  // namespace

WitnessRequest parse_witness_request(base::Bytes file) {
  if (file.size() > kMaximalRequest) throw NoteError("the request is too long");
  std::string_view text = base::as_text(file);
  WitnessRequest request;
  const std::string_view first = take_line(text);
  const auto old_size = first.starts_with(kOld) ? decimal(first.substr(kOld.size())) : std::nullopt;
  if (!old_size) throw NoteError("the request does not begin with \"old\" and a size");
  request.old_size = *old_size;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    request.proof.push_back(proof_hash(line));
    if (request.proof.size() > kMaximalProof) throw NoteError("the proof has more than 63 hashes");
  }
  request.note = parse_note(base::as_bytes(text));
  request.checkpoint = parse_checkpoint(request.note.text);
  return request;
}

std::string format_witness_request(std::uint64_t old_size, std::span<const base::Digest> leaf_hashes,
                                   base::Bytes checkpoint_note) {
  const Checkpoint checkpoint = parse_checkpoint(parse_note(checkpoint_note).text);
  std::string text = std::string(kOld) + std::to_string(old_size) + '\n';
  // From nothing, and from the same size, there is nothing to prove.
  if (old_size > 0 && old_size < checkpoint.size)
    for (const base::Digest& hash : base::consistency_path(leaf_hashes.first(checkpoint.size), old_size))
      text += base::to_base64(hash.bytes) + '\n';
  return text + '\n' + std::string(base::as_text(checkpoint_note));
}

std::string format_known_size(std::uint64_t size) {
  return std::to_string(size) + '\n';
}

std::optional<std::uint64_t> parse_known_size(std::string_view answer) {
  if (!answer.ends_with('\n')) return {};
  return decimal(answer.substr(0, answer.size() - 1));
}

}  // namespace custody
