// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/kept_state.h"

#include <algorithm>
#include <charconv>

#include "base/merkle.h"

namespace custody {
namespace {

// Fewer than 160 bits of a root could be those of two histories that somebody searched for.
constexpr std::size_t kFewestDigits = 40;
constexpr std::size_t kAllDigits = 64;

std::string entries(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

}  // namespace

std::optional<KeptState> kept_on_paper(std::string_view text) {
  const std::size_t end_of_size = text.find_first_not_of("0123456789");
  if (end_of_size == 0 || end_of_size == text.npos) return {};
  KeptState kept;
  const char* const end = text.data() + end_of_size;
  if (const auto read = std::from_chars(text.data(), end, kept.size);
      read.ec != std::errc() || read.ptr != end || kept.size == 0)
    return {};
  if (text[end_of_size] != ' ' && text[end_of_size] != ':') return {};
  for (char digit : text.substr(end_of_size + 1)) {
    if (digit == ' ') continue;
    if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) return {};
    kept.root_digits += digit;
  }
  if (kept.root_digits.size() < kFewestDigits || kept.root_digits.size() > kAllDigits) return {};
  return kept;
}

KeptState kept_checkpoint(base::Bytes note) {
  SignedNote read = parse_note(note);
  const Checkpoint checkpoint = parse_checkpoint(read.text);
  return {checkpoint.size, checkpoint.root.hex(), std::move(read)};
}

std::string why_not_continued(const KeptState& kept, std::span<const base::Digest> leaf_hashes,
                              const std::vector<LogKeySince>& log_keys) {
  if (kept.size == 0) return "it is over no entry at all";
  if (kept.note) {
    const std::vector<NoteKey> key = key_at(log_keys, kept.size);
    if (key.empty() || check_note(*kept.note, key.front()) != NoteOutcome::good ||
        parse_checkpoint(kept.note->text).origin != key.front().name)
      return "it is not signed with the key that this ledger had then";
  }
  if (kept.size > leaf_hashes.size())
    return "ROLLBACK: it is over " + entries(kept.size) + ", and the ledger here holds only " +
           std::to_string(leaf_hashes.size());
  const std::string root = base::merkle_root(leaf_hashes.first(kept.size)).hex();
  if (!root.starts_with(kept.root_digits))
    return "FORK: the first " + entries(kept.size) + " of the ledger here are not those that it is over";
  return {};
}

}  // namespace custody
