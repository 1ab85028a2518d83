// SPDX-License-Identifier: Apache-2.0
// What a verifier makes of cosignatures in a ledger and below its checkpoint, by his own policy.
#include "chain-of-custody/witness_check.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/time_brackets.h"
#include "forge.h"
#include "other_voices.h"

namespace custody::test {
namespace {

using base::Json;

std::uint64_t now_s() {
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
const Partner& first() {
  static const Partner partner("first.example/w");
  return partner;
}
const Partner& second() {
  static const Partner partner("second.example/w");
  return partner;
}

Policy two_of_two() {
  return parse_policy("witness a " + first().key.vkey() + "\nwitness b " + second().key.vkey() +
                      "\ngroup both all a b\nquorum both\n");
}
Policy only_first() {
  return parse_policy("witness a " + first().key.vkey() + "\nquorum a\n");
}

Checkpoint checkpoint_of(const LedgerContent& content) {
  return parse_checkpoint(parse_note(content.checkpoint).text);
}
Checkpoint checkpoint_at(const LedgerContent& content, std::size_t size) {
  std::vector<base::Digest> leaves;
  for (std::size_t i = 0; i < size; ++i) leaves.push_back(base::leaf_hash(content.entries[i].leaf));
  return {checkpoint_of(content).origin, size, base::merkle_root(leaves)};
}

VerifyReport verify_edition(const LedgerContent& of, const TrustAnchors& anchors) {
  std::map<std::string, base::Buffer, std::less<>> files;
  for (auto& [name, bytes] : edition_files(of, {{kPhone, Opening::whole}})) files["x/" + name] = bytes;
  VerifyReport report;
  const LedgerContent edition = ledger_from_files(*base::files_in_memory(files), "x/", report);
  verify_ledger(edition, Coverage::edition, anchors, report);
  return report;
}
void set_members(Json& body, const Json& members) {
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
                    Json::object({{"cert_sha256", fingerprint_of(who.certificate())},
                                  {"certificate", base::to_base64(who.certificate())},
                                  {"subject", who.subject()}}),
                    true});
    anchors.certificates.push_back(who.certificate());
  }
  void replace_log_key(const Signer& custodian) {
    const Checkpoint good = checkpoint_at(content(), 3);
    ledger->replace_log_key({"log.replace",
                             {},
                             Json::object({{"last_good_size", "3"},
                                           {"last_good_root", base::to_base64(good.root.bytes)},
                                           {"reason", "broken into"}}),
                             true},
                            {&custodian});
  }
  // Alters the members of the last entry; whoever holds the ledger's keys and the person's can do it.
  VerifyReport verify_with_last(const std::function<void(Json&)>& change) const {
    LedgerContent forged = content();
    sign_again(forged.entries.back(), anna(), change);
    reseal(forged, log_key_of(folder));
    return verify_whole(forged, anchors);
  }

  TestFolder folder;
  std::unique_ptr<Ledger> ledger;
  TrustAnchors anchors;
};

bool said(const VerifyReport& report, const std::string& part) {
  return std::ranges::any_of(report.statements,
                             [&](const std::string& one) { return one.find(part) != one.npos; });
}
bool passed(const VerifyReport& report, const std::string& code) {
  return std::ranges::any_of(report.checks, [&](const Check& check) {
    return check.code == code && check.outcome == Outcome::passed;
  });
}

TEST(Witnessed, VerifiedWhereTheQuorumCosigned) {
  WitnessedLedger w;
  w.cosign_now(first());
  const VerifyReport report = w.verify();
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(report.verdict(), Verdict::verified);
  EXPECT_TRUE(passed(report, "witness.quorum") && passed(report, "witness.cosignature"));
  EXPECT_TRUE(said(report, "Your witness first.example/w cosigned 7 entries"));
}
TEST(Witnessed, AStrangersWordIsTold) {
  WitnessedLedger w;
  w.cosign_now(second());
  const VerifyReport report = w.verify();
  EXPECT_EQ(impossible_codes(report), "witness.quorum");
  EXPECT_EQ(report.verdict(), Verdict::not_proven);
  EXPECT_TRUE(said(report, "A witness that you did not name, second.example/w, cosigned 7 entries"));
  w.anchors.policy.reset();
  EXPECT_EQ(w.verify().verdict(), Verdict::verified);
}
TEST(Witnessed, WorkAfterTheLastCosignatureIsNotVouchedFor) {
  WitnessedLedger w;
  w.cosign_now(first());
  w.ledger->append(check_image(kPhone));
  const VerifyReport report = w.verify();
  EXPECT_EQ(impossible_codes(report), "witness.quorum");
  EXPECT_TRUE(said(report, "vouch for the first 7 entries of 9"));
  w.cosign_now(first());
  EXPECT_EQ(w.verify().verdict(), Verdict::verified);
}
// Of an exhibit's edition, too: the act is on the whole case, and all leaves are there.
TEST(Witnessed, AnEditionCarriesIt) {
  WitnessedLedger w;
  w.cosign_now(first());
  const VerifyReport report = verify_edition(w.content(), w.anchors);
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(report.verdict(), Verdict::verified_in_part);
  EXPECT_TRUE(passed(report, "witness.quorum"));
  EXPECT_TRUE(said(report, "Your witness first.example/w cosigned 7 entries"));
  w.cosign_now(first());
  EXPECT_TRUE(said(w.verify(), "cosigned 8 entries"));
  EXPECT_TRUE(said(w.verify(), "the last of 2 times"));
}
// Each entry was there when the first known witness saw it, with ten minutes for the witness's own clock.
TEST(Witnessed, NotAfterOfEntries) {
  WitnessedLedger w;
  const Checkpoint early = checkpoint_at(w.content(), 3);
  const std::uint64_t now = now_s();
  w.record(first(), early, first().line(early, now - 50));
  const Checkpoint late = checkpoint_of(w.content());
  w.record(first(), late, first().line(late, now - 20));
  VerifyReport report;
  Findings findings(report);
  const LedgerContent all = w.content();
  const Policy policy = only_first();
  const Witnessed known = check_witnesses(all, &policy, base::now_utc_us(), findings);
  TimeBrackets brackets(LedgerTimes{}, base::now_utc_us());
  for (const TrustedCosignature& one : known.cosignatures)
    brackets.witnessed(one.size, one.latest_us, one.witness.name);
  const auto seconds_ago = [&](std::uint64_t entry) {
    const auto time = brackets.not_after_of(entry);
    return time ? static_cast<std::int64_t>(now) + 600 - time->utc_us / 1'000'000 : -1;
  };
  EXPECT_EQ(seconds_ago(0), 50);
  EXPECT_EQ(seconds_ago(2), 50);
  EXPECT_EQ(seconds_ago(3), 20);
  EXPECT_EQ(seconds_ago(7), 20);
  EXPECT_EQ(seconds_ago(8), -1);
  EXPECT_EQ(known.quorum_size, 8u);
  EXPECT_TRUE(check_witnesses(all, nullptr, base::now_utc_us(), findings).cosignatures.empty());
  EXPECT_EQ(last_cosigned_size(all, first().key), 8u);
  EXPECT_EQ(last_cosigned_size(all, second().key), 0u);
}
// What claims to have been made after a known witness had seen it was not made then.
TEST(Witnessed, AnEntryThatClaimsToBeLaterThanItsWitness) {
  WitnessedLedger w;
  w.cosign_now(first());
  EXPECT_EQ(failed_codes(w.verify()), "");
  LedgerContent forged = w.content();
  sign_again(forged.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", base::format_utc(base::now_utc_us() + 1'200'000'000)));
  });
  reseal(forged, log_key_of(w.folder));
  const Checkpoint now = checkpoint_at(forged, 7);
  const std::uint64_t time = now_s();
  const Json members = witness_members(first().key, first().line(now, time), {now, time});
  sign_again(forged.entries[7], anna(), [&](Json& body) { set_members(body, members); });
  reseal(forged, log_key_of(w.folder));
  EXPECT_NE(failed_codes(verify_whole(forged, w.anchors)).find("time.bracket"), std::string::npos);
}

TEST(Tamper, T35_CosignatureTimeAltered) {
  WitnessedLedger w;
  w.cosign_now(first());
  const auto altered = [](Json& body) {
    base::Buffer line = base::from_base64(body.at("cosignature").text());
    line[11] ^= std::byte{1};  // the last byte of the time
    body.set("cosignature", base::to_base64(line));
  };
  EXPECT_EQ(failed_codes(w.verify_with_last(altered)), "witness.cosignature");
  if (has_openssl()) {
    const base::Buffer line =
        base::from_base64(open_body(w.content().entries.back()).body.at("cosignature").text());
    const std::string text = checkpoint_at(w.content(), 7).text();
    const std::uint64_t time = base::ByteReader(base::Bytes(line).subspan(4)).u64be();
    const base::Bytes signature = base::Bytes(line).subspan(12);
    EXPECT_TRUE(openssl_verifies(first().key.key, cosigned_message(text, time), signature));
    EXPECT_FALSE(openssl_verifies(first().key.key, cosigned_message(text, time ^ 1), signature));
  }
  const auto stated = [](Json& body) { body.set("cosigned_at", "2026-01-01T00:00:00Z"); };
  EXPECT_EQ(failed_codes(w.verify_with_last(stated)), "witness.cosignature");
}
// A time that the witness did sign, and that cannot be.
TEST(Tamper, T35_CosignatureBeforeGenesisOrInTheFuture) {
  WitnessedLedger w;
  const Checkpoint before = checkpoint_of(w.content());
  w.cosign_now(first());
  for (const std::uint64_t time : {now_s() - 86'400, now_s() + 86'400, std::uint64_t{0}}) {
    const NoteSignature line = first().line(before, time);
    if (has_openssl())
      EXPECT_TRUE(openssl_verifies(first().key.key, cosigned_message(before.text(), time),
                                   base::Bytes(line.signature).subspan(8)))
          << "openssl does not ask when";
    const Json members = witness_members(first().key, line, {before, time});
    const VerifyReport report = w.verify_with_last([&](Json& body) { set_members(body, members); });
    EXPECT_EQ(failed_codes(report), "witness.cosignature") << time;
    EXPECT_EQ(report.verdict(), Verdict::damaged);
  }
}
TEST(Tamper, T36_OneWitnessUnderTwoNames) {
  WitnessedLedger w;
  w.anchors.policy = two_of_two();
  w.cosign_now(first());
  Partner again = first();
  again.key.name = "second.example/w";  // the other's name, the same key
  const Checkpoint now = checkpoint_of(w.content());
  w.record(again, now, again.line(now, now_s()));
  const VerifyReport report = w.verify();
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(impossible_codes(report), "witness.quorum");
  // openssl takes both lines: it is asked about one key at a time.
  if (has_openssl())
    for (const Partner& partner : {first(), again}) {
      const std::uint64_t time = now_s();
      const NoteSignature line = partner.line(now, time);
      EXPECT_TRUE(openssl_verifies(partner.key.key, cosigned_message(now.text(), time),
                                   base::Bytes(line.signature).subspan(8)));
    }
}
TEST(Tamper, T37_OneLessThanTheQuorum) {
  WitnessedLedger w;
  w.anchors.policy = two_of_two();
  EXPECT_EQ(impossible_codes(w.verify()), "witness.quorum");
  w.cosign_now(first());
  EXPECT_EQ(impossible_codes(w.verify()), "witness.quorum");
  EXPECT_EQ(w.verify().verdict(), Verdict::not_proven);
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(w.content(), w.anchors, log_key_of(w.folder).public_key()),
              kStockToolsNoticeNothing)
        << "they count no witnesses";
  w.cosign_now(second());
  EXPECT_EQ(w.verify().verdict(), Verdict::verified);
}
// A second witness that saw only the first entry does not vouch for the rest.
TEST(Tamper, T37_QuorumOverTheSmallerSize) {
  WitnessedLedger w;
  w.anchors.policy = two_of_two();
  w.cosign_now(first());
  const Checkpoint one = checkpoint_at(w.content(), 1);
  w.record(second(), one, second().line(one, now_s()));
  const VerifyReport report = w.verify();
  EXPECT_EQ(impossible_codes(report), "witness.quorum");
  EXPECT_TRUE(said(report, "vouch for the first 1 entry of 9"));
}
TEST(Tamper, T38_OlderSizeInAnEntry) {
  WitnessedLedger w;
  const LedgerContent all = w.content();
  const Checkpoint now = checkpoint_of(all), early = checkpoint_at(all, 3);
  w.record(first(), now, first().line(early, now_s()));
  const VerifyReport report = w.verify();
  EXPECT_EQ(failed_codes(report), "witness.size");
  EXPECT_EQ(report.verdict(), Verdict::damaged);
}
TEST(Tamper, T38_LinesBelowTheCheckpoint) {
  WitnessedLedger w;
  LedgerContent all = w.content();
  const Checkpoint now = checkpoint_of(all);
  const SignedNote genuine_note = parse_note(all.checkpoint);
  const auto with = [&](const NoteSignature& line) {
    SignedNote note = genuine_note;
    note.signatures.push_back(line);
    all.checkpoint = base::to_buffer(base::as_bytes(format_note(note)));
    if (has_go())
      EXPECT_EQ(go_note(format_note(note), NoteKey{now.origin, log_key_of(w.folder).public_key()}.vkey()),
                "good")
          << "sumdb sees the ledger's own line only";
    return verify_whole(all, w.anchors);
  };
  EXPECT_EQ(with(first().line(now, now_s())).verdict(), Verdict::verified);
  EXPECT_EQ(failed_codes(with(first().line(checkpoint_at(all, 3), now_s()))), "witness.size");
  NoteSignature broken = first().line(now, now_s());
  broken.signature[40] ^= std::byte{4};
  EXPECT_EQ(failed_codes(with(broken)), "witness.cosignature");
  // Of somebody whom the verifier does not know nothing can be said, good or bad.
  EXPECT_EQ(impossible_codes(with(second().line(now, now_s()))), "witness.quorum");
}
TEST(Witnessed, StatesACheckpointThatNeverWas) {
  WitnessedLedger w;
  Checkpoint other = checkpoint_of(w.content());
  other.root = base::sha256(base::as_bytes("another"));
  w.record(first(), other, first().line(other, now_s()));
  EXPECT_EQ(failed_codes(w.verify()), "witness.size");
}
// A cosignature cannot be over a tree that holds the entry in which it is recorded.
TEST(Witnessed, StatesACheckpointAfterItself) {
  WitnessedLedger w;
  w.cosign_now(first());
  w.ledger->append(check_image(kPhone));
  LedgerContent forged = w.content();
  const Checkpoint later = checkpoint_of(forged);
  const std::uint64_t time = now_s();
  const Json members = witness_members(first().key, first().line(later, time), {later, time});
  sign_again(forged.entries[7], anna(), [&](Json& body) { set_members(body, members); });
  reseal(forged, log_key_of(w.folder));
  EXPECT_EQ(failed_codes(verify_whole(forged, w.anchors)), "witness.size");
}
TEST(Witnessed, MembersThatAreNoCosignature) {
  WitnessedLedger w;
  w.cosign_now(first());
  for (const auto& [name, value] : std::vector<std::pair<const char*, std::string>>{
           {"cosignature", "AAAA"},
           {"cosignature", "!"},
           {"cosignature", ""},
           {"witness", "nobody"},
           {"witness", NoteKey{first().key.name, first().key.key}.vkey()}})
    EXPECT_EQ(failed_codes(
                  w.verify_with_last([member = name, text = value](Json& body) { body.set(member, text); })),
              "witness.cosignature")
        << name << " " << value;
  for (const char* size : {"0", "07", "8", "18446744073709551615", "18446744073709551616", "-1"})
    EXPECT_NE(failed_codes(w.verify_with_last([&](Json& body) { body.set("size", size); })), "") << size;
  EXPECT_EQ(failed_codes(w.verify_with_last([](Json& body) { body.set("root", "AAAA"); })),
            "witness.cosignature");
}
// The ledger's own key under a witness's name is the ledger's word twice.
TEST(Witnessed, ALedgerDoesNotWitnessItself) {
  WitnessedLedger w;
  Partner itself("first.example/w");
  itself.secret = log_key_of(w.folder);
  itself.key.key = itself.secret.public_key();
  w.anchors.policy = parse_policy("witness a " + itself.key.vkey() + "\nquorum a\n");
  w.cosign_now(itself);
  EXPECT_EQ(impossible_codes(w.verify()), "witness.quorum");
}
TEST(Witnessed, PolicyThatListsLedgers) {
  WitnessedLedger w;
  w.cosign_now(first());
  const std::string witness = "witness a " + first().key.vkey() + "\nquorum a\n";
  const NoteKey own{checkpoint_of(w.content()).origin, log_key_of(w.folder).public_key()};
  const auto under = [&](const NoteKey& log) {
    w.anchors.policy = parse_policy("log " + log.vkey() + "\n" + witness);
    return w.verify();
  };
  EXPECT_EQ(under(own).verdict(), Verdict::verified);
  const Ed25519PublicKey other = Ed25519PrivateKey::generate().public_key();
  EXPECT_EQ(failed_codes(under({own.name, other})), "witness.log");
  EXPECT_EQ(impossible_codes(under({"another.example/c/s", other})), "witness.log");
}
// The policy must have the key of the checkpoint: the first one says nothing of it any more.
TEST(Witnessed, PolicyThatListsLedgersWhoseKeyWasReplaced) {
  WitnessedLedger w;
  const NoteKey old_key{checkpoint_of(w.content()).origin, log_key_of(w.folder).public_key()};
  const LedgerContent before = w.content();
  w.admit(boris());
  w.replace_log_key(boris());
  w.cosign_now(first());
  const NoteKey new_key{old_key.name, log_key_of(w.folder).public_key()};
  const std::string witness = "witness a " + first().key.vkey() + "\nquorum a\n";
  const auto under = [&](const std::string& logs) {
    w.anchors.policy = parse_policy(logs + witness);
    return w.verify();
  };
  const std::string with_old = "log " + old_key.vkey() + "\n", with_new = "log " + new_key.vkey() + "\n";
  EXPECT_EQ(under(with_new).verdict(), Verdict::verified)
      << failed_codes(under(with_new)) << impossible_codes(under(with_new));
  EXPECT_EQ(under(with_old + with_new).verdict(), Verdict::verified);
  EXPECT_EQ(impossible_codes(under(with_old)), "witness.log")
      << "not damaged: it may have been replaced honestly";
  EXPECT_EQ(failed_codes(under(with_old)), "");
  const NoteKey other{old_key.name, Ed25519PrivateKey::generate().public_key()};
  EXPECT_EQ(failed_codes(under("log " + other.vkey() + "\n")), "witness.log");
  // Of what was there before the replacement, the first key counts.
  w.anchors.policy = parse_policy(with_old + "quorum none\n");
  EXPECT_EQ(verify_whole(before, w.anchors).verdict(), Verdict::verified);
}
// A later key of the ledger is its own as much as the first.
TEST(Witnessed, ALedgerDoesNotWitnessItselfWithItsNewKey) {
  WitnessedLedger w;
  w.admit(boris());
  w.replace_log_key(boris());
  Partner itself("first.example/w");
  itself.secret = log_key_of(w.folder);
  itself.key.key = itself.secret.public_key();
  w.anchors.policy = parse_policy("witness a " + itself.key.vkey() + "\nquorum a\n");
  w.cosign_now(itself);
  EXPECT_EQ(impossible_codes(w.verify()), "witness.quorum");
}

// --- checkpoints that the verifier kept -----------------------------------------------------------

KnownCheckpoint known(const base::Buffer& note) {
  const SignedNote parsed = parse_note(note);
  return {parsed, parse_checkpoint(parsed.text)};
}

struct KeptCheckpoint : WitnessedLedger {
  KeptCheckpoint() { anchors.policy.reset(); }
  void keep(const Checkpoint& checkpoint) {
    anchors.checkpoints = {known(signed_checkpoint(checkpoint, log_key_of(folder)))};
  }
  // What the station's holder can make with the keys of the ledger and of the person: another past.
  LedgerContent another_past() const {
    LedgerContent forged = content();
    for (std::size_t i = 3; i < forged.entries.size(); ++i) {
      sign_again(forged.entries[i], anna(), [](Json& body) { body.set("nonce", "AAAAAAAAAAAAAAAAAAAAAA"); });
    }
    reseal(forged, log_key_of(folder));
    return forged;
  }
};

TEST(Kept, IsContinued) {
  KeptCheckpoint w;
  const LedgerContent all = w.content();
  for (const std::size_t size : {1, 4, 7}) {
    w.keep(checkpoint_at(all, size));
    const VerifyReport report = w.verify();
    EXPECT_EQ(report.verdict(), Verdict::verified);
    EXPECT_TRUE(passed(report, "tree.consistency"));
  }
}
TEST(Tamper, T152_ForkBelowIt) {
  KeptCheckpoint w;
  const LedgerContent all = w.content();
  const Checkpoint kept = checkpoint_at(all, 5);
  w.keep(kept);
  const LedgerContent forged = w.another_past();
  const VerifyReport report = verify_whole(forged, w.anchors);
  EXPECT_NE(failed_codes(report).find("tree.consistency"), std::string::npos);
  // Its own checkpoint is well signed; only the comparison shows it.
  const NoteKey key{kept.origin, log_key_of(w.folder).public_key()};
  if (!has_go()) return;
  EXPECT_EQ(go_note(std::string(base::as_text(forged.checkpoint)), key.vkey()), "good");
  std::vector<base::Digest> leaves;
  for (const Entry& entry : forged.entries) leaves.push_back(base::leaf_hash(entry.leaf));
  const std::vector<base::Digest> proof = base::consistency_path(leaves, 5);
  EXPECT_FALSE(go_continues(5, kept.root, 7, base::merkle_root(leaves), proof));
  EXPECT_TRUE(go_continues(5, checkpoint_at(forged, 5).root, 7, base::merkle_root(leaves), proof));
}
TEST(Tamper, T20_WholeLedgerRolledBack) {
  KeptCheckpoint w;
  LedgerContent all = w.content();
  w.keep(checkpoint_of(all));
  all.entries.resize(4);
  reseal(all, log_key_of(w.folder));
  EXPECT_EQ(failed_codes(verify_whole(all, w.anchors)), "tree.consistency");
  w.anchors.checkpoints.clear();
  EXPECT_EQ(verify_whole(all, w.anchors).verdict(), Verdict::verified) << "alone it is a good ledger";
}
TEST(Tamper, T21_OfAnotherLedgerOfThisName) {
  KeptCheckpoint w;
  w.anchors.checkpoints = {known(another_genuine()->content.checkpoint)};
  EXPECT_EQ(failed_codes(w.verify()), "tree.consistency");
  if (has_go()) {
    const Checkpoint other = w.anchors.checkpoints[0].checkpoint, own = checkpoint_of(w.content());
    EXPECT_FALSE(go_continues(other.size, other.root, own.size, own.root, {}));
  }
}
TEST(Tamper, T149_KeptCheckpointWithTheSameShortRoot) {
  KeptCheckpoint w;
  Checkpoint almost = checkpoint_of(w.content());
  almost.root.bytes[31] ^= std::byte{1};
  ASSERT_EQ(almost.root.hex().substr(0, 40), checkpoint_of(w.content()).root.hex().substr(0, 40));
  w.keep(almost);
  EXPECT_EQ(failed_codes(w.verify()), "tree.consistency");
  if (has_go()) EXPECT_FALSE(go_continues(7, almost.root, 7, checkpoint_of(w.content()).root, {}));
}
TEST(Kept, OfALedgerThatIsNotHere) {
  KeptCheckpoint w;
  const base::Buffer note = signed_checkpoint({"another.example/c/s", 3, {}}, log_key_of(w.folder));
  VerifyReport report = w.verify();
  name_uncompared({known(note)}, report);
  EXPECT_EQ(impossible_codes(report), "tree.consistency");
}
TEST(Kept, ComparedWithAnEdition) {
  KeptCheckpoint w;
  const LedgerContent all = w.content();
  w.keep(checkpoint_at(all, 5));
  EXPECT_EQ(failed_codes(verify_edition(all, w.anchors)), "");
  EXPECT_TRUE(passed(verify_edition(all, w.anchors), "tree.consistency"));
  EXPECT_NE(failed_codes(verify_edition(w.another_past(), w.anchors)).find("tree.consistency"),
            std::string::npos);
  // An edition may be older than what its reader holds; that is not proof of anything.
  w.keep({checkpoint_of(all).origin, 9, {}});
  EXPECT_EQ(impossible_codes(verify_edition(all, w.anchors)), "tree.consistency");
  EXPECT_EQ(failed_codes(verify_edition(all, w.anchors)), "");
}

}  // namespace
}  // namespace custody::test
