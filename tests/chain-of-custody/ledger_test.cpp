// SPDX-License-Identifier: Apache-2.0
// The writer: what is acknowledged stays, what is not whole is refused in words.
#include "chain-of-custody/ledger.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/sqlite.h"
#include "forge.h"

namespace custody::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

VerifyReport verify_in(const TestFolder& folder) {
  return verify_whole(read_ledger(places_in(folder).folder), trusting(anna()));
}
std::unique_ptr<Ledger> reopened(const TestFolder& folder) {
  return Ledger::open(places_in(folder), anna());
}

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
std::string refusal(Ledger& ledger, const base::Event& event) {
  try {
    ledger.append(event);
    return "";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::usage);
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
base::Event add_boris() {
  base::Event event{"key.add", {}, Json::object(), true};
  event.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  return event;
}

TEST(Ledger, WhatIsAppendedVerifies) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  EXPECT_EQ(ledger->size(), 7u);
  const VerifyReport report = verify_in(folder);
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified);
}
TEST(Ledger, OpensAgainAndGoesOn) {
  const TestFolder folder;
  small_ledger(folder);
  const auto ledger = reopened(folder);
  const base::EntryReceipt receipt = ledger->append(check_image(kDisk));
  EXPECT_EQ(receipt.index, 7u);
  const SignedNote note = parse_note(read_ledger(places_in(folder).folder).checkpoint);
  EXPECT_EQ(parse_checkpoint(note.text).root.hex(), receipt.root_hex);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, ReadingWritesNothing) {
  const TestFolder folder;
  small_ledger(folder);
  const auto listing = [&] {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
      text += entry.path().string() +
              (entry.is_regular_file() ? base::sha256(base::read_file(entry.path())).hex() : "") +
              std::to_string(entry.last_write_time().time_since_epoch().count()) + "\n";
    return text;
  };
  const std::string before = listing();
  verify_in(folder);
  EXPECT_EQ(listing(), before);
}

TEST(Ledger, RefusesWhatTheActTableDoesNotHave) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  const std::string unknown(32, 'b');
  EXPECT_NE(refusal(*ledger, {"burn", {}, Json::object(), false}), "");
  EXPECT_NE(refusal(*ledger, {"verify", {}, Json::object(), false}), "");  // must name an exhibit
  EXPECT_NE(refusal(*ledger, check_image(unknown)), "");
  EXPECT_NE(refusal(*ledger, add_exhibit(kPhone, "KK-A-0009")), "");
  EXPECT_NE(refusal(*ledger, add_exhibit("not a uid", "KK-A-0009")), "");
  base::Event twice = check_image(kPhone);
  twice.exhibits.push_back(twice.exhibits[0]);
  EXPECT_NE(refusal(*ledger, twice), "");
  base::Event odd = check_image(kPhone);
  odd.exhibits[0].members.set("mood", "good");
  EXPECT_NE(refusal(*ledger, odd), "");
  odd = check_image(kPhone);
  odd.members.set("case", "another");
  EXPECT_NE(refusal(*ledger, odd), "");
  odd = check_image(kPhone);
  odd.scope_all = true;
  EXPECT_NE(refusal(*ledger, odd), "");
  base::Event incomplete = check_image(kPhone);
  incomplete.exhibits[0].members = Json::object({{"object", "image"}});
  EXPECT_NE(refusal(*ledger, incomplete), "");
  // None of these spoilt anything.
  ledger->append(check_image(kPhone));
  EXPECT_EQ(ledger->size(), 8u);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, ValuesThatHaveNoPlaceInABodyAreRefused) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event event = check_image(kPhone);
  event.exhibits[0].members.set("result", 0.5);
  EXPECT_NE(refusal(*ledger, event), "");
  event.exhibits[0].members.set("result", std::string("a\0b", 3));
  EXPECT_NE(refusal(*ledger, event), "");
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, AnotherSignerIsAddedFirst) {
  const TestFolder folder;
  small_ledger(folder);
  const auto of_boris = Ledger::open(places_in(folder), boris());
  EXPECT_NE(refusal(*of_boris, check_image(kDisk)).find("may not sign"), std::string::npos);
  reopened(folder)->append(add_boris());
  of_boris->append(check_image(kDisk));
  const LedgerContent content = read_ledger(places_in(folder).folder);
  EXPECT_EQ(content.certificates.size(), 2u);
  EXPECT_EQ(verify_whole(content, {{anna().certificate(), boris().certificate()}}).verdict(),
            Verdict::verified);
  const VerifyReport partly = verify_whole(content, trusting(anna()));
  EXPECT_EQ(partly.verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(partly), "signature.chain");
}
TEST(Ledger, NobodySignsWithACertificateThatIsNotValidNow) {
  const TestFolder folder;
  make_identity(folder / "identities", {"old", "Officer O", "", "", -1}, "");  // ended yesterday
  const auto signer = unlock_signer(folder / "identities", "old", [] { return std::string(); });
  try {
    Ledger::create(places_in(folder), genesis_facts(), *signer);
    ADD_FAILURE() << "signed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::crypto);
    EXPECT_NE(std::string(error.what()).find("is valid from"), std::string::npos) << error.what();
  }
}
TEST(Ledger, ACaseIsMadeOnce) {
  const TestFolder folder;
  Ledger::create(places_in(folder), genesis_facts(), anna());
  EXPECT_THROW(Ledger::create(places_in(folder), genesis_facts(), anna()), base::Error);
  fs::remove_all(places_in(folder).folder);  // the high-water mark remembers it
  EXPECT_THROW(Ledger::create(places_in(folder), genesis_facts(), anna()), base::Error);
}
TEST(Ledger, ACreationThatWasCutOffIsRepeated) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  fs::create_directories(places.log_key.parent_path());
  Ed25519PrivateKey::generate().write_new(places.log_key);
  Ledger::create(places, genesis_facts(), anna());
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, NamesThatCannotStandInAnOrigin) {
  const TestFolder folder;
  for (const char* name : {"", "a b", "a+b", "a/b", "../x", "\xc3\xa4"}) {
    GenesisFacts facts = genesis_facts();
    facts.station = name;
    EXPECT_THROW(Ledger::create(places_in(folder), facts, anna()), base::Error) << name;
  }
}

TEST(Ledger, T23_RollbackIsSeenAtOpening) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  const auto ledger = small_ledger(folder);
  copy_folder(places.folder, folder / "yesterday");
  ledger->append(check_image(kPhone));
  copy_folder(folder / "yesterday", places.folder);
  EXPECT_NE(refusal(folder).find("ROLLBACK"), std::string::npos) << refusal(folder);
}
TEST(Ledger, T23_RolledBackLedgerKeepsItsDisclosures) {
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
TEST(Ledger, T152_ForkIsSeenAtOpening) {
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
}
TEST(Ledger, T01_CutTailIsSeenAtOpening) {
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
TEST(Ledger, MarksThatAreMissingAreNotInvented) {
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
TEST(Ledger, CheckpointOfAnotherKeyIsRefused) {
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
}
// Whoever can write ledger.db must not get the log to sign what no person signed.
TEST_F(PowerFailure, T151_ForgedEntryIsNotSignedAtOpening) {
  without_checkpoint();
  tamper(folder_, "UPDATE signatures SET der=(SELECT der FROM signatures WHERE seq=6) WHERE seq=7");
  const base::Buffer checkpoint = base::read_file(places_.folder / "checkpoint");
  EXPECT_NE(refusal(folder_).find("damaged at entry 7"), std::string::npos) << refusal(folder_);
  EXPECT_EQ(base::read_file(places_.folder / "checkpoint"), checkpoint);
}

TEST(Ledger, AfterAFailedStepNothingIsAcknowledged) {
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
TEST(Ledger, RowsAreNotChangedByAccident) {
  const TestFolder folder;
  small_ledger(folder);
  auto database = base::Database::open(places_in(folder).folder / "ledger.db", base::OpenMode::read_write);
  EXPECT_THROW(database.execute("UPDATE entries SET body=x'00' WHERE seq=1"), base::SqliteError);
  EXPECT_THROW(database.execute("DELETE FROM entries WHERE seq=6"), base::SqliteError);
  EXPECT_THROW(database.execute("UPDATE signatures SET der=x'00'"), base::SqliteError);
  EXPECT_THROW(database.execute("DELETE FROM signatures"), base::SqliteError);
}

TEST(Ledger, T24_ProcessesThatAppendAtOnceWaitForEachOther) {
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
}

TEST(Ledger, ExhibitsAsTheEntriesSay) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event amend{"amend", {}, Json::object({{"reason", "label read wrongly"}}), false};
  amend.exhibits.push_back({kDisk, Json::object({{"label", "KK-A-0003"}}), Json::object()});
  ledger->append(amend);
  const auto exhibits = exhibits_of(read_ledger(places_in(folder).folder));
  ASSERT_EQ(exhibits.size(), 2u);
  EXPECT_EQ(exhibits[0].uid, kPhone);
  EXPECT_EQ(exhibits[0].label, "KK-A-0001");
  EXPECT_EQ(exhibits[0].kind, "phone");
  EXPECT_EQ(exhibits[0].entries, (std::vector<std::uint64_t>{1, 3, 4, 6}));
  // T138: an amendment adds; what was said first stays.
  EXPECT_EQ(exhibits[1].label, "KK-A-0003");
  EXPECT_EQ(exhibits[1].labels, (std::vector<std::string>{"KK-A-0002", "KK-A-0003"}));
  EXPECT_EQ(exhibits[1].members.at("label").text(), "KK-A-0002");
}
TEST(Ledger, WordsHideNothing) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event event = add_exhibit("a3000000000000000000000000000003", "KK-A-0003");
  event.exhibits[0].members.set("description",
                                "black \xe2\x80\xae"
                                "enohp\x1b[2J, \xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2");
  ledger->append(event);
  const OpenedBody opened = open_body(read_ledger(places_in(folder).folder).entries.back());
  std::string text;
  for (const std::string& line : body_in_words(opened.body, {opened.exhibits.at(0).members}))
    text += line + "\n";
  EXPECT_NE(text.find("black <U+202E>enohp<U+001B>[2J, \xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Exhibits were registered"), std::string::npos);
  EXPECT_NE(text.find(fingerprint_of(anna().certificate())), std::string::npos);
}

}  // namespace
}  // namespace custody::test
