// SPDX-License-Identifier: Apache-2.0
// What is acknowledged stays, and a ledger that is not whole is refused in words: rollback, fork, cut and
// forged tails, power failures after each step, processes that write at once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sqlite.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"
#include "other_voices.h"

namespace custody::test {
namespace {

namespace fs = std::filesystem;

// "" where it opens, else what is said.
std::string refusal(const TestFolder& folder) {
  try {
    reopened(folder);
    return "";
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.advice.empty());
    return error.what();
  }
}
void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}
void put_copy(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}
// Somebody with write access to the file, who does not mind its triggers.
void tamper(const TestFolder& folder, const std::string& sql) {
  auto database = base::Database::open(places_in(folder).folder / "ledger.db", base::OpenMode::read_write);
  database.execute(
      "DROP TRIGGER entries_stay; DROP TRIGGER entries_last; DROP TRIGGER signatures_stay; "
      "DROP TRIGGER signatures_last; " +
      sql);
}
TEST(Recovery, T23_RollbackIsSeenAtOpening) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  const auto ledger = small_ledger(folder);
  copy_folder(places.folder, folder / "yesterday");
  ledger->append(check_image(kPhone));
  copy_folder(folder / "yesterday", places.folder);
  EXPECT_NE(refusal(folder).find("ROLLBACK"), std::string::npos) << refusal(folder);
  // Who has no mark and no checkpoint that he kept sees a good ledger.
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
  if (has_second_verifier()) EXPECT_EQ(second_verifier(places.folder, trusting(anna())), "VERIFIED");
}
TEST(Recovery, T23_RolledBackLedgerKeepsItsDisclosures) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  const auto ledger = small_ledger(folder);
  put_copy(places.folder / "ledger.db", folder / "ledger.db");
  ledger->append(check_image(kPhone));
  put_copy(places.folder / "ledger.db", folder / "newer.db");
  put_copy(folder / "ledger.db", places.folder / "ledger.db");
  EXPECT_NE(refusal(folder), "");
  put_copy(folder / "newer.db", places.folder / "ledger.db");
  EXPECT_EQ(refusal(folder), "");
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Recovery, T152_ForkIsSeenAtOpening) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  small_ledger(folder);
  copy_folder(folder / "case", folder / "case-copy");
  put_copy(places.high_water, folder / "mark");
  reopened(folder)->append(check_image(kPhone));
  put_copy(places.high_water, folder / "mark-of-first");
  // The copy goes on as if nothing had been written elsewhere.
  copy_folder(folder / "case-copy", folder / "case");
  put_copy(folder / "mark", places.high_water);
  reopened(folder)->append(check_image(kDisk));
  put_copy(folder / "mark-of-first", places.high_water);
  EXPECT_NE(refusal(folder).find("FORK"), std::string::npos) << refusal(folder);
  if (has_second_verifier()) EXPECT_EQ(second_verifier(places.folder, trusting(anna())), "VERIFIED");
}
TEST(Recovery, T01_CutTailIsSeenAtOpening) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  const auto ledger = small_ledger(folder);
  put_copy(places.high_water, folder / "mark");
  ledger->append(check_image(kPhone));
  tamper(folder, "DELETE FROM signatures WHERE seq=7; DELETE FROM entries WHERE seq=7");
  EXPECT_NE(refusal(folder).find("ROLLBACK"), std::string::npos) << refusal(folder);
  put_copy(folder / "mark", places.high_water);
  EXPECT_NE(refusal(folder).find("CUT TAIL"), std::string::npos) << refusal(folder);
}
TEST(Recovery, MarksThatAreMissingAreNotInvented) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  small_ledger(folder);
  fs::rename(places.high_water, folder / "mark");
  EXPECT_NE(refusal(folder).find("high-water mark"), std::string::npos);
  fs::rename(folder / "mark", places.high_water);
  fs::rename(places.folder / "checkpoint", folder / "checkpoint");
  EXPECT_NE(refusal(folder).find("is missing"), std::string::npos);
  fs::rename(folder / "checkpoint", places.folder / "checkpoint");
  EXPECT_EQ(refusal(folder), "");
}
TEST(Recovery, CheckpointOfAnotherKeyIsRefused) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  small_ledger(folder);
  const auto other = Ed25519PrivateKey::generate();
  const Checkpoint checkpoint =
      parse_checkpoint(parse_note(base::read_file(places.folder / "checkpoint")).text);
  base::write_durably(places.folder / "checkpoint", signed_checkpoint(checkpoint, other));
  EXPECT_NE(refusal(folder).find("not signed by this ledger's key"), std::string::npos);
}

// The states that a power failure leaves behind, one after each step of an append.
class PowerFailure : public ::testing::Test {
 protected:
  void SetUp() override {
    ledger_ = small_ledger(folder_);
    put_copy(places_.folder / "checkpoint", folder_ / "checkpoint-before");
    put_copy(places_.high_water, folder_ / "mark-before");
    put_copy(places_.folder / "ledger.db", folder_ / "ledger-before");
    ledger_->append(check_image(kPhone));
    ledger_.reset();
  }
  void without_mark() { put_copy(folder_ / "mark-before", places_.high_water); }
  void without_checkpoint() {
    without_mark();
    put_copy(folder_ / "checkpoint-before", places_.folder / "checkpoint");
  }
  void without_entry() {
    without_checkpoint();
    put_copy(folder_ / "ledger-before", places_.folder / "ledger.db");
  }
  std::int64_t disclosures() {
    auto database = base::Database::open(places_.folder / "disclosures.db", base::OpenMode::read_only);
    auto count = database.prepare("SELECT count(*) FROM disclosures");
    count.step();
    return count.integer(0).value_or(-1);
  }
  TestFolder folder_;
  LedgerPlaces places_ = places_in(folder_);
  std::unique_ptr<Ledger> ledger_;
};
TEST_F(PowerFailure, T25_AfterTheDisclosures) {
  without_entry();
  const std::int64_t with_orphans = disclosures();
  EXPECT_EQ(reopened(folder_)->size(), 7u);
  EXPECT_EQ(disclosures(), with_orphans - 1);
  EXPECT_EQ(verify_in(folder_).verdict(), Verdict::verified);
}
TEST_F(PowerFailure, T25_AfterTheEntry) {
  without_checkpoint();
  const VerifyReport before = verify_in(folder_);
  EXPECT_EQ(before.verdict(), Verdict::not_proven);  // one entry awaits its checkpoint
  EXPECT_EQ(impossible_codes(before), "tree.size");
  EXPECT_EQ(reopened(folder_)->size(), 8u);
  EXPECT_EQ(verify_in(folder_).verdict(), Verdict::verified);
}
TEST_F(PowerFailure, T25_AfterTheCheckpoint) {
  without_mark();
  EXPECT_EQ(reopened(folder_)->size(), 8u);
  EXPECT_EQ(base::read_file(places_.high_water).size(), base::read_file(folder_ / "mark-before").size());
  EXPECT_NE(base::read_file(places_.high_water), base::read_file(folder_ / "mark-before"));
}
TEST_F(PowerFailure, AnOpenLedgerSeesThatAnotherProcessDied) {
  const auto second = reopened(folder_);
  second->append(check_image(kDisk));
  // Another process would have died after its entry; this one completes it before it adds its own.
  const base::Buffer checkpoint = base::read_file(places_.folder / "checkpoint");
  const auto third = reopened(folder_);
  third->append(check_image(kDisk));
  base::write_durably(places_.folder / "checkpoint", checkpoint);
  base::write_durably(places_.high_water, base::as_bytes(parse_note(checkpoint).text));
  EXPECT_EQ(second->append(check_image(kDisk)).index, 10u);
  EXPECT_EQ(verify_in(folder_).verdict(), Verdict::verified);
}
TEST_F(PowerFailure, T151_MoreThanOneEntryBeyondTheCheckpoint) {
  without_checkpoint();
  const base::Buffer ledger_database = base::read_file(places_.folder / "ledger.db");
  ledger_ = reopened(folder_);
  ledger_->append(check_image(kDisk));
  without_checkpoint();
  EXPECT_NE(refusal(folder_).find("FORGED TAIL"), std::string::npos) << refusal(folder_);
  if (has_second_verifier())
    EXPECT_EQ(second_verifier(places_.folder, trusting(anna())), "DAMAGED; failed: tree.size");
}
// Whoever can write ledger.db must not get the log to sign what no person signed.
TEST_F(PowerFailure, T151_ForgedEntryIsNotSignedAtOpening) {
  without_checkpoint();
  tamper(folder_, "UPDATE signatures SET der=(SELECT der FROM signatures WHERE seq=6) WHERE seq=7");
  const base::Buffer checkpoint = base::read_file(places_.folder / "checkpoint");
  EXPECT_NE(refusal(folder_).find("damaged at entry 7"), std::string::npos) << refusal(folder_);
  if (has_second_verifier())
    EXPECT_EQ(second_verifier(places_.folder, trusting(anna())),
              "DAMAGED; failed: leaf.signatures; not possible: tree.size");
  EXPECT_EQ(base::read_file(places_.folder / "checkpoint"), checkpoint);
}

TEST(Recovery, AfterAFailedStepNothingIsAcknowledged) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  const auto ledger = small_ledger(folder);
  fs::rename(folder / "config", folder / "medium-removed");
  EXPECT_THROW(ledger->append(check_image(kPhone)), base::Error);
  fs::rename(folder / "medium-removed", folder / "config");
  EXPECT_THROW(ledger->append(check_image(kDisk)), base::Error);
  EXPECT_EQ(reopened(folder)->append(check_image(kDisk)).index, 8u);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Recovery, RowsAreNotChangedByAccident) {
  const TestFolder folder;
  small_ledger(folder);
  auto database = base::Database::open(places_in(folder).folder / "ledger.db", base::OpenMode::read_write);
  EXPECT_THROW(database.execute("UPDATE entries SET body=x'00' WHERE seq=1"), base::SqliteError);
  EXPECT_THROW(database.execute("DELETE FROM entries WHERE seq=6"), base::SqliteError);
  EXPECT_THROW(database.execute("UPDATE signatures SET der=x'00'"), base::SqliteError);
  EXPECT_THROW(database.execute("DELETE FROM signatures"), base::SqliteError);
}

// Signatures that this station acknowledged are not verified again at opening: their leaves hold them.
TEST(Recovery, AlteredSignatureBelowTheMarkIsSeenAtOpening) {
  const TestFolder folder;
  small_ledger(folder);
  tamper(folder, "UPDATE signatures SET der=CAST(der||x'00' AS BLOB) WHERE seq=2");
  EXPECT_NE(refusal(folder).find("entry 2"), std::string::npos) << refusal(folder);
}
TEST(Recovery, AlteredSignatureAndLeafBelowTheMarkAreSeenAtOpening) {
  const TestFolder folder;
  small_ledger(folder);
  const LedgerContent content = read_ledger(places_in(folder).folder);
  base::Buffer signature = content.entries.back().signatures.at(0);
  signature.back() ^= std::byte{1};
  Leaf leaf = parse_leaf(content.entries.back().leaf);
  leaf.sigs_sha256 = digest_of_signatures({signature});
  const std::string seq = std::to_string(content.entries.back().index);
  tamper(folder, "UPDATE signatures SET der=x'" + base::to_hex(signature) + "' WHERE seq=" + seq +
                     "; UPDATE entries SET leaf=x'" + base::to_hex(base::as_bytes(leaf.canonical())) +
                     "' WHERE seq=" + seq);
  EXPECT_NE(refusal(folder).find("FORK"), std::string::npos) << refusal(folder);
}

TEST(Recovery, TwoThatAppendInTurnsGoOnFromEachOther) {
  const TestFolder folder;
  const auto one = small_ledger(folder);
  const auto other = reopened(folder);
  for (int i = 0; i < 3; ++i) {
    one->append(check_image(kPhone));
    other->append(check_image(kDisk));
  }
  EXPECT_EQ(other->size(), 13u);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Recovery, WhatAnotherAddedIsVerifiedBeforeAnythingFollowsIt) {
  const TestFolder folder;
  const auto one = small_ledger(folder);
  reopened(folder)->append(check_image(kDisk));
  tamper(folder, "UPDATE signatures SET der=CAST(der||x'00' AS BLOB) WHERE seq=7");
  EXPECT_THROW(one->append(check_image(kPhone)), base::Error);
}

TEST(Recovery, T24_ProcessesThatAppendAtOnceWaitForEachOther) {
  const TestFolder folder;
  small_ledger(folder);
  constexpr int kProcesses = 3, kEach = 4;
  anna();  // made before the processes part
  for (int process = 0; process < kProcesses; ++process) {
    if (fork() != 0) continue;
    int code = 1;
    try {
      const auto ledger = reopened(folder);
      for (int i = 0; i < kEach; ++i) ledger->append(check_image(process % 2 ? kPhone : kDisk));
      code = 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    _exit(code);
  }
  for (int process = 0; process < kProcesses; ++process) {
    int status = 0;
    wait(&status);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(reopened(folder)->size(), 7u + kProcesses * kEach);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
  if (has_second_verifier())
    EXPECT_EQ(second_verifier(places_in(folder).folder, trusting(anna())), "VERIFIED");
}

}  // namespace
}  // namespace custody::test
