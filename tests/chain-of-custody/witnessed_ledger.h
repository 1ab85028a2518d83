// SPDX-License-Identifier: Apache-2.0
// A ledger whose checkpoints two partners cosign, and a verifier who knows one of them.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/witness_check.h"
#include "forge.h"

namespace custody::test {

inline std::uint64_t now_s() {
  return static_cast<std::uint64_t>(base::now_utc_us() / 1'000'000);
}

struct Partner {
  explicit Partner(std::string name) : key{std::move(name), secret.public_key()} {}
  Ed25519PrivateKey secret = Ed25519PrivateKey::generate();
  WitnessKey key;
  NoteSignature line(const Checkpoint& checkpoint, std::uint64_t time) const {
    return cosign(checkpoint.text(), key, secret, time);
  }
};
inline const Partner& first() {
  static const Partner partner("first.example/w");
  return partner;
}
inline const Partner& second() {
  static const Partner partner("second.example/w");
  return partner;
}

inline Policy two_of_two() {
  return parse_policy("witness a " + first().key.vkey() + "\nwitness b " + second().key.vkey() +
                      "\ngroup both all a b\nquorum both\n");
}
inline Policy only_first() {
  return parse_policy("witness a " + first().key.vkey() + "\nquorum a\n");
}

inline Checkpoint checkpoint_of(const LedgerContent& content) {
  return parse_checkpoint(parse_note(content.checkpoint).text);
}
inline Checkpoint checkpoint_at(const LedgerContent& content, std::size_t size) {
  std::vector<base::Digest> leaves;
  for (std::size_t i = 0; i < size; ++i) leaves.push_back(base::leaf_hash(content.entries[i].leaf));
  return {checkpoint_of(content).origin, size, base::merkle_root(leaves)};
}

inline VerifyReport verify_edition(const LedgerContent& of, const TrustAnchors& anchors) {
  std::map<std::string, base::Buffer, std::less<>> files;
  for (auto& [name, bytes] : edition_files(of, {{kPhone, Opening::whole}})) files["x/" + name] = bytes;
  VerifyReport report;
  const LedgerContent edition = ledger_from_files(*base::files_in_memory(files), "x/", report);
  verify_ledger(edition, Coverage::edition, anchors, report);
  return report;
}
inline void set_members(base::Json& body, const base::Json& members) {
  for (const auto& [name, value] : members.members()) body.set(name, value);
}

struct WitnessedLedger {
  WitnessedLedger() : ledger(small_ledger(folder)) {
    anchors.certificates = {anna().certificate()};
    anchors.policy = only_first();
  }
  LedgerContent content() const { return read_ledger(places_in(folder).folder); }
  // As `ledger witnessed` does it, with whatever line and statement.
  void record(const Partner& partner, const Checkpoint& stated, const NoteSignature& line) {
    const std::uint64_t time = base::ByteReader(line.signature).u64be();
    ledger->append({"witness", {}, witness_members(partner.key, line, {stated, time}), true});
  }
  void cosign_now(const Partner& partner) {
    const Checkpoint now = checkpoint_of(content());
    record(partner, now, partner.line(now, now_s()));
  }
  VerifyReport verify() const { return verify_whole(content(), anchors); }
  void admit(const Signer& who) {
    ledger->append({"key.add",
                    {},
                    base::Json::object({{"cert_sha256", fingerprint_of(who.certificate())},
                                        {"certificate", base::to_base64(who.certificate())},
                                        {"subject", who.subject()}}),
                    true});
    anchors.certificates.push_back(who.certificate());
  }
  void replace_log_key(const Signer& custodian) {
    const Checkpoint good = checkpoint_at(content(), 3);
    ledger->replace_log_key({"log.replace",
                             {},
                             base::Json::object({{"last_good_size", "3"},
                                                 {"last_good_root", base::to_base64(good.root.bytes)},
                                                 {"reason", "broken into"}}),
                             true},
                            {&custodian});
  }
  // Alters the members of the last entry; whoever holds the ledger's keys and the person's can do it.
  VerifyReport verify_with_last(const std::function<void(base::Json&)>& change) const {
    LedgerContent forged = content();
    sign_again(forged.entries.back(), anna(), change);
    reseal(forged, log_key_of(folder));
    return verify_whole(forged, anchors);
  }

  TestFolder folder;
  std::unique_ptr<Ledger> ledger;
  TrustAnchors anchors;
};

inline bool said(const VerifyReport& report, const std::string& part) {
  return std::ranges::any_of(report.statements,
                             [&](const std::string& one) { return one.find(part) != one.npos; });
}
inline bool passed(const VerifyReport& report, const std::string& code) {
  return std::ranges::any_of(report.checks, [&](const Check& check) {
    return check.code == code && check.outcome == Outcome::passed;
  });
}

}  // namespace custody::test
