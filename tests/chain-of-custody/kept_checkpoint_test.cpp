// SPDX-License-Identifier: Apache-2.0
// A ledger against a checkpoint of it that the verifier kept.
#include <gtest/gtest.h>

#include "base/error.h"
#include "forge.h"
#include "other_voices.h"
#include "witnessed_ledger.h"

namespace custody::test {
namespace {

using base::Json;

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
