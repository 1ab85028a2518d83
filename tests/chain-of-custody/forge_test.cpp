// SPDX-License-Identifier: Apache-2.0
#include "forge.h"

#include <gtest/gtest.h>

#include "base/merkle.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "other_voices.h"

namespace custody::test {
namespace {

// As the writer does it: the case first, then exhibits in their order.
void advance_like_the_writer(CaseState& state, const Entry& entry) {
  const base::Digest digest = base::sha256(*entry.body);
  try {
    const OpenedBody opened = open_body(entry);
    if (opened.body.find("scope")) state.advance(kCaseUid, digest);
    for (const OpenedBody::Touched& touched : opened.touched) state.advance(touched.uid, digest);
  } catch (const base::JsonError&) {
    // The forged body cannot be opened: its leaf keeps the state of the one before.
    return;
  }
}

}  // namespace

void flip(base::Buffer& bytes, std::size_t at) {
  bytes.at(at) ^= std::byte{1};
}

void replace(base::Buffer& bytes, std::string_view from, std::string_view to) {
  std::string text(base::as_text(bytes));
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  bytes = base::to_buffer(base::as_bytes(text));
}

Ed25519PrivateKey log_key_of(const TestFolder& folder) {
  return Ed25519PrivateKey::read(places_in(folder).log_key);
}

base::Buffer signed_checkpoint(const Checkpoint& checkpoint, const Ed25519PrivateKey& key) {
  SignedNote note{checkpoint.text(), {}};
  note.signatures.push_back(sign_note(note.text, {checkpoint.origin, key.public_key()}, key));
  return base::to_buffer(base::as_bytes(format_note(note)));
}

void reseal(LedgerContent& content, const Ed25519PrivateKey& key) {
  std::vector<base::Digest> hashes;
  CaseState state;
  for (Entry& entry : content.entries) {
    advance_like_the_writer(state, entry);
    entry.index = hashes.size();
    const Leaf leaf{base::sha256(*entry.body), hashes.empty() ? base::Digest{} : hashes.back(), entry.index,
                    digest_of_signatures(entry.signatures), state.root()};
    entry.leaf = base::to_buffer(base::as_bytes(leaf.canonical()));
    hashes.push_back(base::leaf_hash(entry.leaf));
  }
  const std::string origin = genesis_facts().agency + "/KK-2026/station-a";
  content.checkpoint = signed_checkpoint({origin, hashes.size(), base::merkle_root(hashes)}, key);
}

void sign_again(Entry& entry, const Signer& signer, const std::function<void(base::Json&)>& change) {
  base::Json body = base::parse_profile(*entry.body);
  change(body);
  entry.body = base::to_buffer(base::as_bytes(body.canonical()));
  entry.signatures = {signer.sign_detached(*entry.body)};
}

void state_again(Entry& entry, const Signer& signer, const std::function<void(base::Json&)>& change,
                 const std::function<void(base::Json&)>& change_body) {
  std::string& element = entry.disclosures.back();
  base::Json array = base::parse_profile(base::from_base64url(element));
  change(array.items()[1]);
  element = base::to_base64url(base::as_bytes(array.canonical()));
  sign_again(entry, signer, [&](base::Json& body) {
    body.set("exhibits", base::Json::array({base::Json::object({{"...", disclosure_digest(element)}})}));
    if (change_body) change_body(body);
  });
}

std::string Genuine::stock() const {
  return stock_tools(content, trusting(anna()), key.public_key());
}

std::unique_ptr<Genuine> another_genuine() {
  const TestFolder folder;
  small_ledger(folder);
  return std::make_unique<Genuine>(Genuine{read_ledger(places_in(folder).folder), log_key_of(folder)});
}

std::unique_ptr<Genuine> genuine() {
  static const std::unique_ptr<Genuine> kOne = another_genuine();
  return std::make_unique<Genuine>(*kOne);
}

}  // namespace custody::test
