// SPDX-License-Identifier: Apache-2.0
// Several workstations, each with a ledger of its own for the one case, and what they hand to each other.
#pragma once

#include <functional>

#include "chain-of-custody/handover.h"
#include "chain-of-custody/ledger_links.h"
#include "forge.h"

namespace custody::test {

const Signer& clara();
TrustAnchors trusting_all();  // Anna, Boris and Clara

struct Station {
  explicit Station(const std::string& name, const Signer& signer, base::Json genesis = base::Json::object(),
                   const Signers& custodians = {});
  LedgerContent content() const { return read_ledger(places.folder); }
  Ed25519PrivateKey key() const { return Ed25519PrivateKey::read(places.log_key); }
  std::unique_ptr<Ledger> reopened(const Signer& signer) {
    ledger.reset();
    return Ledger::open(places, signer);
  }
  TestFolder folder;
  LedgerPlaces places;
  std::unique_ptr<Ledger> ledger;
};

base::Event offer_to(const Signer& receiver, const std::vector<std::string>& uids,
                     base::Json statement = base::Json::object());
base::Event withdrawal_of(const std::string& offer_sha256, const std::string& uid);
std::string body_sha256_of(const Station& station, std::uint64_t index);

// The file about an entry, written and read again as it travels.
ShownHandover sent(const Station& station, std::uint64_t index, HandoverKind kind);

// As the verbs do it: the offer is the entry that the number names.
base::EntryReceipt accept_from(const Station& from, std::uint64_t offer, Station& into,
                               const std::function<void(base::Event&)>& change = {});
base::EntryReceipt receipt_from(const Station& by, std::uint64_t acceptance, Station& into);

// The ledgers with everything between them, trusting all three.
VerifyReport verify_together(const std::vector<LedgerContent>& ledgers);
// Seals the last entries anew under the ledger's own name and key.
void reseal_as(LedgerContent& content, const Ed25519PrivateKey& key);

bool says(const VerifyReport& report, const std::string& code, const std::string& part);
bool states(const VerifyReport& report, const std::string& part);

}  // namespace custody::test
