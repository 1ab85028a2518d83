// SPDX-License-Identifier: Apache-2.0
// Source: BIP-39, "Generating the mnemonic": 11 bits a word; the last n/3 bits of n words are the first bits
// of the SHA-256 of the bits before them.
#include "parse/seed_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/digest.h"
#include "generated_seed_words.h"

namespace parse {
namespace {

struct Word {
  std::size_t offset, size;
  std::uint16_t index;
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::uint16_t> index_of(std::string_view word) {
  constexpr std::size_t kLongestWord = 8;
  if (word.size() > kLongestWord) return std::nullopt;
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  const std::span<const std::string_view> words = kSeedWords;
  const auto found = std::lower_bound(words.begin(), words.end(), lower);
  if (found == words.end() || *found != lower) return std::nullopt;
  return static_cast<std::uint16_t>(found - words.begin());
}

bool checksum_holds(std::span<const Word> words) {
  constexpr std::size_t kBitsOfWord = 11;
  const std::size_t bits = words.size() * kBitsOfWord, checksum = words.size() / 3;
  base::Buffer packed((bits + 7) / 8);
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto index = static_cast<unsigned>(words[bit / kBitsOfWord].index);
    const unsigned value = index >> (kBitsOfWord - 1 - bit % kBitsOfWord) & 1u;
    packed[bit / 8] |= static_cast<std::byte>(value << (7 - bit % 8));
  }
  const std::size_t entropy = (bits - checksum) / 8;
  const auto digest = base::sha256(base::Bytes(packed).first(entropy));
  const auto shift = static_cast<unsigned>(8 - checksum);
  return (packed[entropy] >> shift) == (digest.bytes[0] >> shift);
}

// Words of the longest phrase at the front of the run; 0 where there is none.
std::size_t phrase_at_front(std::span<const Word> run) {
  for (const std::size_t count : {24u, 21u, 18u, 15u, 12u})
    if (run.size() >= count && checksum_holds(run.first(count))) return count;
  return 0;
}

class PhraseFinder {
 public:
  explicit PhraseFinder(std::string_view text) : text_(text) {}

  std::vector<std::pair<std::size_t, std::size_t>> find() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t begin = next(at, true), end = next(begin, false);
      take(begin, end);
      at = end;
    }
    end_run();
    return std::move(found_);
  }

 private:
  std::size_t next(std::size_t at, bool letter) const {
    while (at < text_.size() && is_letter(text_[at]) != letter) ++at;
    return at;
  }
  void take(std::size_t begin, std::size_t end) {
    const auto index = index_of(text_.substr(begin, end - begin));
    const bool near = !run_.empty() && begin - (run_.back().offset + run_.back().size) <= kSeedWordGap;
    if (!index || !near) end_run();
    if (index) run_.push_back({begin, end - begin, *index});
  }
  void end_run() {
    std::span<const Word> run = run_;
    constexpr std::size_t kShortest = 12;
    while (run.size() >= kShortest) {
      const std::size_t words = phrase_at_front(run);
      if (words > 0) {
        const Word& last = run[words - 1];
        found_.emplace_back(run.front().offset, last.offset + last.size - run.front().offset);
      }
      run = run.subspan(std::max<std::size_t>(words, 1));
    }
    run_.clear();
  }

  std::string_view text_;
  std::vector<Word> run_;
  std::vector<std::pair<std::size_t, std::size_t>> found_;
};

}  // namespace

std::size_t seed_word_count() {
  return std::span<const std::string_view>(kSeedWords).size();
}

std::vector<std::pair<std::size_t, std::size_t>> find_seed_phrases(std::string_view text) {
  if (seed_word_count() == 0) return {};
  return PhraseFinder(text).find();
}

}  // namespace parse
