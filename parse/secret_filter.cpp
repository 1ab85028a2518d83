// SPDX-License-Identifier: Apache-2.0
// Sources: wallet import format in Bitcoin Core src/key_io.cpp (version byte 0x80, 32 bytes, 0x01 where the
// public key is compressed); extended keys in BIP-32 "Serialization format" and SLIP-132 "Registered HD
// version bytes".
#include "parse/secret_filter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.h"
#include "parse/base58.h"
#include "parse/seed_words.h"

namespace parse {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_private_key(std::string_view token) {
  const bool plain = token.size() == 51 && token.front() == '5';
  const bool compressed = token.size() == 52 && (token.front() == 'K' || token.front() == 'L');
  base::Buffer payload;
  if ((!plain && !compressed) || !base58check_decode(token, payload)) return false;
  if (payload.front() != std::byte{0x80}) return false;
  return plain ? payload.size() == 33 : payload.size() == 34 && payload.back() == std::byte{1};
}

bool is_extended_private_key(std::string_view token) {
  constexpr std::array<std::string_view, 8> kPrefixes{"xprv", "yprv", "zprv", "Yprv",
                                                      "Zprv", "tprv", "uprv", "vprv"};
  const auto starts = [&](std::string_view prefix) { return token.starts_with(prefix); };
  constexpr std::size_t kCharacters = 111, kPayload = 78;
  if (token.size() != kCharacters || std::none_of(kPrefixes.begin(), kPrefixes.end(), starts)) return false;
  base::Buffer payload;
  return base58check_decode(token, payload) && payload.size() == kPayload;
}

std::string_view kind_of(std::string_view token) {
  if (is_private_key(token)) return "private key";
  return is_extended_private_key(token) ? "extended private key" : "";
}

void add_keys(std::string_view text, std::vector<SecretSpan>& spans) {
  for (std::size_t at = 0; at < text.size();) {
    const auto begin =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_alphanumeric);
    const auto end = std::find_if_not(begin, text.end(), is_alphanumeric);
    const auto offset = static_cast<std::size_t>(begin - text.begin());
    const auto size = static_cast<std::size_t>(end - begin);
    const std::string_view kind = kind_of(text.substr(offset, size));
    if (!kind.empty()) spans.push_back({kind, offset, size, 0, 0});
    at = offset + size;
  }
}

void add_seed_phrases(std::string_view text, std::vector<SecretSpan>& spans) {
  for (const auto& [offset, size] : find_seed_phrases(text))
    spans.push_back({"bip39 words", offset, size, 0, 0});
}

// Code points of UTF-8; bytes of anything else.
void count_code_points(std::string_view text, std::vector<SecretSpan>& spans) {
  const bool utf8 = base::is_utf8(text);
  const auto points = [&](std::size_t offset, std::size_t size) {
    const std::string_view part = text.substr(offset, size);
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; };
    return static_cast<std::uint64_t>(utf8 ? std::count_if(part.begin(), part.end(), starts)
                                           : static_cast<std::ptrdiff_t>(part.size()));
  };
  std::size_t counted = 0;
  std::uint64_t before = 0;
  for (SecretSpan& span : spans) {
    before += points(counted, span.offset - counted);
    counted = span.offset;
    span.start = before;
    span.length = points(span.offset, span.size);
  }
}

// Text can be made so that letters of a key are words of a phrase: such spans become one.
void join_overlaps(std::vector<SecretSpan>& spans) {
  std::vector<SecretSpan> apart;
  for (const SecretSpan& span : spans) {
    if (apart.empty() || span.offset >= apart.back().offset + apart.back().size) {
      apart.push_back(span);
    } else {
      SecretSpan& last = apart.back();
      last.size = std::max(last.offset + last.size, span.offset + span.size) - last.offset;
    }
  }
  spans = std::move(apart);
}

}  // namespace

std::vector<SecretSpan> find_secrets(std::string_view text) {
  std::vector<SecretSpan> spans;
  add_keys(text, spans);
  add_seed_phrases(text, spans);
  std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
  join_overlaps(spans);
  if (!spans.empty()) count_code_points(text, spans);
  return spans;
}

std::string seal(std::string_view text, const std::vector<SecretSpan>& spans, std::uint64_t first_number) {
  std::string sealed;
  std::size_t done = 0;
  for (const SecretSpan& span : spans) {
    sealed += text.substr(done, span.offset - done);
    sealed += "\u27e6sealed:" + std::to_string(first_number++) + "\u27e7";
    done = span.offset + span.size;
  }
  sealed += text.substr(done);
  return sealed;
}

bool knows_bip39_words() {
  return seed_word_count() > 0;
}

}  // namespace parse
