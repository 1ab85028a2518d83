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
#include "witnessed_ledger.h"

namespace custody::test {
namespace {

using base::Json;

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

}  // namespace
}  // namespace custody::test
