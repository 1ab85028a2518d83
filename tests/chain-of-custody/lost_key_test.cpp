// SPDX-License-Identifier: Apache-2.0
// A station that lost the ledger's key, its high-water mark, or both, goes on by two signatures; and what was
// cut back meanwhile is seen where somebody kept a later checkpoint.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "chain-of-custody/kept_state.h"
#include "chain-of-custody/revocation.h"
#include "forge.h"

namespace custody::test {
namespace {

namespace fs = std::filesystem;
using base::Json;

// The small ledger, and Boris, who may sign in it: 8 entries.
class LostKey : public ::testing::Test {
 protected:
  LostKey() {
    ledger_ = small_ledger(folder);
    ledger_->append({"key.add",
                     {},
                     Json::object({{"cert_sha256", fingerprint_of(boris().certificate())},
                                   {"certificate", base::to_base64(boris().certificate())},
                                   {"subject", boris().subject()}}),
                     true});
    anchors_.certificates = {anna().certificate(), boris().certificate()};
  }
  LedgerPlaces at() const { return places_in(folder); }
  fs::path next_key() const { return at().log_key.string() + ".next"; }
  LedgerContent content() const { return read_ledger(at().folder); }
  std::vector<base::Digest> hashes() const {
    std::vector<base::Digest> all;
    for (const Entry& entry : content().entries) all.push_back(base::leaf_hash(entry.leaf));
    return all;
  }
  std::vector<base::Digest> first_of(std::uint64_t size) const {
    std::vector<base::Digest> all = hashes();
    all.resize(size);
    return all;
  }
  base::Event replacement(std::uint64_t size) const {
    const base::Digest root = base::merkle_root(first_of(size));
    return {"log.replace",
            {},
            Json::object({{"last_good_size", std::to_string(size)},
                          {"last_good_root", base::to_base64(root.bytes)},
                          {"reason", "the disk of the station failed"}}),
            true};
  }
  void lose_key() { fs::remove(at().log_key); }
  void lose_mark() { fs::remove(at().high_water); }
  std::unique_ptr<Ledger> rekeyed(std::uint64_t good = 5) const {
    auto ledger = Ledger::open_for_new_key(at(), anna());
    ledger->replace_log_key(replacement(good), {&boris()});
    return ledger;
  }
  std::string lost_in_last() const {
    const Json body = open_body(content().entries.back()).body;
    return body.find("lost") ? body.at("lost").canonical() : "";
  }
  VerifyReport verify() const { return verify_whole(content(), anchors_); }
  std::string refusal() const {
    try {
      Ledger::open(at(), anna());
      return "";
    } catch (const base::Error& error) {
      return std::string(error.what()) + " / " + error.advice;
    }
  }

  TestFolder folder;
  std::unique_ptr<Ledger> ledger_;
  TrustAnchors anchors_;
};

bool states(const VerifyReport& report, const std::string& part) {
  for (const std::string& statement : report.statements)
    if (statement.find(part) != statement.npos) return true;
  return false;
}

TEST_F(LostKey, TheErrorsNameTheWayOut) {
  lose_mark();
  EXPECT_NE(refusal().find("is missing"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("replace-log-key"), std::string::npos) << refusal();
  lose_key();
  EXPECT_NE(refusal().find("the ledger's key"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("replace-log-key"), std::string::npos) << refusal();
  Ed25519PrivateKey::generate().write_new(at().log_key);
  EXPECT_NE(refusal().find("is not that of this ledger"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("replace-log-key"), std::string::npos) << refusal();
}
TEST_F(LostKey, WithoutTheKeyItGoesOn) {
  lose_key();
  const auto ledger = rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["log key"])");
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  EXPECT_TRUE(states(verify(), "Entry 8 gave the ledger a new key after its station had lost the log key."));
  EXPECT_TRUE(states(verify(), "compared the first 5 of the 8 entries before it"));
  EXPECT_FALSE(states(verify(), "only a later checkpoint")) << "the mark was there, and told";
  ledger->append(check_image(kPhone));
  reopened(folder)->append(check_image(kPhone));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
TEST_F(LostKey, WithoutTheMarkItGoesOn) {
  lose_mark();
  const base::Buffer old_key = base::read_file(at().log_key);
  rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["high-water mark"])");
  EXPECT_NE(base::read_file(at().log_key), old_key);
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  reopened(folder)->append(check_image(kPhone));
}
TEST_F(LostKey, WithoutBothItGoesOn) {
  fs::remove_all(at().log_key.parent_path());
  fs::remove_all(at().high_water.parent_path());
  rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["log key","high-water mark"])");
  EXPECT_TRUE(states(verify(), "had lost the log key and the high-water mark."));
  EXPECT_TRUE(states(verify(), "only a later checkpoint in other hands can show"));
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  reopened(folder)->append(check_image(kPhone));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
TEST_F(LostKey, WithAnotherKeyInItsPlace) {
  lose_key();
  Ed25519PrivateKey::generate().write_new(at().log_key);
  rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["log key"])");
  reopened(folder)->append(check_image(kPhone));
}
TEST_F(LostKey, WithAFileThatHoldsNoKey) {
  base::write_durably(at().log_key, base::as_bytes("-----BEGIN PRIVATE KEY-----\n"), 0600);
  EXPECT_NE(refusal().find("replace-log-key"), std::string::npos) << refusal();
  rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["log key"])");
  reopened(folder)->append(check_image(kPhone));
}
TEST_F(LostKey, WhereNothingIsLostNothingIsStated) {
  const auto ledger = Ledger::open_for_new_key(at(), anna());
  EXPECT_FALSE(ledger->loss().any());
  ledger->replace_log_key(replacement(5), {&boris()});
  EXPECT_EQ(lost_in_last(), "");
  EXPECT_FALSE(states(verify(), "had lost"));
}
TEST_F(LostKey, NothingElseIsAddedBefore) {
  lose_mark();
  const auto ledger = Ledger::open_for_new_key(at(), anna());
  EXPECT_TRUE(ledger->loss().high_water);
  EXPECT_FALSE(ledger->loss().log_key);
  EXPECT_THROW(ledger->append(check_image(kPhone)), base::Error);
  EXPECT_FALSE(fs::exists(at().high_water)) << "no mark is invented";
  EXPECT_EQ(content().entries.size(), 8u);
  ledger->replace_log_key(replacement(5), {&boris()});
  EXPECT_NO_THROW(ledger->append(check_image(kPhone)));
}
TEST_F(LostKey, OneCustodianIsNotTwo) {
  lose_key();
  const auto ledger = Ledger::open_for_new_key(at(), anna());
  EXPECT_THROW(ledger->replace_log_key(replacement(5), {}), base::Error);
  EXPECT_THROW(ledger->replace_log_key(replacement(5), {&anna()}), base::Error);
  EXPECT_EQ(content().entries.size(), 8u);
}
// A mark that is there is heeded, also where the key is gone.
TEST_F(LostKey, T23_ARollbackIsSeenWithoutTheKey) {
  fs::copy(at().folder, folder / "yesterday", fs::copy_options::recursive);
  ledger_->append(check_image(kPhone));
  ledger_.reset();
  fs::remove_all(at().folder);
  fs::copy(folder / "yesterday", at().folder, fs::copy_options::recursive);
  lose_key();
  EXPECT_THROW(Ledger::open_for_new_key(at(), anna()), base::Error);
  // Without the mark this station cannot see it; who kept the later checkpoint can (KeptState, below).
  lose_mark();
  EXPECT_NO_THROW(Ledger::open_for_new_key(at(), anna()));
}
TEST_F(LostKey, ALedgerThatIsNotSoundIsRefused) {
  lose_key();
  lose_mark();
  const fs::path checkpoint = at().folder / "checkpoint";
  base::Buffer altered = base::read_file(checkpoint);
  const base::Buffer good = altered;
  replace(altered, "\n8\n", "\n9\n");
  base::write_durably(checkpoint, altered);
  EXPECT_THROW(Ledger::open_for_new_key(at(), anna()), base::Error);
  fs::remove(checkpoint);
  EXPECT_THROW(Ledger::open_for_new_key(at(), anna()), base::Error);
  base::write_durably(checkpoint, good);
  EXPECT_NO_THROW(Ledger::open_for_new_key(at(), anna()));
}
// The disclosures of entries that were cut away are not thrown out while nobody has said how it goes on.
TEST_F(LostKey, NothingIsCleanedUpBefore) {
  fs::copy_file(at().folder / "ledger.db", folder / "ledger.db");
  fs::copy_file(at().folder / "checkpoint", folder / "checkpoint");
  ledger_->append(check_image(kPhone));
  ledger_.reset();
  const auto over = fs::copy_options::overwrite_existing;
  fs::copy_file(at().folder / "ledger.db", folder / "newer.db");
  fs::copy_file(at().folder / "checkpoint", folder / "newer-checkpoint");
  fs::copy_file(folder / "ledger.db", at().folder / "ledger.db", over);
  fs::copy_file(folder / "checkpoint", at().folder / "checkpoint", over);
  lose_mark();
  Ledger::open_for_new_key(at(), anna());
  fs::copy_file(folder / "newer.db", at().folder / "ledger.db", over);
  fs::copy_file(folder / "newer-checkpoint", at().folder / "checkpoint", over);
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
}

// --- the power fails ---------------------------------------------------------------------------------------

// After each step of a replacement without the old key: the entry, the checkpoint, the mark, the key in its
// place. Where `awaiting`, another entry awaited its checkpoint when the key was lost.
class CutOff : public LostKey, public ::testing::WithParamInterface<bool> {};
TEST_P(CutOff, IsCompletedAtTheNextOpening) {
  const base::Buffer before = base::read_file(at().folder / "checkpoint"),
                     mark = base::read_file(at().high_water);
  if (GetParam()) {
    ledger_->append(check_image(kPhone));
    base::write_durably(at().folder / "checkpoint", before);
    base::write_durably(at().high_water, mark, 0600);
  }
  lose_key();
  rekeyed();
  const base::Buffer new_key = base::read_file(at().log_key),
                     after = base::read_file(at().folder / "checkpoint"),
                     new_mark = base::read_file(at().high_water);
  for (const auto& [note, water] : {std::pair{before, mark}, {after, mark}, {after, new_mark}}) {
    fs::remove(at().log_key);
    base::write_durably(next_key(), new_key, 0600);
    base::write_durably(at().folder / "checkpoint", note);
    base::write_durably(at().high_water, water, 0600);
    reopened(folder);
    EXPECT_EQ(base::read_file(at().log_key), new_key);
    EXPECT_FALSE(fs::exists(next_key()));
    EXPECT_EQ(base::read_file(at().folder / "checkpoint"), after);
    EXPECT_EQ(base::read_file(at().high_water), new_mark);
    EXPECT_EQ(verify().verdict(), Verdict::verified);
  }
}
// Where the mark was lost too, the two people do it once more.
TEST_P(CutOff, IsRepeatedWhereTheMarkIsGoneToo) {
  const base::Buffer before = base::read_file(at().folder / "checkpoint");
  if (GetParam()) {
    ledger_->append(check_image(kPhone));
    base::write_durably(at().folder / "checkpoint", before);
  }
  lose_key();
  lose_mark();
  rekeyed();
  fs::rename(at().log_key, next_key());
  base::write_durably(at().folder / "checkpoint", before);
  lose_mark();
  EXPECT_NE(refusal(), "");
  rekeyed();
  EXPECT_EQ(lost_in_last(), R"(["high-water mark"])");
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  reopened(folder)->append(check_image(kPhone));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
INSTANTIATE_TEST_SUITE_P(AnEntryAwaits, CutOff, ::testing::Bool());

// Entries of one person beyond the checkpoint stay forged, whatever key is lost.
TEST_F(LostKey, T151_ATailThatNobodySealedIsNotAdopted) {
  const base::Buffer before = base::read_file(at().folder / "checkpoint");
  ledger_->append(check_image(kPhone));
  ledger_->append(check_image(kDisk));
  base::write_durably(at().folder / "checkpoint", before);
  lose_key();
  lose_mark();
  EXPECT_THROW(Ledger::open_for_new_key(at(), anna()), base::Error);
}

// --- what the entry states ---------------------------------------------------------------------------------

TEST_F(LostKey, ALossThatIsNone) {
  lose_key();
  rekeyed();
  const Ed25519PrivateKey key = log_key_of(folder);
  for (const Json& wrong : {Json::array(), Json("log key"), Json::array({Json("passport")}),
                            Json::array({Json("log key"), Json("log key")}), Json::array({Json(1)})}) {
    LedgerContent forged = content();
    sign_again(forged.entries.back(), anna(), [&](Json& body) { body.set("lost", wrong); });
    forged.entries.back().signatures.push_back(boris().sign_detached(*forged.entries.back().body));
    reseal(forged, key);
    EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "key.act") << wrong.canonical();
  }
}
TEST_F(LostKey, TheKeyOfTheCheckpointIsTheNewOne) {
  const std::string before = log_vkey_of(content());
  lose_key();
  rekeyed();
  EXPECT_NE(log_vkey_of(content()), before);
  EXPECT_EQ(parse_vkey(log_vkey_of(content())).key, log_key_of(folder).public_key());
  // An entry that awaits its checkpoint names a key that signed nothing yet.
  LedgerContent cut = content();
  cut.checkpoint =
      signed_checkpoint({parse_vkey(before).name, 8, base::merkle_root(first_of(8))}, log_key_of(folder));
  EXPECT_EQ(log_vkey_of(cut), before);
}

// --- what others kept --------------------------------------------------------------------------------------

class KeptStates : public LostKey {
 protected:
  std::string why(const KeptState& kept) const {
    return why_not_continued(kept, hashes(), log_keys_of(content()));
  }
  std::string root(std::uint64_t size) const { return base::merkle_root(first_of(size)).hex(); }
};

TEST_F(KeptStates, OnPaper) {
  const std::string digits = root(5).substr(0, 40);
  std::string grouped;
  for (std::size_t i = 0; i < 40; i += 4) grouped += ' ' + digits.substr(i, 4);
  std::string upper = digits;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& text :
       {"5" + grouped, "5 " + digits, "5:" + digits, "5 " + root(5), "5 " + upper}) {
    const auto kept = kept_on_paper(text);
    ASSERT_TRUE(kept) << text;
    EXPECT_EQ(kept->size, 5u);
    EXPECT_EQ(why(*kept), "") << text;
  }
  for (const std::string& text :
       {std::string("5"), "5 " + digits.substr(1), "0 " + digits, "5" + digits, "5 " + root(5) + "0",
        "5-" + digits, "-5 " + digits, "5 " + digits + "g", digits, std::string("kept/checkpoint"),
        std::string(), "99999999999999999999 " + digits})
    EXPECT_FALSE(kept_on_paper(text)) << text;
  EXPECT_NE(why(*kept_on_paper("4 " + digits)).find("FORK"), std::string::npos);
  EXPECT_NE(why(*kept_on_paper("9 " + digits)).find("ROLLBACK"), std::string::npos);
}
TEST_F(KeptStates, AsAFile) {
  const base::Buffer note = content().checkpoint;
  EXPECT_EQ(why(kept_checkpoint(note)), "");
  ledger_->append(check_image(kPhone));
  EXPECT_EQ(why(kept_checkpoint(note)), "") << "an earlier one is continued";
  const base::Buffer later = content().checkpoint;
  const Checkpoint here = parse_checkpoint(parse_note(later).text);
  EXPECT_NE(why(kept_checkpoint(signed_checkpoint(here, Ed25519PrivateKey::generate()))), "")
      << "the right root, and not signed by this ledger";
  EXPECT_NE(why(kept_checkpoint(signed_checkpoint({here.origin, 3, here.root}, log_key_of(folder)))), "");
  EXPECT_NE(why(kept_checkpoint(signed_checkpoint({here.origin, 30, here.root}, log_key_of(folder))))
                .find("ROLLBACK"),
            std::string::npos);
  EXPECT_THROW(kept_checkpoint(base::as_bytes("no note")), NoteError);
  // Old checkpoints are of the key of their time.
  replacement(3);
  ledger_->replace_log_key(replacement(3), {&boris()});
  EXPECT_EQ(why(kept_checkpoint(note)), "");
  EXPECT_EQ(why(kept_checkpoint(content().checkpoint)), "");
}

}  // namespace
}  // namespace custody::test
