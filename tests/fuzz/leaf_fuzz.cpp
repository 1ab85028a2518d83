// SPDX-License-Identifier: Apache-2.0
// Leaves, and slots of an edition: what is read is written the same. Disclosures and the encodings below
// them: one text has one reading, and no other text has the same.
#include <optional>

#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "promise.h"

namespace {

using fuzz::must;

template <typename Read>
auto read(Read reader) -> std::optional<decltype(reader())> {
  try {
    return reader();
  } catch (const base::JsonError&) {
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

void check_leaf(base::Bytes input) {
  const auto leaf = read([&] { return custody::parse_leaf(input); });
  if (leaf) must(leaf->canonical() == base::as_text(input));
  const auto slot = read([&] { return custody::slot_proof_from_json(base::parse_profile(input)); });
  if (slot) must(custody::to_json(*slot).canonical() == base::as_text(input));
}

void check_disclosure(const std::string& text) {
  const auto disclosure = read([&] { return custody::read_disclosure(text); });
  if (!disclosure) return;
  base::Json array = base::Json::array({disclosure->salt});
  if (disclosure->name) array.push(*disclosure->name);
  array.push(disclosure->value);
  must(base::to_base64url(base::as_bytes(array.canonical())) == text);
  must(base::from_base64url(disclosure->salt).size() >= 16);
  const std::string digest = custody::disclosure_digest(text);
  must(digest.size() == 43 && custody::is_disclosure_digest(digest));
}

void check_encodings(const std::string& text) {
  if (const auto bytes = read([&] { return base::from_base64(text); })) must(base::to_base64(*bytes) == text);
  if (const auto bytes = read([&] { return base::from_base64url(text); }))
    must(base::to_base64url(*bytes) == text);
  if (const auto bytes = read([&] { return base::from_hex(text); })) must(base::to_hex(*bytes) == text);
  if (const auto digest = read([&] { return base::digest_from_hex(text); })) must(digest->hex() == text);
  if (const auto index = custody::index_of_name(text)) must(custody::entry_name(*index) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = fuzz::bytes_of(data, size);
  const std::string text = fuzz::text_of(data, size);
  check_leaf(input);
  check_disclosure(text);
  // JSON in clear, so that changes reach what stands inside.
  check_disclosure(base::to_base64url(input));
  check_encodings(text);
  must(base::from_base64(base::to_base64(input)) == base::to_buffer(input));
  must(base::from_base64url(base::to_base64url(input)) == base::to_buffer(input));
  must(base::from_hex(base::to_hex(input)) == base::to_buffer(input));
  return 0;
}
