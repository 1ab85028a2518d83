// SPDX-License-Identifier: Apache-2.0
// Cosignatures: published vectors, what openssl and sumdb say of the same bytes, and lines that are almost
// right.
#include "chain-of-custody/cosignature.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "base/merkle.h"
#include "other_voices.h"
#include "support.h"
#include "tests/support/shared_folder.h"

namespace custody::test {
namespace {

constexpr std::uint64_t kTime = 1679315147;

Ed25519PrivateKey key_of_seed(int first) {
  base::Buffer seed;
  for (int i = 0; i < 32; ++i) seed.push_back(static_cast<std::byte>(first + i));
  return Ed25519PrivateKey::from_seed(seed);
}
const Ed25519PrivateKey& log_secret() {
  static const Ed25519PrivateKey key = key_of_seed(0);
  return key;
}
const Ed25519PrivateKey& witness_secret() {
  static const Ed25519PrivateKey key = key_of_seed(32);
  return key;
}
NoteKey log_key() {
  return {"evidence.example/case/RTP-2026-0142", log_secret().public_key()};
}
WitnessKey witness_key() {
  return {"witness.example/w1", witness_secret().public_key()};
}
std::vector<base::Digest> seven_leaves() {
  std::vector<base::Digest> leaves;
  for (int i = 0; i < 7; ++i)
    leaves.push_back(base::leaf_hash(base::as_bytes("{\"seq\":" + std::to_string(i) + "}")));
  return leaves;
}
Checkpoint checkpoint_of(std::size_t size) {
  const std::vector<base::Digest> leaves = seven_leaves();
  return {log_key().name, size, base::merkle_root(std::span(leaves).first(size))};
}
SignedNote cosigned_note() {
  const std::string text = checkpoint_of(7).text();
  return {text,
          {sign_note(text, log_key(), log_secret()), cosign(text, witness_key(), witness_secret(), kTime)}};
}
base::Bytes raw_signature(const NoteSignature& line) {
  return base::Bytes(line.signature).subspan(8);
}

// The key's text and the line were computed by another program from the seeds 00..1f and 20..3f.
TEST(Cosignature, AgreesWithPublishedVectors) {
  EXPECT_EQ(witness_key().vkey(), "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X");
  EXPECT_EQ(parse_witness_vkey(witness_key().vkey()), witness_key());
  EXPECT_EQ(
      format_signature_line(cosigned_note().signatures[1]),
      "\xe2\x80\x94 witness.example/w1 IDJKvgAAAABkGFDLuscjbeF94kpWJAp105NfZosFO9CwG5YL0CSQduHrAAhw3Nlq17GX"
      "3ACIoLWQE+Mf8SuVuTDWCFeba0UV83gwBQ==\n");
  const std::string note = format_note(cosigned_note());
  const SignedNote read = parse_note(base::as_bytes(note));
  EXPECT_EQ(format_note(read), note);
  const CosignatureResult result = check_cosignatures(read.text, read.signatures, witness_key());
  EXPECT_EQ(result.outcome, NoteOutcome::good);
  EXPECT_EQ(result.time_s, kTime);
  EXPECT_EQ(check_note(read, log_key()), NoteOutcome::good);
}
TEST(Cosignature, AgreesWithTheGoldenLedger) {
  SKIP_WITHOUT_SHARED("vectors/golden-ledger.json");
  const base::Json golden = base::parse_json(base::read_file(support::shared("vectors/golden-ledger.json")));
  EXPECT_EQ(parse_witness_vkey(golden.at("wv").text()), witness_key());
  EXPECT_THROW(parse_witness_vkey(golden.at("lv").text()), NoteError);
}
TEST(Cosignature, OpensslAgrees) {
  if (!has_openssl()) GTEST_SKIP() << "needs openssl";
  const SignedNote note = cosigned_note();
  const base::Bytes signature = raw_signature(note.signatures[1]);
  EXPECT_TRUE(openssl_verifies(witness_key().key, cosigned_message(note.text, kTime), signature));
  EXPECT_FALSE(openssl_verifies(witness_key().key, cosigned_message(note.text, kTime + 1), signature));
  EXPECT_FALSE(openssl_verifies(witness_key().key, note.text, signature));
}
// sumdb knows type 0x01 only: it verifies the ledger's line and passes over the witness's beside it.
TEST(Cosignature, SumdbPassesOverIt) {
  if (!has_go()) GTEST_SKIP() << "needs golang-go and golang-golang-x-mod-dev";
  SignedNote note = cosigned_note();
  EXPECT_EQ(go_note(format_note(note), log_key().vkey()), "good");
  EXPECT_EQ(go_note(format_note(note), witness_key().vkey()), "no key");
  note.signatures[1].signature[20] ^= std::byte{1};
  EXPECT_EQ(go_note(format_note(note), log_key().vkey()), "good")
      << "it does not notice a broken cosignature";
  EXPECT_EQ(check_cosignatures(note.text, note.signatures, witness_key()).outcome, NoteOutcome::bad);
}

// The same key, and a signature of each type, under the other type's identifier.
TEST(Tamper, T34_TypesExchanged) {
  const std::string text = checkpoint_of(7).text();
  const NoteKey as_log{"both.example", witness_secret().public_key()};
  const WitnessKey as_witness{"both.example", witness_secret().public_key()};
  EXPECT_NE(as_log.id(), as_witness.id());
  EXPECT_THROW(parse_vkey(as_witness.vkey()), NoteError);
  EXPECT_THROW(parse_witness_vkey(as_log.vkey()), NoteError);
  const NoteSignature plain = sign_note(text, as_log, witness_secret());
  const NoteSignature timed = cosign(text, as_witness, witness_secret(), kTime);
  // As it stands, each is of another key for the other reader.
  EXPECT_EQ(check_note({text, {timed}}, as_log), NoteOutcome::other_keys);
  EXPECT_EQ(check_cosignature(text, plain, as_witness).outcome, NoteOutcome::other_keys);

  NoteSignature as_timed{plain.name, as_witness.id(), base::Buffer(8)};
  as_timed.signature.insert(as_timed.signature.end(), plain.signature.begin(), plain.signature.end());
  EXPECT_EQ(check_cosignature(text, as_timed, as_witness).outcome, NoteOutcome::bad);
  as_timed.signature = plain.signature;
  EXPECT_EQ(check_cosignature(text, as_timed, as_witness).outcome, NoteOutcome::bad);

  NoteSignature as_plain{timed.name, as_log.id(), base::to_buffer(raw_signature(timed))};
  EXPECT_EQ(check_note({text, {as_plain}}, as_log), NoteOutcome::bad);
  if (has_go()) {
    EXPECT_EQ(go_note(format_note({text, {as_plain}}), as_log.vkey()), "bad");
    EXPECT_EQ(go_note(format_note({text, {plain}}), as_log.vkey()), "good");
  }
  // Who signs a note whose text is a cosignature's message has cosigned: that is why a ledger's key makes no
  // witness, and a text like this is no checkpoint.
  const std::string message = cosigned_message(text, kTime);
  NoteSignature forged{as_witness.name, as_witness.id(),
                       base::Buffer(timed.signature.begin(), timed.signature.begin() + 8)};
  const NoteSignature over_message = sign_note(message, as_log, witness_secret());
  forged.signature.insert(forged.signature.end(), over_message.signature.begin(),
                          over_message.signature.end());
  EXPECT_EQ(check_cosignature(text, forged, as_witness).outcome, NoteOutcome::good);
  EXPECT_THROW(parse_checkpoint(message), NoteError);
}

TEST(Tamper, T35_EveryBitOfTheTime) {
  const SignedNote note = cosigned_note();
  for (std::size_t bit = 0; bit < 64; ++bit) {
    NoteSignature line = note.signatures[1];
    line.signature[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_EQ(check_cosignature(note.text, line, witness_key()).outcome, NoteOutcome::bad) << bit;
    const std::uint64_t time = base::ByteReader(line.signature).u64be();
    if (has_openssl())
      EXPECT_FALSE(
          openssl_verifies(witness_key().key, cosigned_message(note.text, time), raw_signature(line)))
          << bit;
  }
}
// A time that cannot be told in words is refused although the signature is good.
TEST(Tamper, T35_TimeBeyondAllYears) {
  const std::string text = checkpoint_of(7).text();
  for (const std::uint64_t time : {std::uint64_t{253'402'300'800}, ~std::uint64_t{0}}) {
    const NoteSignature line = cosign(text, witness_key(), witness_secret(), time);
    EXPECT_EQ(check_cosignature(text, line, witness_key()).outcome, NoteOutcome::bad);
    if (has_openssl())
      EXPECT_TRUE(openssl_verifies(witness_key().key, cosigned_message(text, time), raw_signature(line)));
  }
}
TEST(Tamper, T38_LineOfAnOlderSizeUnderANewerCheckpoint) {
  const NoteSignature line = cosign(checkpoint_of(3).text(), witness_key(), witness_secret(), kTime);
  const std::string newer = checkpoint_of(7).text();
  EXPECT_EQ(check_cosignature(newer, line, witness_key()).outcome, NoteOutcome::bad);
  if (has_openssl())
    EXPECT_FALSE(openssl_verifies(witness_key().key, cosigned_message(newer, kTime), raw_signature(line)));
  // And it is told which one it is of.
  const auto found = find_cosigned(log_key().name, seven_leaves(), line, witness_key(), 100);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->checkpoint, checkpoint_of(3));
  EXPECT_EQ(found->time_s, kTime);
  EXPECT_FALSE(find_cosigned(log_key().name, seven_leaves(), line, witness_key(), 4).has_value());
  EXPECT_FALSE(find_cosigned("another.example", seven_leaves(), line, witness_key(), 100).has_value());
}

TEST(Cosignature, LinesOfOthersDoNotMatter) {
  SignedNote note = cosigned_note();
  const WitnessKey stranger{"witness.example/w1", key_of_seed(64).public_key()};
  EXPECT_EQ(check_cosignatures(note.text, note.signatures, stranger).outcome, NoteOutcome::other_keys);
  const WitnessKey renamed{"witness.example/w2", witness_key().key};
  EXPECT_EQ(check_cosignatures(note.text, note.signatures, renamed).outcome, NoteOutcome::other_keys);
  // Of two good lines the earlier counts; one that is broken spoils them all.
  note.signatures.push_back(cosign(note.text, witness_key(), witness_secret(), kTime - 10));
  EXPECT_EQ(check_cosignatures(note.text, note.signatures, witness_key()).time_s, kTime - 10);
  note.signatures[2].signature[30] ^= std::byte{1};
  EXPECT_EQ(check_cosignatures(note.text, note.signatures, witness_key()).outcome, NoteOutcome::bad);
}

}  // namespace
}  // namespace custody::test
