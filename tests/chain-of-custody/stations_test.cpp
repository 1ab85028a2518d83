// SPDX-License-Identifier: Apache-2.0
#include "stations.h"

#include <gtest/gtest.h>

#include "base/merkle.h"
#include "chain-of-custody/leaf.h"

namespace custody::test {

using base::Json;

const Signer& clara() {
  static const std::unique_ptr<Signer> signer = [] {
    make_identity(identities(), {"clara", "Officer C", "Partner Agency", "TH", 30}, "");
    return unlock_signer(identities(), "clara", [] { return std::string(); });
  }();
  return *signer;
}
TrustAnchors trusting_all() {
  TrustAnchors anchors;
  anchors.certificates = {anna().certificate(), boris().certificate(), clara().certificate()};
  return anchors;
}

Station::Station(const std::string& name, const Signer& signer, Json genesis, const Signers& custodians)
    : places{folder / "ledgers" / name, folder / "log.key", folder / "high-water"} {
  GenesisFacts facts = genesis_facts();
  facts.station = name;
  for (const auto& [member, value] : genesis.members()) facts.members.set(member, value);
  ledger = Ledger::create(places, facts, signer, custodians);
}

base::Event offer_to(const Signer& receiver, const std::vector<std::string>& uids, Json statement) {
  base::Event event{"handover.offer", {}, Json::object({{"purpose", "analysis"}}), false};
  event.members.set("to", Json::object({{"cert_sha256", fingerprint_of(receiver.certificate())},
                                        {"subject", receiver.subject()}}));
  for (const std::string& uid : uids) event.exhibits.push_back({uid, statement, Json::object()});
  return event;
}
base::Event withdrawal_of(const std::string& offer_sha256, const std::string& uid) {
  base::Event event{"handover.withdraw", {}, Json::object({{"reason", "no courier"}}), false};
  event.members.set("offer_sha256", offer_sha256);
  event.exhibits.push_back({uid, Json::object(), Json::object()});
  return event;
}
std::string body_sha256_of(const Station& station, std::uint64_t index) {
  return base::sha256(*station.content().entries.at(index).body).hex();
}

ShownHandover sent(const Station& station, std::uint64_t index, HandoverKind kind) {
  const std::string file = write_handover(handover_file(station.content(), index, kind));
  return check_handover(read_handover(base::as_bytes(file)), kind);
}

base::EntryReceipt accept_from(const Station& from, std::uint64_t offer, Station& into,
                               const std::function<void(base::Event&)>& change) {
  base::Event event = acceptance_of(sent(from, offer, HandoverKind::offer));
  if (change) change(event);
  return into.ledger->append(event);
}
base::EntryReceipt receipt_from(const Station& by, std::uint64_t acceptance, Station& into) {
  return into.ledger->append(receipt_of(sent(by, acceptance, HandoverKind::acceptance), into.content()));
}

VerifyReport verify_together(const std::vector<LedgerContent>& ledgers) {
  VerifyReport report;
  for (const LedgerContent& content : ledgers)
    verify_ledger(content, Coverage::whole, trusting_all(), report);
  verify_links(ledgers, report);
  return report;
}

void reseal_as(LedgerContent& content, const Ed25519PrivateKey& key) {
  const std::string origin = open_body(content.entries.at(0)).body.at("ledger").text();
  reseal(content, key);
  std::vector<base::Digest> hashes;
  for (const Entry& entry : content.entries) hashes.push_back(base::leaf_hash(entry.leaf));
  content.checkpoint = signed_checkpoint({origin, hashes.size(), base::merkle_root(hashes)}, key);
}

bool says(const VerifyReport& report, const std::string& code, const std::string& part) {
  for (const Check& check : report.checks)
    if (check.code == code && check.outcome != Outcome::passed &&
        (check.object + ": " + check.what).find(part) != std::string::npos)
      return true;
  return false;
}
bool states(const VerifyReport& report, const std::string& part) {
  for (const std::string& statement : report.statements)
    if (statement.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace custody::test
