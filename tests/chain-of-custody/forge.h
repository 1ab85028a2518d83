// SPDX-License-Identifier: Apache-2.0
// What attackers do. `reseal` is all that the holder of the ledger's own key can do alone; `sign_again` needs
// a person to take part.
#pragma once

#include <functional>

#include "chain-of-custody/body.h"
#include "chain-of-custody/ed25519.h"
#include "chain-of-custody/note.h"
#include "support.h"

namespace custody::test {

// Flips the lowest bit of one byte.
void flip(base::Buffer& bytes, std::size_t at);
// Replaces the first occurrence, which must be there.
void replace(base::Buffer& bytes, std::string_view from, std::string_view to);

Ed25519PrivateKey log_key_of(const TestFolder& folder);
// A checkpoint of this size and root, signed.
base::Buffer signed_checkpoint(const Checkpoint& checkpoint, const Ed25519PrivateKey& key);
// Numbers all leaves anew, with the digests, links and states of what is there, and signs a checkpoint.
void reseal(LedgerContent& content, const Ed25519PrivateKey& key);
// Changes the body as JSON and has it signed, then the tree is for the caller to reseal.
void sign_again(Entry& entry, const Signer& signer, const std::function<void(base::Json&)>& change);
// The same with what an entry says of its only exhibit, and the body that hides it.
void state_again(Entry& entry, const Signer& signer, const std::function<void(base::Json&)>& change,
                 const std::function<void(base::Json&)>& change_body = {});

// A genuine ledger, and trust in the one who signed it.
struct Genuine {
  LedgerContent content;
  Ed25519PrivateKey key;
  VerifyReport verify() const { return verify_whole(content, trusting(anna())); }
  std::string failed() const { return failed_codes(verify()); }
  // As stock_tools of other_voices.h.
  std::string stock() const;
  void reseal_it() { reseal(content, key); }
};
std::unique_ptr<Genuine> genuine();          // always the same one
std::unique_ptr<Genuine> another_genuine();  // of the same names, made now

}  // namespace custody::test
